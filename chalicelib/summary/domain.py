"""Sums of claims, kept as claims change: by institution or area concerned, by day of receipt, by settling agency.

A claim counts once under its institution, each area concerned, every area above these, and the nation. Sums are brought
up to date in steps, as the books are: a sum states the instant it reaches, so a reader adds the later changes and never
counts anything twice. Source: contract.md, `GET /v1/summary`.
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
from chalicelib.kernel.time import BEFORE_ALL, Instant, civil_date_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.registry.domain.model import NATION, Institution

DAY, AGENCY = "DAY#", "AGENCY#"
BEGINNING = Instant("2020")
"""The instant at which sums begin: no notice is older, so no claim is."""
UNKNOWN_AGENCY = "unknown"
"""Placeholder for the agency of a claim whose institution is unknown."""


class By(StrEnum):
    """The breakdowns of a summary."""

    STATUS = "status"
    PAYER = "payer"
    DAY = "day"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums of claims under an institution or area (`under`), of a day of receipt or a settling agency (`row`), with the
    changes before `through`.
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
    through: Instant = BEFORE_ALL
    revision: int = 0

    @property
    def by_status(self) -> Mapping[ClaimStatus, int]:
        """Return the number of claims in each state."""
        return {status: getattr(self, status.value) for status in ClaimStatus}

    @property
    def by_payer(self) -> Mapping[Payer, Fen]:
        """Return the amount each payer bears of the settled claims."""
        return {payer: getattr(self, f"{payer.value}_fen") for payer in Payer}

    @property
    def claims(self) -> int:
        return sum(self.by_status.values())

    @property
    def total_fen(self) -> Fen:
        """Return the total amount of the settled claims."""
        return sum(self.by_payer.values())

    def plus(self, others: Iterable[Tally]) -> Tally:
        """Return the sum with others, under this tally's name."""
        every = (self, *others)
        return replace(self, **{name: sum(getattr(each, name) for each in every) for name in _FIGURES})

    def with_fresh(self, parts: Iterable[Addend]) -> Tally:
        """Return the tally with the parts not yet included; parts already included may be among them."""
        return self.plus(each.sums for each in parts if each.at >= self.through)


_AMOUNTS = tuple(each.name for each in fields(Tally) if each.name.endswith("_fen"))
_FIGURES = (*(status.value for status in ClaimStatus), *_AMOUNTS)


@dataclass(frozen=True, slots=True)
class Addend:
    """The addition of a change to a row of sums, with the instant of the change."""

    at: Instant
    sums: Tally


@dataclass(frozen=True, slots=True)
class CountedThrough:
    """The reach of the sums: all changes before `through` are included; the changes from `through` to before `until`
    are being included.
    """

    through: Instant
    until: Instant
    revision: int = 0


def above(area: AreaCode) -> tuple[str, ...]:
    """Return an area and all areas above it by its code (GB/T 2260). A code never moves, so a claim leaves the sums
    that it entered, whatever the registry has become.
    """
    return tuple(dict.fromkeys((area, f"{area[:4]}00", f"{area[:2]}0000", NATION)))


def parts_of(change: CountedChange) -> Iterator[Addend]:
    """Yield the additions of a change to each row of sums: the claim as counted now, less as counted before."""
    rows: dict[tuple[str, str], Tally] = {}
    for counted, sign in ((change.after, 1), (change.before, -1)):
        for one in () if counted is None else _alone(change, counted, sign):
            key = (one.under, one.row)
            rows[key] = one.plus([rows[key]]) if key in rows else one
    for each in rows.values():
        if any(getattr(each, name) for name in _FIGURES):
            yield Addend(change.at, each)


def _alone(change: CountedChange, counted: Counted, sign: int) -> Iterator[Tally]:
    """Yield the sums of a claim alone."""
    figures = {name: sign * getattr(counted, name) for name in _AMOUNTS} | {counted.status.value: sign}
    unders = {change.institution, NATION, *chain.from_iterable(map(above, counted.areas))}
    for row in (f"{DAY}{civil_date_of(change.received_at)}", f"{AGENCY}{counted.agency or UNKNOWN_AGENCY}"):
        for under in sorted(unders):
            yield Tally(under, row, **figures)


def by_row(changes: Iterable[CountedChange]) -> dict[tuple[str, str], list[Addend]]:
    """Return the additions of some changes, by row of sums."""
    found: dict[tuple[str, str], list[Addend]] = {}
    for change in changes:
        for part in parts_of(change):
            found.setdefault((part.sums.under, part.sums.row), []).append(part)
    return found


@dataclass(frozen=True, slots=True)
class SummarySpan:
    """A span of days of receipt, both inclusive; either end may be open."""

    from_on: date | None = None
    to_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.from_on is None and self.to_on is None

    def holds(self, row: str) -> bool:
        """Tell whether a day's row lies in the span."""
        day = row.removeprefix(DAY)
        return (self.from_on is None or self.from_on.isoformat() <= day) and (
            self.to_on is None or day <= self.to_on.isoformat()
        )


@dataclass(frozen=True, slots=True)
class PayerSum:
    """The amount that a payer bears."""

    payer: Payer
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """A part of a summary: the number of claims, the number settled, and the settled amount. `payers` share the amount
    of a day or an area; the parts by status and by payer have none.
    """

    key: str
    claims: int
    settled: int
    amount_fen: Fen
    payers: tuple[PayerSum, ...] = ()


def parted(by: By, rows: Iterable[Tally]) -> tuple[SummaryItem, ...]:
    """Return the parts of a summary: every state and every payer, and the days and agencies that have claims."""
    found = [row for row in rows if row.claims]
    if by in (By.DAY, By.AREA):
        return tuple(
            SummaryItem(row.row.partition("#")[2], row.claims, row.settled, row.total_fen, _borne(row))
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


def _borne(row: Tally) -> tuple[PayerSum, ...]:
    return tuple(PayerSum(payer, amount_fen) for payer, amount_fen in row.by_payer.items())


def summed(rows: Iterable[Tally]) -> Tally:
    """Return the sum of all rows."""
    return Tally("", "").plus(rows)


@dataclass(frozen=True, slots=True)
class DailyReport:
    """A day's report of an area: the claims that each institution sent, with their present outcome; a row of zeros
    where an institution sent no claim.
    """

    area: AreaCode
    on: date
    rows: tuple[tuple[Institution, Tally], ...]

    @property
    def whole(self) -> Tally:
        return summed(row for _, row in self.rows)

    @property
    def silent(self) -> int:
        """Return the number of institutions that sent no claim."""
        return sum(not row.claims for _, row in self.rows)
