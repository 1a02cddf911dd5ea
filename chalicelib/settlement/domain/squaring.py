"""What a claim's round of payment does, and the remittance advice that explains it to the hospital.

A claim is squared, never patched: from what it is owed and what it had so far follows what is offset, given back, held
against an earlier overpayment, ordered from the bank, or owed back. The same rule pays a claim first, follows a
correction up or down, and undoes a claim whose debt is gone. Source: design.md section 6.
"""

from __future__ import annotations

from chalicelib.claims.domain.remittance import NOTHING_BILLED, Adjustment, AdjustmentCode, Bill
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.ledger.domain.transaction import advance_offset_fen


@dataclass(frozen=True, slots=True)
class Paid:
    """What a claim had until now: set against the special advance, and ordered or held against an overpayment."""

    offset_fen: Fen = 0
    ordered_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What the hospital holds: its special advance ready to be spent, and what it was overpaid on other claims. Below
    zero the latter is owed to the hospital: money came back that had been set against an overpayment.
    """

    advance_fen: Fen = 0
    overpaid_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Squaring:
    """One round of payment; every figure but `withheld_fen` is zero or more.

    `restored_fen` goes back to the special advance, `offset_fen` is taken from it, `withheld_fen` is kept against an
    overpayment, or, below zero, paid on top of what the claim is owed, `ordered_fen` goes to the bank, `overpaid_fen`
    is what the hospital now owes back.
    """

    restored_fen: Fen = 0
    offset_fen: Fen = 0
    withheld_fen: Fen = 0
    ordered_fen: Fen = 0
    overpaid_fen: Fen = 0


def square(owed_fen: Fen, paid: Paid, held: Held, *, protected_fen: Fen) -> Squaring:
    """What makes a claim's payments equal what it is owed. A special advance meets the protected part of the debt and
    nothing else, so whatever stands in above `protected_fen` goes back. Source: Y-02, N-03.
    """
    limit_fen = min(owed_fen, protected_fen)
    keeps_fen = min(paid.offset_fen, limit_fen)
    restored_fen = paid.offset_fen - keeps_fen
    open_fen = owed_fen - keeps_fen - paid.ordered_fen
    if open_fen <= 0:
        return Squaring(restored_fen=restored_fen, overpaid_fen=-open_fen)
    offset_fen = advance_offset_fen(open_fen, limit_fen - keeps_fen, held.advance_fen)
    withheld_fen = min(open_fen - offset_fen, held.overpaid_fen)
    return Squaring(restored_fen, offset_fen, withheld_fen, open_fen - offset_fen - withheld_fen)


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One claim's round of payment. `owed_fen` is what changed of the claim's debt; the rest is how it was met. `bill`
    is the claim as it stood then, negated in the line that reverses it. `held_fen` waits for the agency.
    """

    claim_id: str
    claim_no: str
    event: str
    at: str
    owed_fen: Fen
    offset_fen: Fen
    withheld_fen: Fen
    ordered_fen: Fen
    bill: Bill = NOTHING_BILLED
    held_fen: Fen = 0

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """All between what was billed and what is ordered: `billed - sum = ordered_fen`."""
        found = (
            *self.bill.patient_adjustments,
            Adjustment(AdjustmentCode.EARLIER_ROUNDS, self.bill.insured_fen - self.owed_fen),
            Adjustment(AdjustmentCode.ADVANCE_OFFSET, self.offset_fen),
            Adjustment(AdjustmentCode.WITHHELD, self.withheld_fen),
            Adjustment(AdjustmentCode.HELD, self.held_fen),
        )
        return tuple(each for each in found if each.amount_fen)


@dataclass(frozen=True, slots=True)
class Remittance:
    """A hospital's remittance advice over some days: every claim paid or corrected, and the sums (as in X12 835)."""

    institution: str
    lines: tuple[RemittanceLine, ...]

    @property
    def owed_fen(self) -> Fen:
        return sum(line.owed_fen for line in self.lines)

    @property
    def offset_fen(self) -> Fen:
        return sum(line.offset_fen for line in self.lines)

    @property
    def withheld_fen(self) -> Fen:
        return sum(line.withheld_fen for line in self.lines)

    @property
    def ordered_fen(self) -> Fen:
        return sum(line.ordered_fen for line in self.lines)

    @property
    def held_fen(self) -> Fen:
        return sum(line.held_fen for line in self.lines)
