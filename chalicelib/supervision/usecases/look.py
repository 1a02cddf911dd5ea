"""Looks at claims for signs and stores the suspicious matters: shared by a review on request and the nightly review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.domain.visits import VisitEntry
from chalicelib.claims.ports import ClaimQuery, PersonStore
from chalicelib.claims.usecases.documents import Bodies
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant, start_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.supervision.domain.matters import SuspiciousMatter, matter_of
from chalicelib.supervision.domain.nightly import Seen
from chalicelib.supervision.domain.signs import (
    Rules,
    Sign,
    SupervisionRule,
    WatchedClaim,
    days_around,
    price_signs,
    rules_of,
    signs_of,
    years_around,
)
from chalicelib.supervision.ports import MatterStore

_ITEMS_AT_ONCE = 100
"""The items that DynamoDB takes in a transaction."""
_COPIES_IN_AN_AREA = 3
"""The copies of a new matter in each of its areas: in the area's list, its rule's and its institution's."""


def received_between(area: AreaCode, from_on: date, to_on: date) -> ClaimQuery:
    """Return the query for the claims that an area settles, received from one day to another, both included."""
    return ClaimQuery(
        agencies=(area,), received_from=start_of(from_on), received_before=start_of(to_on + timedelta(days=1))
    )


class AreaRules:
    """The rules of the institutions' areas on the days on which bills end, looked up once for claims of one area."""

    def __init__(self, bundle: Bundle, area: AreaCode) -> None:
        self.bundle, self.area = bundle, area
        self._known: dict[tuple[str, date], Rules] = {}

    def of(self, claim: Claim) -> Rules:
        key = (claim.institution, claim.visit.discharged_on)
        if key not in self._known:
            institution = self.bundle.registry.institutions.get(claim.institution)
            place = self.area if institution is None else institution.area
            self._known[key] = rules_of(self.bundle, place, key[1])
        return self._known[key]

    @property
    def cited(self) -> frozenset[str]:
        return frozenset(each.citation for rules in self._known.values() for each in rules.values())


@dataclass(frozen=True, slots=True)
class LookAtClaims:
    persons: PersonStore
    bodies: Bodies
    matters: MatterStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def signs(self, rules: AreaRules, seen: Seen, records: Iterable[ClaimRecord]) -> None:
        """Look at each claim by itself and beside its person's visits, and take its prices in."""
        found: dict[str, SuspiciousMatter] = {}
        for record in records:
            claim = self.bodies.of(record)
            seen.prices.add(claim)
            asked = rules.of(claim)
            seen.is_priced |= SupervisionRule.FAR_PRICE in asked
            watched = self._watched(record, claim, asked)
            self._note(found, record, signs_of(watched, asked, rules.bundle.registry), rules.area)
        self._keep(found, seen, rules)

    def prices(self, rules: AreaRules, seen: Seen, records: Iterable[ClaimRecord]) -> None:
        """Compare the prices of each claim with those that were taken in."""
        found: dict[str, SuspiciousMatter] = {}
        for record in records:
            claim = self.bodies.of(record)
            rule = rules.of(claim).get(SupervisionRule.FAR_PRICE)
            if rule is not None:
                self._note(found, record, price_signs(claim, seen.prices, rule), rules.area)
        self._keep(found, seen, rules)

    def _note(
        self, found: dict[str, SuspiciousMatter], record: ClaimRecord, signs: Iterable[Sign], area: AreaCode
    ) -> None:
        at = instant(self.clock.now())
        for matter in (matter_of(record, sign, area, at) for sign in signs):
            found.setdefault(matter.matter_id, matter)

    def _watched(self, record: ClaimRecord, claim: Claim, rules: Rules) -> WatchedClaim:
        years = [self.persons.visits(record.person, year) for year in years_around(claim, days_around(rules))]
        others: dict[str, VisitEntry] = {
            each.claim_id: each for year in years for each in year.entries if each.claim_id != record.claim_id
        }
        return WatchedClaim(record.claim_id, claim, tuple(others.values()))

    def _keep(self, found: dict[str, SuspiciousMatter], seen: Seen, rules: AreaRules) -> None:
        """Store the matters not yet known."""
        for part in in_transactions(found.values()):
            self.retrying.on_conflict(lambda part=part: self._insert(part))  # type: ignore[misc]
        seen.matters |= found.keys()
        seen.citations |= rules.cited

    def _insert(self, part: Sequence[SuspiciousMatter]) -> None:
        fresh = [each for each in part if self.matters.get(each.matter_id) is None]
        if fresh:
            self.commits.commit([Revise(each) for each in fresh])


def in_transactions(found: Iterable[SuspiciousMatter]) -> Iterator[Sequence[SuspiciousMatter]]:
    """Divide new matters into parts that a transaction takes, every matter with its copies."""
    part: list[SuspiciousMatter] = []
    items = 0
    for matter in found:
        own = 1 + _COPIES_IN_AN_AREA * len(matter.areas)
        if part and items + own > _ITEMS_AT_ONCE:
            yield part
            part, items = [], 0
        part.append(matter)
        items += own
    if part:
        yield part
