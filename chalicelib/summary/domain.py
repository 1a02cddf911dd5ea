"""Sums of claims that are kept as claims change: by whom they concern, by day of receipt and by settling agency.

A claim counts once under its institution, each area that it concerns, every area above these, and the nation. Sums are
brought up to date in steps, as the books are: each says up to which instant it goes, so whoever reads it adds what
changed since and never counts anything twice. Source: contract.md, `GET /v1/summary`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from itertools import chain

from chalicelib.adjudication.domain.determination import Payer
from chalicelib.claims.domain.counted import CountedChange
from chalicelib.claims.domain.record import ClaimStatus, Counted
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import civil_date_of
from chalicelib.registry.domain.model import NATION, Institution

DAY, AGENCY = "DAY#", "AGENCY#"
BEGINNING = "2020"
"""Where sums begin: no notice is older, so no claim is."""
UNKNOWN_AGENCY = "unknown"
"""Stands for the agency of a claim whose institution nobody knows."""


class By(StrEnum):
    """What a summary is broken down by."""

    STATUS = "status"
    PAYER = "payer"
    DAY = "day"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums of claims under an institution or area (`under`), of one day of receipt or one settling agency (`row`), with
    what changed before `through`.
    """

    under: str
    row: str
    received: int = 0
    deferred: int = 0
    rejected: int = 0
    settled: int = 0
    reversed: int = 0
    withdrawn: int = 0
    basic_fen: Fen = 0
    critical_fen: Fen = 0
    assistance_fen: Fen = 0
    fiscal_fen: Fen = 0
    patient_fen: Fen = 0
    through: str = ""
    revision: int = 0

    @property
    def by_status(self) -> Mapping[ClaimStatus, int]:
        """How many claims stand in each state."""
        return {status: getattr(self, status.value) for status in ClaimStatus}

    @property
    def by_payer(self) -> Mapping[Payer, Fen]:
        """What each payer bears of the settled claims."""
        return {payer: getattr(self, f"{payer.value}_fen") for payer in Payer}

    @property
    def claims(self) -> int:
        return sum(self.by_status.values())

    @property
    def total_fen(self) -> Fen:
        """What the settled claims came to."""
        return sum(self.by_payer.values())

    def plus(self, others: Iterable[Tally]) -> Tally:
        """With others, under the name of this one."""
        every = (self, *others)
        return replace(self, **{name: sum(getattr(each, name) for each in every) for name in _FIGURES})

    def with_fresh(self, parts: Iterable[Addend]) -> Tally:
        """With what it does not hold yet, whatever else is among them."""
        return self.plus(each.sums for each in parts if each.at >= self.through)


_AMOUNTS = tuple(each.name for each in fields(Tally) if each.name.endswith("_fen"))
_FIGURES = (*(status.value for status in ClaimStatus), *_AMOUNTS)


@dataclass(frozen=True, slots=True)
class Addend:
    """What one change adds to one row of sums, and when it happened."""

    at: str
    sums: Tally


@dataclass(frozen=True, slots=True)
class CountedThrough:
    """Everything that changed before `through` is in the sums; what changed from there to before `until` is being
    brought in.
    """

    through: str
    until: str
    revision: int = 0


def above(area: str) -> tuple[str, ...]:
    """An area and all above it by its code (GB/T 2260). A code never moves, so a claim leaves the sums it entered,
    whatever the registry says by then.
    """
    return tuple(dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000", NATION)))


def parts_of(change: CountedChange) -> Iterator[Addend]:
    """What a change adds to each row of sums: the claim as it counts now, less as it counted before."""
    rows: dict[tuple[str, str], Tally] = {}
    for counted, sign in ((change.after, 1), (change.before, -1)):
        for one in () if counted is None else _alone(change, counted, sign):
            key = (one.under, one.row)
            rows[key] = one.plus([rows[key]]) if key in rows else one
    for each in rows.values():
        if any(getattr(each, name) for name in _FIGURES):
            yield Addend(change.at, each)


def _alone(change: CountedChange, counted: Counted, sign: int) -> Iterator[Tally]:
    """The sums that a claim alone makes."""
    figures = {name: sign * getattr(counted, name) for name in _AMOUNTS} | {counted.status.value: sign}
    unders = {change.institution, NATION, *chain.from_iterable(map(above, counted.areas))}
    for row in (f"{DAY}{civil_date_of(change.received_at)}", f"{AGENCY}{counted.agency or UNKNOWN_AGENCY}"):
        for under in sorted(unders):
            yield Tally(under, row, **figures)


def by_row(changes: Iterable[CountedChange]) -> dict[tuple[str, str], list[Addend]]:
    """What changes add to each row of sums."""
    found: dict[tuple[str, str], list[Addend]] = {}
    for change in changes:
        for part in parts_of(change):
            found.setdefault((part.sums.under, part.sums.row), []).append(part)
    return found


@dataclass(frozen=True, slots=True)
class SummarySpan:
    """Days of receipt, both inside; either end may be open."""

    from_on: date | None = None
    to_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.from_on is None and self.to_on is None

    def holds(self, row: str) -> bool:
        """Whether a day's row lies inside."""
        day = row.removeprefix(DAY)
        return (self.from_on is None or self.from_on.isoformat() <= day) and (
            self.to_on is None or day <= self.to_on.isoformat()
        )


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """One part of a summary: how many claims, how many of them settled, and what those came to."""

    key: str
    claims: int
    settled: int
    amount_fen: Fen


def parted(by: By, rows: Iterable[Tally]) -> tuple[SummaryItem, ...]:
    """The parts of a summary: every state and every payer, and the days and agencies that have claims."""
    found = [row for row in rows if row.claims]
    if by in (By.DAY, By.AREA):
        return tuple(
            SummaryItem(row.row.partition("#")[2], row.claims, row.settled, row.total_fen)
            for row in sorted(found, key=lambda each: each.row)
        )
    whole = summed(found)
    if by is By.PAYER:
        return tuple(
            SummaryItem(payer.value, whole.settled, whole.settled, amount_fen)
            for payer, amount_fen in whole.by_payer.items()
        )
    return tuple(
        SummaryItem(status.value, count, count, whole.total_fen)
        if status is ClaimStatus.SETTLED
        else SummaryItem(status.value, count, 0, 0)
        for status, count in whole.by_status.items()
    )


def summed(rows: Iterable[Tally]) -> Tally:
    """All rows together."""
    return Tally("", "").plus(rows)


@dataclass(frozen=True, slots=True)
class DailyReport:
    """What the institutions of an area sent on a day, each with what became of it since; a row of zeros where one sent
    nothing.
    """

    area: str
    on: date
    rows: tuple[tuple[Institution, Tally], ...]

    @property
    def whole(self) -> Tally:
        return summed(row for _, row in self.rows)

    @property
    def silent(self) -> int:
        """How many institutions sent nothing."""
        return sum(not row.claims for _, row in self.rows)
