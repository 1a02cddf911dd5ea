"""Includes changes of claims in the sums, and reads the sums together with the changes since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import islice

from chalicelib.claims.domain.counted import CountedChange
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Revise
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.usecases.fold import ARRIVES_WITHIN
from chalicelib.registry.domain.model import NATION, Registry
from chalicelib.registry.domain.resources import own
from chalicelib.summary.access import DAILY_READ, SUMMARY_READ
from chalicelib.summary.domain import (
    AGENCY,
    BEGINNING,
    DAY,
    Addend,
    By,
    CountedThrough,
    DailyReport,
    SummaryItem,
    SummarySpan,
    Tally,
    by_row,
    parted,
    summed,
)
from chalicelib.summary.ports import TallyStore

SHOWN_DAYS = timedelta(days=30)
"""The length of a summary by day, up to its last day, where the caller states no first day."""
CHANGES_AT_ONCE = 20_000
_STEPS_MAX = 50
"""The most steps of a run; a step ends before exceeding `CHANGES_AT_ONCE`, and the next run goes on."""
_ROWS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class CountClaims:
    tallies: TallyStore
    commits: Commits
    clock: Clock
    retrying: Retrying
    at_once: int = CHANGES_AT_ONCE

    def __call__(self) -> int:
        """Include all changes that can be included; return the number of steps. Any number of runs may go on at once.

        A step goes from the end of the sums to an instant before which no change can still arrive, and is recorded
        before it begins: a step cut off anywhere is done again from its beginning and finds its own work. Raises
        `VersionConflict` where another run was first, and `Unavailable`.
        """
        latest = instant(self.clock.now() - ARRIVES_WITHIN)
        return sum(1 for _ in islice(iter(lambda: self._step(latest), False), _STEPS_MAX))

    def _step(self, latest: Instant) -> bool:
        known = self.tallies.counted() or CountedThrough(BEGINNING, BEGINNING)
        if known.through < known.until:
            step, changes = known, self.tallies.changes(known.through, known.until, None)
        else:
            if known.through >= latest:
                return False
            until, changes = self._next(known.through, latest)
            step = CountedThrough(known.through, until, known.revision + 1)
            self.commits.commit([Revise(step)])
        moved = list(by_row(changes).items())
        for first in range(0, len(moved), _ROWS_AT_ONCE):
            some = moved[first : first + _ROWS_AT_ONCE]
            self.retrying.on_conflict(partial(self._sum, some, step.until))
        self.commits.commit([Revise(replace(step, through=step.until, revision=step.revision + 1))])
        return True

    def _next(self, through: Instant, latest: Instant) -> tuple[Instant, tuple[CountedChange, ...]]:
        """Return the end of the next step, with the changes until then."""
        changes = self.tallies.changes(through, latest, self.at_once + 1)
        until = latest if len(changes) <= self.at_once else changes[-1].at
        if until == through:
            return latest, self.tallies.changes(through, latest, None)
        return until, tuple(each for each in changes if each.at < until)

    def _sum(self, moved: Sequence[tuple[tuple[str, str], list[Addend]]], until: Instant) -> None:
        known = self.tallies.rows(key for key, _ in moved)
        standing = [(known.get(key, Tally(*key)), parts) for key, parts in moved]
        self.commits.commit(
            [
                Revise(replace(row.with_fresh(parts), through=until, revision=row.revision + 1))
                for row, parts in standing
                if row.through < until
            ]
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """The claims of an institution or an area: in all, and by their parts."""

    of: str
    by: By
    span: SummarySpan
    whole: Tally
    items: tuple[SummaryItem, ...]


@dataclass(frozen=True, slots=True)
class KeptSums:
    """The kept sums, with the changes since they were brought up to date."""

    tallies: TallyStore

    def read(self, kept: Callable[[], Iterable[Tally]], is_shown: Callable[[str, str], bool]) -> tuple[Tally, ...]:
        """Return the sums that `kept` reads, with the changes they lack, and the sums of rows not yet kept.

        The reach of the sums is read first: sums updated meanwhile state their own reach, and a change counts once.
        """
        counted = self.tallies.counted()
        rows = {(row.under, row.row): row for row in kept()}
        changes = self.tallies.changes(BEGINNING if counted is None else counted.through, None, None)
        for key, parts in by_row(changes).items():
            if is_shown(*key):
                rows[key] = rows.get(key, Tally(*key)).with_fresh(parts)
        return tuple(rows.values())


@dataclass(frozen=True, slots=True)
class ReadSummary:
    tallies: TallyStore
    sums: KeptSums
    bundles: BundleStore
    clock: Clock

    def __call__(self, principal: Principal, by: By, span: SummarySpan, area: AreaCode | None) -> Summary:
        """Return the caller's own claims, or an area's under its own, by a characteristic, with every change written
        before. Raises `NotFound` for an area that is not the caller's.
        """
        of = self._whose(principal, area)
        if by is By.DAY:
            last = span.to_on or self.clock.today()
            span = SummarySpan(span.from_on or last - SHOWN_DAYS, last)
        rows = self._rows(of, span, by)
        return Summary(of, by, span, summed(rows), parted(by, rows))

    def _rows(self, of: str, span: SummarySpan, by: By) -> tuple[Tally, ...]:
        if by is By.DAY or not span.is_open:
            return self.sums.read(
                lambda: self.tallies.days(of, span),
                lambda under, row: under == of and row.startswith(DAY) and span.holds(row),
            )
        return self.sums.read(
            lambda: self.tallies.agencies(of), lambda under, row: under == of and row.startswith(AGENCY)
        )

    def _whose(self, principal: Principal, area: AreaCode | None) -> str:
        if principal.role is Role.HOSPITAL and area is None:
            require(principal, SUMMARY_READ, own(principal, "summary"))
            return principal.subject
        return area_read(principal, SUMMARY_READ, area, self.bundles.current().registry)


@dataclass(frozen=True, slots=True)
class ReadDaily:
    tallies: TallyStore
    sums: KeptSums
    bundles: BundleStore
    clock: Clock

    def __call__(self, principal: Principal, on: date | None, area: AreaCode | None) -> DailyReport:
        """Return a day's report of an area, by default today's, institution by institution.

        Raises `NotFound` for an area that is not the caller's.
        """
        registry = self.bundles.current().registry
        code, day = area_read(principal, DAILY_READ, area, registry), on or self.clock.today()
        within = registry.institutions_at(lambda place: code in {*registry.chain(place.area), place.agency})
        institutions = sorted((each for _, each in within), key=lambda each: each.code)
        wanted, codes = f"{DAY}{day.isoformat()}", [each.code for each in institutions]
        found = {
            each.under: each
            for each in self.sums.read(
                lambda: self.tallies.of_day(codes, day), lambda under, row: row == wanted and under in codes
            )
        }
        return DailyReport(
            code, day, tuple((each, found.get(each.code, Tally(each.code, wanted))) for each in institutions)
        )


def area_read(principal: Principal, action: Action, area: AreaCode | None, registry: Registry) -> AreaCode:
    """Return the area asked about, by default the caller's own. Raises `NotFound` for an area not theirs."""
    code = area or (NATION if principal.role is Role.AUDITOR else principal.area)
    chain = registry.chain(code)
    tier = principal.area if principal.area in chain else None
    require(principal, action, Resource("summary", areas=frozenset(chain), tier=tier))
    if not chain:
        raise NotFound
    return code
