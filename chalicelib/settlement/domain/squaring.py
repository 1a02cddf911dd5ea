"""A claim's round of payment, and the remittance advice that explains the round to the hospital.

A claim is squared, never patched: the amounts owed and paid so far determine the amounts offset, given back, held
against an earlier overpayment, ordered from the bank, or owed back. The same rule pays a claim first, follows a
correction up or down, and undoes a claim whose debt is gone. Source: design.md section 6.
"""

from __future__ import annotations

from chalicelib.claims.domain.remittance import NOTHING_BILLED, Adjustment, AdjustmentCode, Bill
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode


@dataclass(frozen=True, slots=True)
class Paid:
    """Amounts a claim has had until now: the offset by the special advance, and the sum ordered or withheld."""

    offset_fen: Fen = 0
    ordered_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Held:
    """Amounts the hospital holds: the special advance ready to be spent, and the overpayment on other claims. A
    negative overpayment is owed to the hospital: money came back that had been set against an overpayment.
    """

    advance_fen: Fen = 0
    overpaid_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Squaring:
    """A round of payment; every figure but `withheld_fen` is zero or more.

    `restored_fen` goes back to the special advance, `offset_fen` is taken from the advance, `withheld_fen` is kept
    against an overpayment or, below zero, paid on top of the claim's debt, `ordered_fen` goes to the bank,
    `overpaid_fen` is the hospital's new debt.
    """

    restored_fen: Fen = 0
    offset_fen: Fen = 0
    withheld_fen: Fen = 0
    ordered_fen: Fen = 0
    overpaid_fen: Fen = 0


def square(owed_fen: Fen, paid: Paid, held: Held, *, protected_fen: Fen) -> Squaring:
    """Compute the round that makes a claim's payments equal its debt. A special advance meets the protected part of the
    debt and nothing else, so any offset above `protected_fen` goes back. Source: Y-02, N-03.
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


def advance_offset_fen(payable_fen: Fen, protected_fen: Fen, advance_special_fen: Fen) -> Fen:
    """Return the part of a claim's payable that the hospital already holds: at most its special advances, and at most
    the protected part of the claim. An ordinary advance never stands in. Source: Y-02, 云医保〔2020〕12号 一（二）.
    """
    return max(0, min(payable_fen, protected_fen, advance_special_fen))


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """A claim's round of payment. `owed_fen` is the change of the claim's debt; the other amounts meet the change.
    `bill` is the claim as it stood then, negated in the line that reverses it. `held_fen` waits for the agency.
    """

    claim_id: ClaimId
    claim_no: str
    event: str
    at: Instant
    owed_fen: Fen
    offset_fen: Fen
    withheld_fen: Fen
    ordered_fen: Fen
    bill: Bill = NOTHING_BILLED
    held_fen: Fen = 0

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """All adjustments between the billed and the ordered amount: `billed - sum = ordered_fen`."""
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

    institution: InstitutionCode
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
