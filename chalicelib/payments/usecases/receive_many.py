"""Books the payment orders' reports of a bank's file, each line as if the line had been sent alone.

A line is booked or refused as a whole and has its own answer; the amount must be the order's, since a bank's file that
names another amount means another order. The same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Finding, Invalid, NotFound, QuebaoError, Unavailable, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.uploads import LineAnswer, LineOutcome
from chalicelib.payments.access import RECEIPT_RECORD
from chalicelib.payments.usecases.receive import PaymentReceipts
from chalicelib.registry.domain.resources import own
from chalicelib.settlement.domain.order import PaymentId

RECEIPT_LINES_MAX = 200
"""The largest number of lines in a call: each is booked in a transaction of its own, and a call has half a minute."""


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """The bank's report on an order."""

    payment_id: PaymentId
    bank_reference: str
    amount_fen: Fen
    paid: bool


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line as the edge read it: a report, or the faults of the line's form."""

    number: int
    report: ReceiptReport | None
    wrong: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiveMany:
    receipts: PaymentReceipts

    def __call__(self, principal: Principal, lines: Sequence[ReceiptLine]) -> tuple[LineAnswer, ...]:
        """Return each line's answer, in the lines' order. Raises `Invalid` for more lines than one call can book,
        `Unavailable` where a store does not answer: lines booked by then stay, and the same file sent again continues.
        """
        require(principal, RECEIPT_RECORD, own(principal, "receipt"))
        if len(lines) > RECEIPT_LINES_MAX:
            raise Invalid([_TOO_MANY])
        return tuple(self._answer(principal, line) for line in lines)

    def _answer(self, principal: Principal, line: ReceiptLine) -> LineAnswer:
        report = line.report
        if report is None:
            return LineAnswer(line.number, LineOutcome.REFUSED, None, line.wrong)
        try:
            return LineAnswer(line.number, self._booked(principal, report), report.payment_id)
        except Unavailable:
            raise
        except NotFound:
            return LineAnswer(line.number, LineOutcome.REFUSED, None, (_UNKNOWN,))
        except QuebaoError as refused:
            wrong = refused.findings or (Finding(refused.code, "", refused.message),)
            return LineAnswer(line.number, LineOutcome.REFUSED, None, tuple(wrong))

    def _booked(self, principal: Principal, report: ReceiptReport) -> LineOutcome:
        _, before = self.receipts.find(principal, report.payment_id)
        if before.amount_fen != report.amount_fen:
            raise Invalid([_ANOTHER_AMOUNT])
        after = self.receipts.receive(principal, report.payment_id, report.bank_reference, paid=report.paid)
        return LineOutcome.KNOWN if after.said == before.said else LineOutcome.KEPT


_TOO_MANY = finding(
    "upload-too-long",
    "file",
    f"一次最多登记 {RECEIPT_LINES_MAX} 行，请分次上传。",
    f"Send the file in parts: a call books at most {RECEIPT_LINES_MAX} lines.",
)
_UNKNOWN = finding(
    "order-unknown",
    "payment_id",
    "本单位没有该编号的支付指令，请在列表（GET /v1/payments）中查找。",
    "No payment order of your office has this id; choose one from the list (GET /v1/payments).",
)
_ANOTHER_AMOUNT = finding(
    "amount-not-the-orders",
    "amount",
    "金额与该支付指令的金额不符，请核对支付编号和金额；一笔款支付多笔指令的，请登记合并回执（POST /v1/receipts）。",
    "The amount is not the order's. Check the id and the amount; where one movement paid several orders, report it "
    "once for all of them (POST /v1/receipts).",
)
