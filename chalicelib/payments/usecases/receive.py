"""The bank's reports on payment orders: each report moves the books, whatever the claim's state meanwhile.

| report | the order is | booking |
|---|---|---|
| paid | ordered | bank in transit / cash |
| paid | held, paid, failed or recalled before | hospital payable (owed back) / cash; withheld from its next orders |
| failed | ordered | the order is taken back; a settled claim is ordered anew |
| failed | paid | cash / hospital payable: it came back and is owed again |
| failed | paid beyond what was owed | cash / hospital payable: it is no longer owed back |
| failed | failed or recalled before | nothing moved; the report is kept |
"""

from __future__ import annotations

import re
from dataclasses import replace

from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, OrderState, Step, movement_id_of, step_of
from chalicelib.bank.usecases import Register, require_reference
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Waiting
from chalicelib.claims.ports import ClaimStore, OpenWaiting, UpdateClaim
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import ClaimId, MovementId
from chalicelib.kernel.writes import Part, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.transaction import Transaction, numbered, payment_confirmed, reversal_of
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.payments.access import PAYMENT_CONFIRM
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import of_institution, own
from chalicelib.settlement.domain.order import PaymentId, PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.postings import came_back, paid_beyond
from chalicelib.settlement.domain.squaring import RemittanceLine
from chalicelib.settlement.ports import AddRemittance, HospitalStore, MoveOverpaid, UpdateOrder
from chalicelib.settlement.usecases.pay import payment_queue

_PAYMENT_ID = re.compile(r"([^-]+)(?:-([1-9][0-9]{0,5}))?")
"""The pattern of a payment id: a claim's id and, from the second order on, its number."""

_STATES = {PaymentStatus.ORDERED: OrderState.OPEN, PaymentStatus.PAID: OrderState.PAID}


@dataclass(frozen=True, slots=True)
class PaymentReceipts:
    claims: ClaimStore
    hospitals: HospitalStore
    ledger: LedgerStore
    bundles: BundleStore
    register: Register
    commits: Commits
    clock: Clock
    retrying: Retrying

    def receive(self, principal: Principal, payment_id: PaymentId, bank_reference: str, *, paid: bool) -> PaymentOrder:
        """Record the bank's report on a payment order; the same report again returns the order as it stands.

        Raises `NotFound` for an unknown or foreign order and `Conflict` where the reference names another movement.
        """
        return self.retrying.on_conflict(lambda: self._receive_once(principal, payment_id, bank_reference, paid))

    def find(self, principal: Principal, payment_id: PaymentId) -> tuple[ClaimRecord, PaymentOrder]:
        """Return an order that the principal reports on. Raises `NotFound` for an unknown or foreign order."""
        named = _PAYMENT_ID.fullmatch(payment_id)
        claim_id = None if named is None else ClaimId(named[1])
        record = None if claim_id is None else self.claims.get(claim_id)
        order = None
        if named is not None and record is not None:
            order = self.hospitals.payment_order(record.institution, record.claim_id, int(named[2] or 0))
        if record is None or order is None:
            require(principal, PAYMENT_CONFIRM, own(principal, "payment"))
            raise NotFound
        require(principal, PAYMENT_CONFIRM, of_institution(self._institution(record), "payment"))
        return record, order

    def office_of(self, record: ClaimRecord) -> str:
        """Return the area whose bank account pays a claim's orders."""
        return self._institution(record).agency

    def booked(
        self, record: ClaimRecord, order: PaymentOrder, bank_reference: str, movement: Movement
    ) -> tuple[PaymentOrder, list[Part]]:
        """Return the order as it is after a report, and the writes that go with the report."""
        step = step_of(_STATES.get(order.status, OrderState.ENDED), order.beyond, movement.outcome)
        now = movement.said.at
        heard = _heard(order, step, bank_reference, movement.movement_id)
        parts: list[Part] = [UpdateOrder(heard, order.status)]
        moved = self._transaction(step, record, order, movement)
        if moved is not None:
            parts.append(PostTransaction(moved))
        if step in (Step.BEYOND, Step.BEYOND_CAME_BACK):
            owed_back_fen = order.amount_fen if step is Step.BEYOND else -order.amount_fen
            parts.append(MoveOverpaid(order.institution, owed_back_fen))
            parts.append(AddRemittance(order.institution, _beyond_line(record, order, owed_back_fen, movement)))
        if step in (Step.FAILED, Step.CAME_BACK):
            parts += self._owed_again(record, order, step, now)
        return heard, parts

    def _receive_once(
        self,
        principal: Principal,
        payment_id: PaymentId,
        bank_reference: str,
        paid: bool,  # noqa: FBT001 the outcome
    ) -> PaymentOrder:
        record, order = self.find(principal, payment_id)
        require_reference(bank_reference)
        office = self.office_of(record)
        said = Movement(
            movement_id=movement_id_of(office, bank_reference),
            office=office,
            kind=MovementKind.ORDERS,
            names=(order.payment_id,),
            outcome=BankOutcome.PAID if paid else BankOutcome.FAILED,
            amount_fen=order.amount_fen,
            said=Act.of(principal, instant(self.clock.now())),
        )
        movement = self.register.new(said)
        if movement is None:
            return self._carried_on(record, order, bank_reference, said)
        heard, parts = self.booked(record, order, bank_reference, movement)
        self.commits.commit([Revise(movement), *parts])
        return heard

    def _carried_on(
        self, record: ClaimRecord, order: PaymentOrder, bank_reference: str, said: Movement
    ) -> PaymentOrder:
        """Carry on from a report that stands; a collective movement of this order may have been cut off before."""
        if order.heard_of(said.movement_id, said.outcome):
            return order
        heard, parts = self.booked(record, order, bank_reference, said)
        self.commits.commit(parts)
        return heard

    def _transaction(
        self, step: Step, record: ClaimRecord, order: PaymentOrder, movement: Movement
    ) -> Transaction | None:
        institution, now = self._institution(record), movement.said.at
        key = f"{order.payment_id}:{movement.movement_id}"
        match step:
            case Step.CONFIRMED:
                return payment_confirmed(order.claim_id, now, institution, order.amount_fen, order.number)
            case Step.FAILED:
                instructed = existing(self.ledger.get(numbered("pay", order.claim_id, order.number)))
                return reversal_of(instructed, now, order.payment_id)
            case Step.BEYOND:
                return paid_beyond(key, order.payment_id, now, institution, order.amount_fen)
            case Step.CAME_BACK | Step.BEYOND_CAME_BACK:
                return came_back(key, order.payment_id, now, institution, order.amount_fen)
            case Step.NOTED:
                return None

    def _owed_again(self, record: ClaimRecord, order: PaymentOrder, step: Step, now: Instant) -> list[Part]:
        """Reopen the amount that did not reach the hospital: the next round of a settled claim orders it. Nothing is
        owed for a claim that is no longer settled: the amount merely stops being owed back.
        """
        line = _failed_line(record, order, step, now)
        settled = record.settlement
        if record.status is not ClaimStatus.SETTLED or settled is None:
            back = _beyond_line_of(record, -order.amount_fen, f"came-back-{order.number}", now)
            return [MoveOverpaid(order.institution, -order.amount_fen), AddRemittance(order.institution, back)]
        summary = replace(settled, ordered=False, ordered_fen=settled.ordered_fen - order.amount_fen)
        return [
            UpdateClaim(replace(record, settlement=summary, revision=record.revision + 1, changed_at=now)),
            OpenWaiting(Waiting(payment_queue(order.claim_id), order.claim_id, now)),
            AddRemittance(order.institution, line),
        ]

    def _institution(self, record: ClaimRecord) -> Institution:
        return self.bundles.current().registry.institutions[record.institution]


