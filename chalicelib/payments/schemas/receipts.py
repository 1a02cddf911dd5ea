"""Collective movements of the bank on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.advances.domain.model import Advance
from chalicelib.kernel.money import format_yuan
from chalicelib.payments.usecases.collect import CollectiveReceipt
from chalicelib.platform.http.answers import Answer, Area, Yuan
from chalicelib.platform.http.fields import BankReference, MoneyText, Reference
from chalicelib.platform.http.reading import WireModel
from chalicelib.settlement.domain.order import PaymentOrder


class CollectiveReceiptBody(WireModel):
    """One movement of the office's bank, and everything it paid."""

    bank_reference: BankReference
    amount: MoneyText
    orders: Annotated[list[Reference], Field(min_length=1, max_length=100)]


class ReceivedOrderDocument(Answer):
    """One order of a movement, as it stands."""

    id: str
    kind: Literal["payment", "advance"]
    institution: str
    amount: Yuan
    status: Literal["ordered", "paid", "failed", "recalled", "instructed", "returned"]


class CollectiveReceiptDocument(Answer):
    bank_reference: str
    office: Area
    amount: Yuan
    orders: list[ReceivedOrderDocument]


def collective_document(found: CollectiveReceipt) -> dict[str, Any]:
    """A movement and what it paid."""
    return {
        "bank_reference": found.bank_reference,
        "office": found.movement.office,
        "amount": format_yuan(found.movement.amount_fen),
        "orders": [_order_document(order) for order in found.orders],
    }


def _order_document(order: PaymentOrder | Advance) -> dict[str, Any]:
    if isinstance(order, Advance):
        name, kind, amount_fen, status = order.advance_id, "advance", order.approved_fen, order.status.value
    else:
        name, kind, amount_fen, status = order.payment_id, "payment", order.amount_fen, order.shown_status.value
    return {
        "id": name,
        "kind": kind,
        "institution": order.institution,
        "amount": format_yuan(amount_fen),
        "status": status,
    }
