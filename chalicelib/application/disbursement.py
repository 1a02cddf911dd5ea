"""What finance does: the bank's receipts for payment orders, its own share paid in, and the advice hospitals get of it.

Districts requisition and finance disburses; when each happened stands on the orders and in the journal (C-12).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chalicelib.application.commits import AddRemittance, OpenWaiting, Part, PostTransaction, UpdateClaim, UpdateOrder
from chalicelib.application.payment import payment_queue
from chalicelib.application.ports import BundleStore, ClaimStore, Clock, Commits, HospitalStore, LedgerStore
from chalicelib.application.records import ClaimRecord, ClaimStatus, PaymentOrder, Waiting
from chalicelib.application.requests import Page, PageRequest
from chalicelib.application.retrying import Retrying
from chalicelib.application.times import instant, start_of
from chalicelib.domain.access import Action, Principal, of_area, of_institution, own, require
from chalicelib.domain.advances import amount_findings, finding
from chalicelib.domain.errors import Conflict, Invalid, NotFound
from chalicelib.domain.ledger import Transaction, numbered, payment_confirmed, reversal_of
from chalicelib.domain.money import Fen
from chalicelib.domain.payments import PaymentStatus, Remittance, RemittanceLine
from chalicelib.domain.postings import finance_paid
from chalicelib.domain.references import reference_key
from chalicelib.domain.registry import Institution

_PAYMENT_ID = re.compile(r"([^-]+)(?:-([1-9][0-9]{0,5}))?")
"""A claim's id and, from the second order on, its number."""
_REFERENCE_REQUIRED = finding(
    "reference-required", "bank_reference", "请填写银行流水号。", "Give the bank's reference of the movement."
)
_FINISHED = finding("payment-finished", "payment_id", "该笔支付已有结果。", "This payment has come to its end.")


@dataclass(frozen=True, slots=True)
class Disbursement:
    claims: ClaimStore
    hospitals: HospitalStore
    ledger: LedgerStore
    bundles: BundleStore
    commits: Commits
    clock: Clock
    retrying: Retrying

    def receive(self, principal: Principal, payment_id: str, bank_reference: str, *, paid: bool) -> PaymentOrder:
        """Record what the bank says of a payment order. One that failed is owed again; the sweep orders it anew.

        Raises `NotFound` for an unknown or foreign order and `Conflict` for one that has come to its end.
        """

        def once() -> PaymentOrder:
            record, order = self._order(principal, Action.PAYMENT_CONFIRM, payment_id)
            if not bank_reference.strip():
                raise Invalid([_REFERENCE_REQUIRED])
            if order.status is not PaymentStatus.ORDERED:
                raise Conflict([_FINISHED])
            status = PaymentStatus.PAID if paid else PaymentStatus.FAILED
            finished = replace(order, status=status, bank_reference=bank_reference)
            now = instant(self.clock.now())
            posting = self._posting(record, order, now, paid=paid)
            parts: list[Part] = [UpdateOrder(finished, PaymentStatus.ORDERED), PostTransaction(posting)]
            if not paid:
                queued = Waiting(payment_queue(order.claim_id), order.claim_id, now)
                parts += [UpdateClaim(_owed_again(record, order, now)), OpenWaiting(queued)]
                parts.append(AddRemittance(order.institution, _failed(record, order, now)))
            self.commits.commit(parts)
            return finished

        return self.retrying.on_conflict(once)

    def pay_in(self, principal: Principal, area: str, bank_reference: str, amount_fen: Fen) -> Transaction:
        """Finance pays in what its area owes of the fiscal share; the same reference again is the first one. Raises
        `NotFound` for an area nobody knows.
        """
        registry = self.bundles.current().registry
        resource = of_area(registry, area, "finance") if area in registry.areas else own(principal, "finance")
        require(principal, Action.FINANCE_PAY, resource)
        if area not in registry.areas:
            raise NotFound
        wrong = list(amount_findings(amount_fen))
        if not bank_reference.strip():
            wrong.append(_REFERENCE_REQUIRED)
        if wrong:
            raise Invalid(wrong)
        receipt_id = f"{area}:{reference_key(area, bank_reference)}"
        transaction = finance_paid(receipt_id, instant(self.clock.now()), area, amount_fen)
        known = self.ledger.get(transaction.id)
        if known is not None:
            if known.postings != transaction.postings:
                raise Conflict
            return known
        self.commits.commit([PostTransaction(transaction)])
        return transaction

    def orders(self, principal: Principal, code: str, page: PageRequest) -> Page[PaymentOrder]:
        """A hospital's payment orders."""
        self._require_reader(principal, code)
        return self.hospitals.payment_orders(code, page)

    def remittance(self, principal: Principal, code: str, from_on: date, to_on: date) -> Remittance:
        """The remittance advice of some days, both inside."""
        self._require_reader(principal, code)
        lines = self.hospitals.remittances(code, start_of(from_on), start_of(to_on + timedelta(days=1)))
        return Remittance(code, lines)

    def _require_reader(self, principal: Principal, code: str) -> None:
        institution = self.bundles.current().registry.institutions.get(code)
        require(
            principal,
            Action.PAYMENT_READ,
            own(principal, "payment") if institution is None else of_institution(institution, "payment"),
        )
        if institution is None:
            raise NotFound

    def _order(self, principal: Principal, action: Action, payment_id: str) -> tuple[ClaimRecord, PaymentOrder]:
        named = _PAYMENT_ID.fullmatch(payment_id)
        record = None if named is None else self.claims.get(named[1])
        order = None
        if named is not None and record is not None:
            order = self.hospitals.payment_order(record.institution, named[1], int(named[2] or 0))
        if record is None or order is None:
            require(principal, action, own(principal, "payment"))
            raise NotFound
        require(principal, action, of_institution(self._institution(record), "payment"))
        return record, order

    def _posting(self, record: ClaimRecord, order: PaymentOrder, now: str, *, paid: bool) -> Transaction:
        if paid:
            return payment_confirmed(order.claim_id, now, self._institution(record), order.amount_fen, order.number)
        instructed = self.ledger.get(numbered("pay", order.claim_id, order.number))
        if instructed is None:
            raise NotFound
        return reversal_of(instructed, now, order.payment_id)

    def _institution(self, record: ClaimRecord) -> Institution:
        return self.bundles.current().registry.institutions[record.institution]


def _owed_again(record: ClaimRecord, order: PaymentOrder, now: str) -> ClaimRecord:
    """What the bank could not pay is open again; the next round of payment orders it."""
    settled = record.settlement
    if record.status is not ClaimStatus.SETTLED or settled is None:
        raise Conflict([_FINISHED])
    summary = replace(settled, ordered=False, ordered_fen=settled.ordered_fen - order.amount_fen)
    return replace(record, settlement=summary, revision=record.revision + 1, changed_at=now)


def _failed(record: ClaimRecord, order: PaymentOrder, now: str) -> RemittanceLine:
    """What the bank could not pay was advised before and is taken back; the next round advises it again."""
    return RemittanceLine(
        claim_id=record.claim_id,
        claim_no=record.claim_no,
        event=f"failed-{order.number}",
        at=now,
        owed_fen=-order.amount_fen,
        offset_fen=0,
        withheld_fen=0,
        ordered_fen=-order.amount_fen,
    )
