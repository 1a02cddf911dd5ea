"""Collective movements of the bank on the wire."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.advances.domain.model import Advance
from chalicelib.bank.domain import BankOutcome
from chalicelib.kernel.errors import Invalid, Malformed
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.words.uploads import UploadedLine, read_upload
from chalicelib.payments.usecases.collect import CollectiveReceipt
from chalicelib.payments.usecases.receive_many import ReceiptLine, ReceiptReport
from chalicelib.platform.http.answers import Answer, Area, Yuan
from chalicelib.platform.http.fields import BankReference, FileText, MoneyText, Reference, read, table_of
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.settlement.domain.order import PaymentId, PaymentOrder


class CollectiveReceiptBody(WireModel):
    """A movement of the office's bank, and the orders that the movement paid."""

    bank_reference: BankReference
    amount: MoneyText
    orders: Annotated[list[Reference], Field(min_length=1, max_length=100)]


class ReceiptsUploadBody(WireModel):
    """A bank's file; `file` has the columns `payment_id`, `bank_reference`, `amount` and `outcome` (paid or failed)."""

    file: FileText

    def to_lines(self) -> tuple[ReceiptLine, ...]:
        """Return the lines as the use case takes them. Raises `Invalid` for a text that is no such table."""
        return tuple(_line(each) for each in read_upload(table_of(self.file), _COLUMNS))


class BankLineBody(WireModel):
    """A line of a bank's file."""

    payment_id: Reference
    bank_reference: BankReference
    amount: MoneyText
    outcome: Choice[BankOutcome]


_COLUMNS = ("payment_id", "bank_reference", "amount", "outcome")
_YUAN = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")


def _line(line: UploadedLine) -> ReceiptLine:
    cells = {name: cell for name, cell in line.cells.items() if cell}
    if _YUAN.fullmatch(cells.get("amount", "")):
        cells["amount"] = f"{Decimal(cells['amount']):.2f}"  # a spreadsheet writes numbers without trailing zeros
    try:
        read_line = read(BankLineBody, cells).value
    except (Malformed, Invalid) as error:
        return ReceiptLine(line.number, None, tuple(error.findings))
    is_paid = read_line.outcome == "paid"
    return ReceiptLine(
        line.number, ReceiptReport(PaymentId(read_line.payment_id), read_line.bank_reference, read_line.amount, is_paid)
    )


class ReceivedOrderDocument(Answer):
    """An order of a movement, in its present state."""

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
    """Write a movement and the orders that the movement paid."""
    return {
        "bank_reference": found.bank_reference,
        "office": found.movement.office,
        "amount": format_yuan(found.movement.amount_fen),
        "orders": [_order_document(order) for order in found.orders],
    }


def _order_document(order: PaymentOrder | Advance) -> dict[str, Any]:
    if isinstance(order, Advance):
        kind, amount_fen, status = "advance", order.approved_fen, order.status.value
    else:
        kind, amount_fen, status = "payment", order.amount_fen, order.shown_status.value
    return {
        "id": order.advance_id if isinstance(order, Advance) else order.payment_id,
        "kind": kind,
        "institution": order.institution,
        "amount": format_yuan(amount_fen),
        "status": status,
    }
