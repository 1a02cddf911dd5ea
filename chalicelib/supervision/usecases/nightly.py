"""Reviews the claims of the day before in every watched area, in turns that go on where the last turn ended.

A step looks at some thousand claims and records its progress, so a turn that breaks off repeats one step at most, and a
repeated step finds the same matters. A day that was not finished is finished first, and no day is left out.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from chalicelib.claims.domain.record import CLOSED, ClaimRecord
from chalicelib.claims.ports import ClaimStore
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Clock, Commits, DocumentKind, DocumentStore
from chalicelib.kernel.time import civil_date, instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Part, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.supervision.domain.nightly import NightlyReview, ReviewPass, Seen
from chalicelib.supervision.domain.signs import is_watched
from chalicelib.supervision.ports import NightStore
from chalicelib.supervision.usecases.look import AreaRules, LookAtClaims, received_between

CLAIMS_A_STEP = 3_000
CLAIMS_A_TURN = 30_000
STEPS_A_TURN = 1_000
"""A turn ends with the step that reaches 30,000 claims: ten minutes at the 20 ms of a claim, of the fifteen that a
function has. A step is at most 3,000 claims of an area, and an area with few claims is a step."""

_PAGE = 200
_BEGINS_AFTER = timedelta(hours=2)
"""The time after midnight from which the claims of the day before are all found by their index."""


@dataclass(frozen=True, slots=True)
class ReviewNight:
    nights: NightStore
    claims: ClaimStore
    look: LookAtClaims
    documents: DocumentStore
    bundles: BundleStore
    commits: Commits
    clock: Clock

    def __call__(self) -> int:
        """Go on with the review for a turn; return the number of claims looked at, each pass counted."""
        looked_at = 0
        for _ in range(STEPS_A_TURN):
            night = self._night()
            if night is None:
                break
            try:
                looked_at += self._step(night)
            except VersionConflict:
                break  # another turn is at the same step
            if looked_at >= CLAIMS_A_TURN:
                break
        return looked_at

    def through(self) -> date | None:
        """Return the last day that is done; None before the first."""
        known = self.nights.progress()
        if known is None or known.is_done:
            return None if known is None else known.day
        return known.day - timedelta(days=1)

    def _night(self) -> NightlyReview | None:
        """Return the review to go on with or to begin; None where every day is done."""
        known = self.nights.progress()
        if known is not None and not known.is_done:
            return known
        due = civil_date(self.clock.now() - _BEGINS_AFTER) - timedelta(days=1)
        if known is not None and known.day >= due:
            return None
        day = due if known is None else known.day + timedelta(days=1)
        return self._begun(day, 0 if known is None else known.revision, self.clock.now())

    def _begun(self, day: date, revision: int, now: datetime) -> NightlyReview:
        bundle = self.bundles.current()
        areas = tuple(area for area in sorted(bundle.registry.agencies) if is_watched(bundle, area))
        return NightlyReview(day, areas, instant(now), revision=revision)

    def _step(self, night: NightlyReview) -> int:
        if night.is_done:  # no area has a provision to review by
            self.commits.commit([Revise(night.to_next_area())])
            return 0
        area = night.areas[0]
        records, cursor = self._records(area, night)
        kept = json.loads(self.documents.get(DocumentKind.REVIEW, night.kept)) if night.kept else None
        seen, rules = Seen() if kept is None else Seen.of(kept), AreaRules(self.bundles.current(), area)
        look = self.look.signs if night.at_pass is ReviewPass.SIGNS else self.look.prices
        look(rules, seen, records)
        claims = night.claims + (len(records) if night.at_pass is ReviewPass.SIGNS else 0)
        self.commits.commit(self._moved(night, seen, cursor, claims))
        return len(records)

    def _moved(self, night: NightlyReview, seen: Seen, cursor: str | None, claims: int) -> list[Part]:
        is_over = cursor is None and (night.at_pass is ReviewPass.PRICES or not seen.is_priced)
        if is_over:
            review = seen.to_review((night.areas[0], night.day, night.day), claims, night.begun_at, None)
            return [Revise(review), Revise(night.to_next_area())]
        kept = self.documents.put(DocumentKind.REVIEW, canonical_json(seen.document()))
        return [Revise(night.to_prices(kept, claims) if cursor is None else night.on(cursor, kept, claims))]

    def _records(self, area: AreaCode, night: NightlyReview) -> tuple[list[ClaimRecord], str | None]:
        """Return the claims of a step that are open or settled, and the cursor behind them, None at the day's end."""
        query, found, cursor = received_between(area, night.day, night.day), list[ClaimRecord](), night.cursor
        for _ in range(CLAIMS_A_STEP // _PAGE):
            page = self.claims.find(query, PageRequest(_PAGE, cursor))
            found += [each for each in page.items if each.status not in CLOSED]
            cursor = page.next
            if cursor is None:
                break
        return found, cursor
