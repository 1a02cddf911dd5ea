"""The tables that agencies publish, made from books and journal: advances, settlements of the epidemic's patients; and
the bank's movements of a day.

Source: N-04 and N-05, 国家医保局 2020-03 访谈 问1, 问2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, round_half_up
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.ledger.domain.books import AccountSum
from chalicelib.ledger.domain.transaction import LedgerEvent

ADVANCE = re.compile(r"hospital/([HP]\d{11})/advance-(special|ordinary)")
"""A hospital's account of one kind of advance."""


@dataclass(frozen=True, slots=True)
class AdvanceFigures:
    """The figures of one kind of advance, in fen: paid by the bank, spent on claims, returned, and the balance."""

    paid_fen: Fen = 0
    spent_fen: Fen = 0
    returned_fen: Fen = 0

    @property
    def balance_fen(self) -> Fen:
        return self.paid_fen - self.spent_fen - self.returned_fen

    def plus(self, other: AdvanceFigures) -> AdvanceFigures:
        """Return the sum of both figures."""
        return AdvanceFigures(
            self.paid_fen + other.paid_fen, self.spent_fen + other.spent_fen, self.returned_fen + other.returned_fen
        )


def advance_figures(sums: Iterable[AccountSum]) -> dict[tuple[str, str], AdvanceFigures]:
    """Return the figures of advances by (institution, kind), where more happened than an instruction or a failure.

    An offset spends, its restoration or reversal takes the spending back, a return counts by itself.
    """
    found = {}
    for each in sums:
        match = ADVANCE.fullmatch(each.account)
        events = [one for one in each.events if one.event not in _NOT_HELD]
        if match is None or not events:
            continue
        spent = [one.balance_fen for one in events if one.event not in _NOT_SPENT]
        returned_fen = -each.of(LedgerEvent.ADVANCE_RETURNED).balance_fen
        paid_fen = each.of(LedgerEvent.ADVANCE_CONFIRMED).told_fen
        found[match.group(1), match.group(2)] = AdvanceFigures(paid_fen, -sum(spent), returned_fen)
    return found


_NOT_HELD = frozenset({LedgerEvent.ADVANCE_INSTRUCTED, LedgerEvent.ADVANCE_FAILED})
_NOT_SPENT = frozenset({LedgerEvent.ADVANCE_CONFIRMED, LedgerEvent.ADVANCE_RETURNED})


@dataclass(frozen=True, slots=True)
class SettledClaim:
    """A settled claim as counted by the statistics; `insurance_fen` is the funds' payment. `insured` tells whether
    medical insurance settles the claim: also an uninsured patient's, when a fund of insurance bears costs (Y-15).
    """

    person: PersonToken
    confirmed: bool
    insured: bool
    total_fen: Fen
    insurance_fen: Fen


@dataclass(frozen=True, slots=True)
class SettlementFigures:
    """The table of N-05: person-times, cost and insurance payments; of the confirmed their number, cost, average per
    person (half up to the fen) and insured share (an exact ratio; 0 where nothing was spent). The bills of uninsured
    patients of which insurance pays nothing are no settlements of medical insurance and are counted apart.
    """

    person_times: int
    total_fen: Fen
    insurance_fen: Fen
    confirmed_persons: int
    confirmed_total_fen: Fen
    confirmed_average_fen: Fen
    confirmed_share: Fraction
    uninsured_person_times: int = 0
    uninsured_total_fen: Fen = 0

    @classmethod
    def of(cls, claims: Iterable[SettledClaim]) -> SettlementFigures:
        found = tuple(claims)
        counted = tuple(claim for claim in found if claim.insured)
        apart = tuple(claim for claim in found if not claim.insured)
        confirmed = tuple(claim for claim in counted if claim.confirmed)
        persons = len({claim.person for claim in confirmed})
        total_fen = sum(claim.total_fen for claim in confirmed)
        insured_fen = sum(claim.insurance_fen for claim in confirmed)
        return cls(
            person_times=len(counted),
            total_fen=sum(claim.total_fen for claim in counted),
            insurance_fen=sum(claim.insurance_fen for claim in counted),
            confirmed_persons=persons,
            confirmed_total_fen=total_fen,
            confirmed_average_fen=round_half_up(Fraction(total_fen, persons)) if persons else 0,
            confirmed_share=Fraction(insured_fen, total_fen) if total_fen else Fraction(0),
            uninsured_person_times=len(apart),
            uninsured_total_fen=sum(claim.total_fen for claim in apart),
        )


@dataclass(frozen=True, slots=True)
class AdvanceLine:
    """The advances of an institution."""

    institution: InstitutionCode
    area: AreaCode
    special: AdvanceFigures
    ordinary: AdvanceFigures


@dataclass(frozen=True, slots=True)
class AdvancesReport:
    """The advances of an area's institutions, and their sums by province and in all."""

    as_of: date
    area: AreaCode
    lines: tuple[AdvanceLine, ...]
    provinces: tuple[tuple[AreaCode, AdvanceFigures, AdvanceFigures], ...]
    special: AdvanceFigures
    ordinary: AdvanceFigures


@dataclass(frozen=True, slots=True)
class SettlementReport:
    from_on: date
    to_on: date
    as_at: date
    area: AreaCode
    figures: SettlementFigures


@dataclass(frozen=True, slots=True)
class BankLine:
    """The movements of an area's bank account on a day by one kind of event, in fen: received and paid."""

    area: AreaCode
    event: LedgerEvent
    count: int
    received_fen: Fen
    paid_fen: Fen


@dataclass(frozen=True, slots=True)
class BankDay:
    """The bank's movements of a civil day, of the agencies of an area and the areas below."""

    on: date
    area: AreaCode
    lines: tuple[BankLine, ...]

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def received_fen(self) -> Fen:
        return sum(line.received_fen for line in self.lines)

    @property
    def paid_fen(self) -> Fen:
        return sum(line.paid_fen for line in self.lines)

    @property
    def by_event(self) -> tuple[BankLine, ...]:
        """Return the movements of all accounts together, by kind of event."""
        moved = {line.event for line in self.lines}
        return tuple(self._sum_of(event) for event in LedgerEvent if event in moved)

    def _sum_of(self, event: LedgerEvent) -> BankLine:
        found = [line for line in self.lines if line.event is event]
        return BankLine(
            self.area,
            event,
            sum(line.count for line in found),
            sum(line.received_fen for line in found),
            sum(line.paid_fen for line in found),
        )


def share_text(share: Fraction) -> str:
    """Write a part of the whole in four digits, half up."""
    units = round_half_up(share * 10_000)
    return f"{units // 10_000}.{units % 10_000:04d}"
