"""Budgets, payment orders and the payment advice. The bank's reports on orders are in `receipts.py`."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.budgets.access import BUDGET_ADJUST, BUDGET_READ
from chalicelib.budgets.schemas import BudgetAdjustmentBody, YearBudgetDocument, budget_document
from chalicelib.budgets.usecases import Budgets
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.payments.access import PAYMENT_LIST, PAYMENT_READ
from chalicelib.payments.schemas.answers import PaymentOrderPage, RemittanceDocument
from chalicelib.payments.schemas.bodies import payment_document, remittance_csv, remittance_document
from chalicelib.payments.usecases.read import Disbursement
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import CSV, Operation, Success, Tag, listing
from chalicelib.platform.http.query import AREA_OF_AUDITOR, CODE, FROM_DAY, TO_DAY, form, status_parameter, whole_number
from chalicelib.settlement.domain.order import PaymentStatus

_YEAR = whole_number("year", Text("出院年度，默认今年", "Year of discharge, this year by default"), 2000, 2100)
_FORMAT = form(Text("格式", "Format"), "json", "csv")
_STATUS = status_parameter(PaymentStatus)

READ_BUDGET = Operation(
    id="readBudget",
    tag=Tag.MONEY,
    summary=Text("查询预算", "Read a budget"),
    detail=Text(
        "总额控制额度及已用、单列预算已用，按出院年度，以及每次额度调整。",
        "The answer holds the total-control quota and its use, the use of the separate budget, by year of "
        "discharge, and every change of the quota.",
    ),
    action=BUDGET_READ,
    parameters=(
        CODE,
        _YEAR,
    ),
    answers={200: Success(Text("预算", "The budget"), YearBudgetDocument)},
    problems=(400, 404),
)

ADJUST_BUDGET = Operation(
    id="adjustBudget",
    tag=Tag.MONEY,
    summary=Text("调整总额控制额度", "Change a total-control quota"),
    detail=Text("说明原因；每次调整留痕。", "The change gives its reason and stays on record."),
    action=BUDGET_ADJUST,
    parameters=(CODE,),
    body=BudgetAdjustmentBody,
    body_example={"year": 2020, "quota": "80000000.00", "reason": "beds added for confirmed patients"},
    answers={200: Success(Text("预算", "The budget"), YearBudgetDocument)},
    problems=(400, 404, 422),
)

LIST = listing(
    id="listPayments",
    tag=Tag.MONEY,
    summary=Text("列出支付指令", "List payment orders"),
    detail=Text(
        "抵扣预拨款后应付给机构的款项。",
        "The answer lists the amounts payable to a hospital after its advances were offset.",
    ),
    action=PAYMENT_READ,
    page=PaymentOrderPage,
    filters=(CODE,),
    problems=(404,),
)

REMITTANCE = Operation(
    id="readRemittance",
    tag=Tag.MONEY,
    summary=Text("查询支付通知单", "Read the payment advice"),
    detail=Text(
        "某段日期（北京时间，含两端）内的每笔结算、更正、撤销和支付失败：费用总额、各方支付、患者负担，抵扣、扣回和支付；"
        "费用总额减去各项调整等于支付金额。format=csv 返回表格。",
        "The advice lists every settlement, correction, reversal and failed payment of a period of Asia/Shanghai "
        "days, both ends included: the billed cost, the payers, and the amounts offset, withheld and ordered. "
        "`billed` less the coded `adjustments` is `ordered`. `format=csv` answers a table.",
    ),
    action=PAYMENT_READ,
    parameters=(
        CODE,
        FROM_DAY,
        TO_DAY,
        _FORMAT,
    ),
    answers={200: Success(Text("支付通知单", "The payment advice"), RemittanceDocument, files=(CSV,))},
    problems=(400, 404),
)

LIST_OF_OFFICE = listing(
    id="listOfficePayments",
    tag=Tag.MONEY,
    summary=Text("列出本单位的支付指令", "List an office's payment orders"),
    detail=Text(
        "由本单位开户银行支付的款项，按状态；status=ordered 即等待银行回单的。",
        "An office sees the orders that its bank pays, by state; `status=ordered` lists the orders that wait for "
        "the bank.",
    ),
    action=PAYMENT_LIST,
    page=PaymentOrderPage,
    filters=(_STATUS, AREA_OF_AUDITOR),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of budgets and payments."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/institutions/{code}/budget", READ_BUDGET)
    def read_budget(call: Call, principal: Principal, code: InstitutionCode) -> Response:
        return answer(budget_document(call.use(Budgets).read(principal, code, call.asked(_YEAR))))

    @endpoints.route("POST", "/v1/institutions/{code}/budget/adjustments", ADJUST_BUDGET)
    def adjust_budget(call: Call, principal: Principal, code: InstitutionCode) -> Response:
        body = call.sent(BudgetAdjustmentBody)
        budget = call.use(Budgets).adjust(principal, code, body.year, body.quota, body.reason)
        return answer(budget_document(budget))

    @endpoints.route("GET", "/v1/institutions/{code}/payments", LIST)
    def list_payments(call: Call, principal: Principal, code: InstitutionCode) -> Response:
        return call.listed(partial(call.use(Disbursement).orders, principal, code), payment_document)

    @endpoints.route("GET", "/v1/institutions/{code}/remittance", REMITTANCE)
    def read_remittance(call: Call, principal: Principal, code: InstitutionCode) -> Response:
        advice = call.use(Disbursement).remittance(principal, code, call.asked(FROM_DAY), call.asked(TO_DAY))
        if call.asked(_FORMAT) == "csv":
            headers = {"Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-store"}
            return Response(remittance_csv(advice), headers=dict(headers), status_code=200)
        return answer(remittance_document(advice))

    @endpoints.route("GET", "/v1/payments", LIST_OF_OFFICE)
    def list_office_payments(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(AREA_OF_AUDITOR)
        return call.listed(partial(call.use(Disbursement).find, principal, status, area), payment_document)

    return endpoints.blueprint
