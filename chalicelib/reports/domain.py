"""The tables that agencies publish, made from the journal: advances, and settlements of the epidemic's patients.

Source: N-04 and N-05, 国家医保局 2020-03 访谈 问1, 问2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, round_half_up
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction

_ADVANCE = re.compile(r"hospital/([HP]\d{11})/advance-(special|ordinary)")


@dataclass(frozen=True, slots=True)
class AdvanceFigures:
    """One kind of advance, in fen: paid by the bank, spent on claims, returned, and what is left."""

    paid_fen: Fen = 0
    spent_fen: Fen = 0
    returned_fen: Fen = 0

    @property
    def balance_fen(self) -> Fen:
        return self.paid_fen - self.spent_fen - self.returned_fen

    def plus(self, other: AdvanceFigures) -> AdvanceFigures:
        """Both together."""
        return AdvanceFigures(
            self.paid_fen + other.paid_fen, self.spent_fen + other.spent_fen, self.returned_fen + other.returned_fen
        )


def advance_figures(journal: Iterable[Transaction], before: str) -> dict[tuple[str, str], AdvanceFigures]:
    """What became of the advances before an instant, by (institution, kind)."""
    moved: dict[tuple[str, str], AdvanceFigures] = {}
    instructed: dict[str, tuple[tuple[str, str], Fen]] = {}
    confirmed: set[str] = set()
    for transaction in journal:
        for posting in transaction.postings:
            match = _ADVANCE.fullmatch(posting.account)
            if match is None:
                continue
            key = (match.group(1), match.group(2))
            if transaction.event is LedgerEvent.ADVANCE_INSTRUCTED:
                instructed[transaction.cause] = (key, posting.amount_fen)
            elif transaction.occurred_at < before and transaction.event is not LedgerEvent.ADVANCE_FAILED:
                change = _change(transaction.event, posting.amount_fen)
                moved[key] = moved.get(key, AdvanceFigures()).plus(change)
        if transaction.event is LedgerEvent.ADVANCE_CONFIRMED and transaction.occurred_at < before:
            confirmed.add(transaction.cause)
    for cause in confirmed & instructed.keys():
        key, amount_fen = instructed[cause]
        moved[key] = moved.get(key, AdvanceFigures()).plus(AdvanceFigures(paid_fen=amount_fen))
    return moved


def _change(event: LedgerEvent, amount_fen: Fen) -> AdvanceFigures:
    """An offset spends, its restoration or reversal takes that back, a return is its own."""
    if event is LedgerEvent.ADVANCE_RETURNED:
        return AdvanceFigures(returned_fen=-amount_fen)
    return AdvanceFigures(spent_fen=-amount_fen)


@dataclass(frozen=True, slots=True)
class SettledClaim:
    """One settled claim as the statistics count it; `insurance_fen` is what the funds pay. `insured` is whether medical
    insurance settles the claim: an uninsured patient's too, when a fund of insurance bears costs of it (Y-15).
    """

    person: str
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
