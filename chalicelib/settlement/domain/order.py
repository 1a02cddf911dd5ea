"""A payment order, its states, and a hospital's money."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

from chalicelib.bank.domain import BankOutcome
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, MovementId

PaymentId = NewType("PaymentId", str)
"""The id of a payment order: its claim's, with a number from the second order on."""


class PaymentStatus(StrEnum):
    """ordered -> paid when the bank confirms, failed when the bank could not pay, recalled when the claim was reversed
    first. A held order does not go to the bank: the payment is ordered once the agency releases it.
    """

    HELD = "held"
    ORDERED = "ordered"
    PAID = "paid"
    FAILED = "failed"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """An order to finance to pay a hospital for one claim, net of the advance; `number` is the claim's round, `agency`
    the office whose bank pays, `claim_no` the hospital's number of the claim. `beyond` counts the payments that the
    bank made on the order although nothing was due any more, `said` names the reports received; `revision` rises by one
    with every write.
    """

    claim_id: ClaimId
    institution: InstitutionCode
    amount_fen: Fen
    ordered_at: Instant
    number: int = 0
    status: PaymentStatus = PaymentStatus.ORDERED
    bank_reference: str | None = None
    agency: AreaCode = AreaCode("")
    beyond: int = 0
    said: tuple[str, ...] = ()
    revision: int = 1
    claim_no: str = ""

    @property
    def shown_status(self) -> PaymentStatus:
        """The order's status, or `paid` where the bank paid the order after all, whatever its status was."""
        return PaymentStatus.PAID if self.beyond else self.status

    def heard_of(self, movement_id: MovementId, outcome: BankOutcome) -> bool:
        """Tell whether a report was booked."""
        return f"{movement_id}:{outcome.value}" in self.said

    @property
    def payment_id(self) -> PaymentId:
        return PaymentId(self.claim_id if self.number == 0 else f"{self.claim_id}-{self.number}")


@dataclass(frozen=True, slots=True)
class FundBalance:
    """The balance of one kind of advance at a hospital: ready to be spent, and instructed but not confirmed."""

    ready_fen: Fen = 0
    instructed_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class HospitalMoney:
    """The money position of a hospital, in fen. `overpaid_fen` is owed back and withheld from later payments."""

    special: FundBalance = FundBalance()
    ordinary: FundBalance = FundBalance()
    overpaid_fen: Fen = 0
