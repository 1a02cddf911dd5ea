"""Reviews the claims that an area settles, received in some days, and stores the suspicious matters.

A review reads every claim of its days once for the signs of the claim itself, and once more for prices, compared with
the median of the same days: the cost is linear in the claims, and of the history only the person's own visits around
the claim are read. The same days again find the same matters, which stay unchanged. A bill is compared with the rules
of the day on which it ends, as in settlement.
"""

from __future__ import annotations

from datetime import date
from itertools import islice

from chalicelib.claims.domain.record import CLOSED, ClaimRecord
from chalicelib.claims.ports import ClaimStore
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Revise
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import of_area
from chalicelib.supervision.access import SUPERVISION_REVIEW
from chalicelib.supervision.domain.matters import ClaimReview
from chalicelib.supervision.domain.nightly import Seen
from chalicelib.supervision.domain.signs import is_watched
from chalicelib.supervision.ports import ReviewStore
from chalicelib.supervision.usecases.look import AreaRules, LookAtClaims, received_between

CLAIMS_AT_ONCE_MAX = 1000
"""The most claims of a call of the API, which has half a minute; the nightly task has no limit."""


@dataclass(frozen=True, slots=True)
class ReviewClaims:
    claims: ClaimStore
    look: LookAtClaims
    reviews: ReviewStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def __call__(self, principal: Principal, from_on: date, to_on: date) -> ClaimReview:
        """Review the claims of the caller's area received from one day to another, both included.

        Raises `Invalid` for days in the wrong order or in the future, for more claims than a call can examine, and for
        an area without a provision for supervision.
        """
        bundle, area = self.bundles.current(), principal.area
        require(principal, SUPERVISION_REVIEW, of_area(bundle.registry, area, "supervision"))
        if from_on > to_on or to_on > self.clock.today():
            raise Invalid([_DAYS])
        if not is_watched(bundle, area):
            raise Invalid([_NOT_PROVIDED])
        records = self._records(area, from_on, to_on)
        at, seen, rules = instant(self.clock.now()), Seen(), AreaRules(bundle, area)
        self.look.signs(rules, seen, records)
        if seen.is_priced:
            self.look.prices(rules, seen, records)
        review = seen.to_review((area, from_on, to_on), len(records), at, Act.of(principal, at))
        return self.retrying.on_conflict(lambda: self._record(review))

    def _record(self, review: ClaimReview) -> ClaimReview:
        known = self.reviews.get(review.review_id)
        if known is None:
            self.commits.commit([Revise(review)])
        return known or review

    def _records(self, area: AreaCode, from_on: date, to_on: date) -> tuple[ClaimRecord, ...]:
        """Return the area's claims that are open or settled: closed claims owe nothing. Raises `Invalid`."""
        query = received_between(area, from_on, to_on)
        standing = (each for each in every(lambda page: self.claims.find(query, page)) if each.status not in CLOSED)
        records = tuple(islice(standing, CLAIMS_AT_ONCE_MAX + 1))
        if len(records) > CLAIMS_AT_ONCE_MAX:
            raise Invalid([_TOO_MANY])
        return records


_DAYS = finding(
    "review-days",
    "to",
    "日期须先起后止，且不得晚于今天，请更正。",
    "Correct the days: the first may not be after the last, nor the last after today.",
)
_NOT_PROVIDED = finding(
    "review-not-provided",
    "",
    "本区划没有规定要核查的可疑情形，请核对区划。",
    "Check the area: no provision in force there names anything suspicious to review.",
)
_TOO_MANY = finding(
    "review-too-many",
    "to",
    f"所选日期的结算申请超过 {CLAIMS_AT_ONCE_MAX} 件，请缩短日期分次核查；每晚的核查不受此限。",
    f"Give fewer days: they hold more than {CLAIMS_AT_ONCE_MAX} claims. The nightly review has no such limit.",
)
