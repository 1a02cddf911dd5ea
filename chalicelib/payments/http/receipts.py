"""Finance's reports of the bank: the answer to a payment order, a movement for several orders, money paid in."""

from __future__ import annotations

from base64 import b64encode

from chalice.app import Blueprint, Response

from chalicelib.advances.schemas import BankAnswerBody
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.schemas import TransactionDocument, transaction_document
from chalicelib.payments.access import FINANCE_PAY, PAYMENT_CONFIRM, RECEIPT_RECORD
from chalicelib.payments.schemas.answers import PaymentOrderDocument
from chalicelib.payments.schemas.bodies import FiscalPaymentBody, payment_document
from chalicelib.payments.schemas.receipts import (
    CollectiveReceiptBody,
    CollectiveReceiptDocument,
    ReceiptsUploadBody,
    collective_document,
)
from chalicelib.payments.usecases.collect import CollectiveReceipts
from chalicelib.payments.usecases.pay_in import FiscalPayments
from chalicelib.payments.usecases.receive import PaymentReceipts
from chalicelib.payments.usecases.receive_many import ReceiveMany
from chalicelib.platform.http.answers import UploadDocument
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import LIST_FILES, Operation, Success, Tag
from chalicelib.platform.http.query import UPLOAD_FORMAT, path_value
from chalicelib.settlement.domain.order import PaymentId

COLLECT = Operation(
    id="receiveCollectivePayment",
    tag=Tag.MONEY,
    summary=Text("登记合并回执", "Record a movement that paid several orders"),
    detail=Text(
        "银行一笔款支付本单位多笔支付指令或预拨时登记一次；金额须等于所列各笔之和。中断后重复发送，从中断处继续，不会重复记账。",
        "The bank paid several payment orders or advances of an office in a single movement, whose amount is "
        "their sum. A call that was cut off and is sent again goes on where it stood; nothing is booked twice.",
    ),
    action=RECEIPT_RECORD,
    body=CollectiveReceiptBody,
    body_example={
        "bank_reference": "BANK-2020-0009",
        "amount": "2000.00",
        "orders": ["clm_aaaaaaaaaaaaaaaaaaaaaaaaaa", "adv_0123456789abcdef0123456789"],
    },
    answers={200: Success(Text("各笔指令", "The orders"), CollectiveReceiptDocument)},
    problems=(400, 409, 422),
)

RECEIVE = Operation(
    id="receivePayment",
    tag=Tag.MONEY,
    summary=Text("登记支付回执", "Record the bank's receipt of a payment"),
    detail=Text(
        "失败的支付恢复为应付，随后重新下达。撤回、失败或已付之后银行又付款的，照样记账，"
        "由机构退还，从其后支付中扣回；付款后退回的恢复为应付。"
        "同一流水号重复登记，返回现有结果；用于另一笔的，返回 409。",
        "A failed payment is owed again and ordered anew. Money that the bank paid after a recall, a failure or a "
        "payment is booked all the same, owed back and withheld from later payments; money that came back after "
        "a payment is owed again. The same report again is answered as the order stands; another use of its "
        "reference is 409.",
    ),
    action=PAYMENT_CONFIRM,
    parameters=(path_value("payment_id", Text("支付编号", "The payment's id"), maxLength=64),),
    body=BankAnswerBody,
    body_example={"bank_reference": "BANK-2020-0003", "outcome": "paid"},
    answers={200: Success(Text("支付指令", "The payment order"), PaymentOrderDocument)},
    problems=(400, 404, 409, 422),
)

UPLOAD = Operation(
    id="uploadReceipts",
    tag=Tag.MONEY,
    summary=Text("按银行文件批量登记回执", "Record the receipts of a bank's file"),
    detail=Text(
        "CSV（UTF-8 或 GB18030）或 Excel，逐行与单笔登记相同办理，一次至多 200 行；金额须与支付指令一致。每行各有答复，"
        "重复上传不重复记账。format=csv 或 xlsx 返回逐行错误清单。",
        "CSV in UTF-8 or GB18030, or an Excel workbook, is read line by line as if every line had been sent "
        "alone, at most 200 lines; the amount must be that of the order. Every line has its answer, and the same "
        "file again books nothing. `format=csv` or `xlsx` gives the lines with their errors as a file.",
    ),
    action=RECEIPT_RECORD,
    parameters=(UPLOAD_FORMAT,),
    body=ReceiptsUploadBody,
    body_example={"file": b64encode(b"payment_id,bank_reference,amount,outcome\n").decode()},
    answers={200: Success(Text("逐行答复", "The answer of every line"), UploadDocument, files=LIST_FILES)},
    problems=(400, 422),
)

PAY_IN = Operation(
    id="payFiscalShare",
    tag=Tag.MONEY,
    summary=Text("财政拨付到账", "Record a payment of finance"),
    detail=Text(
        "超出尚欠部分记为该区划的余额，抵以后应付；超过曾经应付总额的，视为录入错误（422）。同一银行流水号重复登记，返回首次记录。",
        "Money beyond the open amount stands to the area's credit and meets the next amounts it owes; a payment "
        "beyond every amount ever owed is a typing error (422). The same bank reference again answers the first "
        "record.",
    ),
    action=FINANCE_PAY,
    parameters=(path_value("area", Text("区划", "The area"), pattern="^[0-9]{6}$"),),
    body=FiscalPaymentBody,
    body_example={"bank_reference": "FIN-2020-0001", "amount": "1700.00"},
    answers={200: Success(Text("账务", "The transaction"), TransactionDocument)},
    problems=(400, 404, 409, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of the bank's reports."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/receipts", COLLECT)
    def receive_collective_payment(call: Call, principal: Principal) -> Response:
        body = call.sent(CollectiveReceiptBody)
        found = call.use(CollectiveReceipts).receive(principal, body.bank_reference, body.amount, body.orders)
        return answer(collective_document(found))

    @endpoints.route("POST", "/v1/payments/receipts", UPLOAD)
    def upload_receipts(call: Call, principal: Principal) -> Response:
        answers = call.use(ReceiveMany)(principal, call.sent(ReceiptsUploadBody).to_lines())
        return call.uploaded("receipts-answered", answers)

    @endpoints.route("POST", "/v1/payments/{payment_id}/receipt", RECEIVE)
    def receive_payment(call: Call, principal: Principal, payment_id: PaymentId) -> Response:
        body = call.sent(BankAnswerBody)
        order = call.use(PaymentReceipts).receive(
            principal, payment_id, body.bank_reference, paid=body.outcome == "paid"
        )
        return answer(payment_document(order))

    @endpoints.route("POST", "/v1/fiscal/{area}/payments", PAY_IN)
    def pay_fiscal_share(call: Call, principal: Principal, area: AreaCode) -> Response:
        body = call.sent(FiscalPaymentBody)
        paid = call.use(FiscalPayments).pay_in(principal, area, body.bank_reference, body.amount)
        return answer(transaction_document(paid, call.cite))

    return endpoints.blueprint
