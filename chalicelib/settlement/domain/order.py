"""A payment order, its states, and a hospital's money."""

from __future__ import annotations

from enum import StrEnum

from chalicelib.bank.domain import BankOutcome
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen


class PaymentStatus(StrEnum):
    """ordered -> paid when the bank confirms, failed when it could not, recalled when the claim was reversed first.
    What is held does not go to the bank: it is ordered once the agency lets it go.
    """

    HELD = "held"
    ORDERED = "ordered"
    PAID = "paid"
    FAILED = "failed"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What finance is to pay a hospital for one claim, after the advance stood in; `number` is the claim's round,
    `agency` the office whose bank pays. `beyond` counts the payments that the bank made of it though nothing was due
    any more, `said` names the reports that were heard; `revision` rises by one with every write.
    """

    claim_id: str
    institution: str
    amount_fen: Fen
    ordered_at: str
    number: int = 0
    status: PaymentStatus = PaymentStatus.ORDERED
    bank_reference: str | None = None
    agency: str = ""
    beyond: int = 0
    said: tuple[str, ...] = ()
    revision: int = 1

    @property
    def shown_status(self) -> PaymentStatus:
        """Its status, or that the bank paid it after all, whatever had become of it."""
        return PaymentStatus.PAID if self.beyond else self.status

    def heard_of(self, movement_id: str, outcome: BankOutcome) -> bool:
        """Whether a report was booked."""
        return f"{movement_id}:{outcome.value}" in self.said

    @property
    def payment_id(self) -> str:
        return self.claim_id if self.number == 0 else f"{self.claim_id}-{self.number}"


@dataclass(frozen=True, slots=True)
class FundBalance:
    """One kind of advance at a hospital: ready to be spent, and instructed but not confirmed by the bank."""

    ready_fen: Fen = 0
    instructed_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class HospitalMoney:
    """What a hospital holds, in fen. `overpaid_fen` is what it owes back and what later payments withhold."""

    special: FundBalance = FundBalance()
    ordinary: FundBalance = FundBalance()
    overpaid_fen: Fen = 0
