"""Ledger transactions of a reimbursement by hand: the fund's and the finance department's part against the payee.

Both parts are the insured place's: no area owes another, so nothing is cleared. Source: Y-13, 云医保〔2020〕12号
四（二）: "其中由财政给予补助的个人负担部分，由参保地经办机构与财政部门清算".
"""

from __future__ import annotations

from chalicelib.adjudication.domain.determination import FUNDS, Determination
from chalicelib.bank.domain import Step
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import MovementId, TransactionId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.transaction import (
    LedgerEvent,
    Transaction,
    citations_of,
    moved,
    numbered,
    posted,
    reversal_of,
)
from chalicelib.reimbursements.domain.case import Payee, Reimbursement


@dataclass(frozen=True, slots=True)
class Granted:
    """The amounts paid back: the funds' parts as the engine decided them, and the finance department's part."""

    determination: Determination
    fiscal_fen: Fen

    @property
    def amount_fen(self) -> Fen:
        return self.determination.shares.funds_fen + self.fiscal_fen


def granted(determination: Determination, *, is_full: bool) -> Granted:
    """Compute the payers' parts; under a notice "in full", finance also bears a protected patient's remainder."""
    shares = determination.shares
    rest_fen = shares.patient_fen if is_full and determination.protected else 0
    return Granted(determination, shares.fiscal_fen + rest_fen)


def reimbursed(case: Reimbursement, occurred_at: Instant, what: Granted) -> Transaction:
    """Post the insured place's fund expense and fiscal receivable against the payable to the payee."""
    parts = [part for part in what.determination.payers if part.payer in FUNDS and part.amount_fen]
    entries = [(accounts.fund(case.payer, part.scheme or "", part.payer.value), part.amount_fen) for part in parts]
    entries += [(accounts.fiscal_receivable(case.payer), what.fiscal_fen), (owed_to(case), -what.amount_fen)]
    return Transaction(
        TransactionId(f"reimburse:{case.case_id}"),
        LedgerEvent.REIMBURSED,
        occurred_at,
        case.case_id,
        posted(entries),
        (case.citation, *citations_of(what.determination)),
    )


def ordered(case: Reimbursement, occurred_at: Instant, amount_fen: Fen, number: int) -> Transaction:
    """Post the order of the insured place's agency to its bank."""
    key = (numbered("pay", case.case_id, number), LedgerEvent.PAYMENT_ORDERED, case.case_id, occurred_at)
    return moved(key, owed_to(case), accounts.bank_in_transit(case.payer), amount_fen)


def answered(case: Reimbursement, step: Step, movement_id: MovementId, occurred_at: Instant) -> Transaction | None:
    """Post a report of the bank; None if no money moved."""
    payment = case.payment
    if payment is None:
        raise AssertionError("the bank answers an order")
    cash, key = accounts.bank_cash(case.payer), f"{case.case_id}:{payment.number}:{movement_id}"
    match step:
        case Step.CONFIRMED:
            paid = (numbered("paid", case.case_id, payment.number), LedgerEvent.PAYMENT_CONFIRMED)
            return moved(
                (*paid, case.case_id, occurred_at), accounts.bank_in_transit(case.payer), cash, payment.amount_fen
            )
        case Step.FAILED:
            return reversal_of(
                ordered(case, occurred_at, payment.amount_fen, payment.number), occurred_at, case.case_id
            )
        case Step.BEYOND:
            beyond = (TransactionId(f"paid-beyond:{key}"), LedgerEvent.PAID_BEYOND, case.case_id, occurred_at)
            return moved(beyond, owed_to(case), cash, payment.amount_fen)
        case Step.CAME_BACK | Step.BEYOND_CAME_BACK:
            back = (TransactionId(f"came-back:{key}"), LedgerEvent.CAME_BACK, case.case_id, occurred_at)
            return moved(back, cash, owed_to(case), payment.amount_fen)
        case Step.NOTED:
            return None


def owed_to(case: Reimbursement) -> str:
    """Name the account of the payable to the payee."""
    if case.payee is Payee.INSTITUTION:
        return accounts.hospital_payable(case.institution)
    return accounts.person_payable(case.person)
