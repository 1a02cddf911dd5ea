"""A movement of the bank that pays several orders: payments and advances of one office, reported once with all of them.

The movement is kept first, with all its orders; each order is then booked by itself, and records the movements it has
heard of. A report that was cut off is sent again and continues where it stopped: nothing is booked twice or left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.advances.domain.model import Advance
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, movement_id_of, require_sum
from chalicelib.bank.usecases import Register, require_reference
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Finding, Invalid, NotFound, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AdvanceId
from chalicelib.kernel.writes import Revise
from chalicelib.payments.access import RECEIPT_RECORD
from chalicelib.payments.usecases.receive import PaymentReceipts
from chalicelib.registry.domain.resources import own
from chalicelib.settlement.domain.order import PaymentId, PaymentOrder

_ADVANCE = "adv_"


@dataclass(frozen=True, slots=True)
class CollectiveReceipt:
    """A movement and its paid orders, in the order in which they were reported."""

    movement: Movement
    bank_reference: str
    orders: tuple[PaymentOrder | Advance, ...]


@dataclass(frozen=True, slots=True)
class CollectiveReceipts:
    payments: PaymentReceipts
    advances: AdvanceReceipts
    register: Register
    commits: Commits
    clock: Clock
    retrying: Retrying

    def receive(
        self, principal: Principal, bank_reference: str, amount_fen: Fen, orders: Sequence[str]
    ) -> CollectiveReceipt:
        """Record a movement that paid several orders, and return it. The same report again continues with the movement.

        Raises `Invalid` for an order that is unknown or named twice and for an amount that is not the orders' sum,
        `OwnAct` where the reporter asked for or approved one of the advances, and `Conflict` where the reference names
        another movement.
        """
        require(principal, RECEIPT_RECORD, own(principal, "receipt"))
        require_reference(bank_reference)
        require_sum(amount_fen, self._sum_fen(principal, orders))
        movement = self.retrying.on_conflict(lambda: self._kept(principal, bank_reference, amount_fen, orders))
        booked = tuple(
            self.retrying.on_conflict(lambda: self._book_once(principal, each, bank_reference, movement))  # noqa: B023 called at once
            for each in orders
        )
        return CollectiveReceipt(movement, bank_reference, booked)

    def _sum_fen(self, principal: Principal, orders: Sequence[str]) -> Fen:
        wrong: list[Finding] = []
        total_fen = 0
        for place, name in enumerate(orders):
            if name in orders[:place]:
                wrong.append(_twice(place))
                continue
            try:
                total_fen += self._amount_fen(principal, name)
            except NotFound:
                wrong.append(_unknown(place))
        if wrong:
            raise Invalid(wrong)
        return total_fen

    def _amount_fen(self, principal: Principal, name: str) -> Fen:
        if name.startswith(_ADVANCE):
            return self.advances.find(principal, AdvanceId(name)).approved_fen
        return self.payments.find(principal, PaymentId(name))[1].amount_fen

    def _kept(self, principal: Principal, bank_reference: str, amount_fen: Fen, orders: Sequence[str]) -> Movement:
        said = Movement(
            movement_id=movement_id_of(principal.subject, bank_reference),
            office=principal.subject,
            kind=MovementKind.ORDERS,
            names=tuple(sorted(orders)),
            outcome=BankOutcome.PAID,
            amount_fen=amount_fen,
            said=Act.of(principal, instant(self.clock.now())),
        )
        movement = self.register.new(said)
        if movement is None:
            return said
        self.commits.commit([Revise(movement)])
        return movement

    def _book_once(
        self, principal: Principal, name: str, bank_reference: str, movement: Movement
    ) -> PaymentOrder | Advance:
        if name.startswith(_ADVANCE):
            return self.advances.hear(principal, AdvanceId(name), bank_reference, movement)
        record, order = self.payments.find(principal, PaymentId(name))
        if order.heard_of(movement.movement_id, movement.outcome):
            return order
        heard, parts = self.payments.booked(record, order, bank_reference, movement)
        self.commits.commit(parts)
        return heard


def _unknown(place: int) -> Finding:
    return finding(
        "order-unknown",
        f"orders[{place}]",
        "本单位没有该编号的支付指令或预拨款，请在列表（GET /v1/payments 和 GET /v1/advances）中查找。",
        "No payment order and no advance of your office has this id; choose one from the lists (GET /v1/payments and "
        "GET /v1/advances).",
    )


def _twice(place: int) -> Finding:
    return finding(
        "order-twice", f"orders[{place}]", "同一指令列了两次，请只列一次。", "The order is named twice; name it once."
    )