def _heard(order: PaymentOrder, step: Step, bank_reference: str, movement_id: MovementId) -> PaymentOrder:
    """Return the order after a report. A recalled or failed order stays so: a later payment is beyond the order."""
    status, beyond = order.status, order.beyond
    match step:
        case Step.CONFIRMED:
            status = PaymentStatus.PAID
        case Step.FAILED | Step.CAME_BACK:
            status = PaymentStatus.FAILED
        case Step.BEYOND:
            beyond += 1
        case Step.BEYOND_CAME_BACK:
            beyond -= 1
        case Step.NOTED:
            pass
    outcome = BankOutcome.PAID if step in (Step.CONFIRMED, Step.BEYOND) else BankOutcome.FAILED
    said = (*order.said, f"{movement_id}:{outcome.value}")
    return replace(order, status=status, beyond=beyond, bank_reference=bank_reference, said=said)


def _failed_line(record: ClaimRecord, order: PaymentOrder, step: Step, now: Instant) -> RemittanceLine:
    """Return the line that takes back an advised amount that did not arrive; the next round advises it again."""
    return RemittanceLine(
        claim_id=record.claim_id,
        claim_no=record.claim_no,
        event=f"{'failed' if step is Step.FAILED else 'came-back'}-{order.number}",
        at=now,
        owed_fen=-order.amount_fen,
        offset_fen=0,
        withheld_fen=0,
        ordered_fen=-order.amount_fen,
    )


def _beyond_line(record: ClaimRecord, order: PaymentOrder, owed_back_fen: Fen, movement: Movement) -> RemittanceLine:
    event = f"{'paid-beyond' if owed_back_fen > 0 else 'beyond-came-back'}-{order.number}-{movement.movement_id[4:12]}"
    return _beyond_line_of(record, owed_back_fen, event, movement.said.at)


def _beyond_line_of(record: ClaimRecord, owed_back_fen: Fen, event: str, at: Instant) -> RemittanceLine:
    """Return the line for a paid amount not owed for the claim: the hospital has the amount, withheld later."""
    return RemittanceLine(
        claim_id=record.claim_id,
        claim_no=record.claim_no,
        event=event,
        at=at,
        owed_fen=0,
        offset_fen=0,
        withheld_fen=-owed_back_fen,
        ordered_fen=owed_back_fen,
    )
