"""Reviews the claims that an area settles, received in some days, and stores the suspicious matters.

A review reads every claim of its days once for the signs of the claim itself, and once more for prices, compared with
the median of the same days: the cost is linear in the claims, and of the history only the person's own visits around
the claim are read. The same days again find the same matters, which stay unchanged. A bill is compared with the rules
of the day on which it ends, as in settlement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.claims.domain.record import CLOSED, ClaimRecord
from chalicelib.claims.domain.visits import VisitEntry
from chalicelib.claims.ports import ClaimQuery, ClaimStore, PersonStore
from chalicelib.claims.usecases.documents import Bodies
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant, start_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import of_area
from chalicelib.supervision.access import SUPERVISION_REVIEW
from chalicelib.supervision.domain.matters import (
    ClaimReview,
    SuspiciousMatter,
    matter_of,
    review_id_of,
)
from chalicelib.supervision.domain.signs import (
    Prices,
    Rules,
    Sign,
    SupervisionRule,
    WatchedClaim,
    days_around,
    is_watched,
    price_signs,
    rules_of,
    signs_of,
    years_around,
)
from chalicelib.supervision.ports import MatterStore, ReviewStore

CLAIMS_AT_ONCE_MAX = 1000
"""The most claims of a call of the API, which has half a minute; the nightly task has no limit."""

_AT_ONCE = 15
"""The matters written in a transaction, with their copies: DynamoDB takes a hundred items."""


@dataclass(frozen=True, slots=True)
class ReviewClaims:
    claims: ClaimStore
    persons: PersonStore
    bodies: Bodies
    matters: MatterStore
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
        bundle = self.bundles.current()
        require(principal, SUPERVISION_REVIEW, of_area(bundle.registry, principal.area, "supervision"))
        if from_on > to_on or to_on > self.clock.today():
            raise Invalid([_DAYS])
        if not is_watched(bundle, principal.area):
            raise Invalid([_NOT_PROVIDED])
        by = Act.of(principal, instant(self.clock.now()))
        return self._review(bundle, principal.area, (from_on, to_on), by, CLAIMS_AT_ONCE_MAX)

    def yesterday(self) -> int:
        """Review every area's claims of the day before, as the nightly task does; return the number of matters."""
        bundle, day = self.bundles.current(), self.clock.today() - timedelta(days=1)
        watched = [area for area in sorted(bundle.registry.agencies) if is_watched(bundle, area)]
        return sum(self._review(bundle, area, (day, day), None, None).matters for area in watched)

    def _review(
        self, bundle: Bundle, area: AreaCode, days: tuple[date, date], by: Act | None, most: int | None
    ) -> ClaimReview:
        records = tuple(self._records(area, days, most))
        if most is not None and len(records) > most:
            raise Invalid([_TOO_MANY])
        at, prices, asked = instant(self.clock.now()), Prices(), _Asked(bundle, area)
        found: dict[str, SuspiciousMatter] = {}

        def note(record: ClaimRecord, seen: Iterable[Sign]) -> None:
            matters = (matter_of(record, sign, area, at) for sign in seen)
            found.update({each.matter_id: each for each in matters if each.matter_id not in found})

        for record in records:
            claim = self.bodies.of(record)
            prices.add(claim)
            rules = asked.rules(claim)
            note(record, signs_of(self._watched(record, claim, rules), rules, bundle.registry))
        for record in records:
            claim = self.bodies.of(record)
            rule = asked.rules(claim).get(SupervisionRule.FAR_PRICE)
            if rule is not None:
                note(record, price_signs(claim, prices, rule))
        self._keep(tuple(found.values()))
        review = ClaimReview(review_id_of(area, *days, at), area, *days, len(records), len(found), at, by, asked.cited)
        return self.retrying.on_conflict(lambda: self._record(review))

    def _record(self, review: ClaimReview) -> ClaimReview:
        known = self.reviews.get(review.review_id)
        if known is None:
            self.commits.commit([Revise(review)])
        return known or review

    def _records(self, area: AreaCode, days: tuple[date, date], most: int | None) -> Iterator[ClaimRecord]:
        """Iterate an agency's claims that are open or settled: closed claims owe nothing."""
        query = ClaimQuery(
            agencies=(area,), received_from=start_of(days[0]), received_before=start_of(days[1] + timedelta(days=1))
        )
        standing = (each for each in every(lambda page: self.claims.find(query, page)) if each.status not in CLOSED)
        return islice(standing, None if most is None else most + 1)

    def _watched(self, record: ClaimRecord, claim: Claim, rules: Rules) -> WatchedClaim:
        years = [self.persons.visits(record.person, year) for year in years_around(claim, days_around(rules))]
        others: dict[str, VisitEntry] = {
            each.claim_id: each for year in years for each in year.entries if each.claim_id != record.claim_id
        }
        return WatchedClaim(record.claim_id, claim, tuple(others.values()))

    def _keep(self, found: Sequence[SuspiciousMatter]) -> None:
        """Store the matters not yet known."""
        waiting = iter(found)
        while part := tuple(islice(waiting, _AT_ONCE)):
            self.retrying.on_conflict(lambda part=part: self._insert(part))  # type: ignore[misc]

    def _insert(self, part: Sequence[SuspiciousMatter]) -> None:
        fresh = [each for each in part if self.matters.get(each.matter_id) is None]
        if fresh:
            self.commits.commit([Revise(each) for each in fresh])


class _Asked:
    """The rules of the institutions' areas on the days on which bills end, asked once."""

    def __init__(self, bundle: Bundle, area: AreaCode) -> None:
        self._bundle, self._area = bundle, area
        self._known: dict[tuple[str, date], Rules] = {}

    def rules(self, claim: Claim) -> Rules:
        key = (claim.institution, claim.visit.discharged_on)
        if key not in self._known:
            institution = self._bundle.registry.institutions.get(claim.institution)
            place = self._area if institution is None else institution.area
            self._known[key] = rules_of(self._bundle, place, key[1])
        return self._known[key]

    @property
    def cited(self) -> tuple[str, ...]:
        return tuple(sorted({each.citation for rules in self._known.values() for each in rules.values()}))


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
