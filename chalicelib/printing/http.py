"""Printed forms as files: a page for the printer or a workbook, with the same content."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.advances.access import ADVANCE_READ
from chalicelib.claims.access import CLAIM_READ
from chalicelib.clearing.access import STATEMENT_READ
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.payments.access import PAYMENT_READ
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer_form
from chalicelib.platform.http.operation import CODE, HTML, XLSX, Operation, Parameter, Success, Tag
from chalicelib.printing.usecases import PrepareForms
from chalicelib.reimbursements.access import REIMBURSEMENT_READ
from chalicelib.requisitions.access import REQUISITION_READ

_FORMAT = Parameter(
    "format",
    "query",
    Text("html（默认，打印用）或 xlsx。", "html (the default, for the printer) or xlsx."),
    {"type": "string", "enum": ["html", "xlsx"]},
)
_FORM = {200: Success(Text("一份表单", "A form"), media=HTML, files=(XLSX,))}
_DAY = {"type": "string", "format": "date"}

SETTLEMENT = Operation(
    id="printSettlement",
    tag=Tag.CLAIMS,
    summary=Text("打印结算单", "Print a statement of settlement"),
    detail=Text(
        "供医疗机构交给患者：各方支付及依据、费用明细、大写金额；姓名由医疗机构填写。",
        "What a hospital hands to its patient: who pays how much by which article, the items, the amount in capital "
        "figures. The hospital writes the name itself.",
    ),
    action=CLAIM_READ,
    parameters=(
        Parameter("claim_id", "path", Text("结算申请编号", "The claim's id"), {"type": "string"}, required=True),
        _FORMAT,
    ),
    answers=_FORM,
    problems=(400, 404, 409),
)

ADVANCE = Operation(
    id="printAdvance",
    tag=Tag.MONEY,
    summary=Text("打印拨付通知单", "Print the notice of an advance"),
    detail=Text(
        "预拨款的申请、批准、支付和退回，附依据和大写金额。",
        "What was asked for, approved, paid and returned, with the article and the amount in capital figures.",
    ),
    action=ADVANCE_READ,
    parameters=(
        Parameter("advance_id", "path", Text("预拨编号", "The advance's id"), {"type": "string"}, required=True),
        _FORMAT,
    ),
    answers=_FORM,
    problems=(400, 404),
)

PAYMENT = Operation(
    id="printPayment",
    tag=Tag.MONEY,
    summary=Text("打印支付通知单", "Print the notice of payment"),
    detail=Text(
        "某段日期（北京时间，含两端）内逐笔应付、抵扣、扣回、暂缓和支付。",
        "What is owed, offset, withheld, held and paid, claim by claim, for some Asia/Shanghai days, both inside.",
    ),
    action=PAYMENT_READ,
    parameters=(
        CODE,
        Parameter("from", "query", Text("起", "From"), _DAY, required=True),
        Parameter("to", "query", Text("止", "To"), _DAY, required=True),
        _FORMAT,
    ),
    answers=_FORM,
    problems=(400, 404),
)


REIMBURSEMENT = Operation(
    id="printReimbursement",
    tag=Tag.CLAIMS,
    summary=Text("打印手工结算表", "Print the form for settlement by hand"),
    detail=Text(
        "未实行联网结算的费用：费用、支付、明细和所附材料；栏目为系统对附件的理解，姓名由受理处填写。",
        "Of a bill that could not be settled online: the costs, who pays, the items and the documents. Its columns are "
        "our reading of the annex; the desk writes the name itself.",
    ),
    action=REIMBURSEMENT_READ,
    parameters=(
        Parameter("case_id", "path", Text("手工报销编号", "The case's id"), {"type": "string"}, required=True),
        _FORMAT,
    ),
    answers=_FORM,
    problems=(400, 404),
)


REQUISITION = Operation(
    id="printRequisition",
    tag=Tag.MONEY,
    summary=Text("打印用款申请表", "Print the form of a requisition"),
    detail=Text(
        "按资金种类列申请、批准、拨付、到账和尚欠，附依据和大写金额，供两级签章；栏目为系统的理解。",
        "What is asked, approved, paid, received and short by account, with the article and the amount in capital "
        "figures, for both levels to sign. Its columns are our reading.",
    ),
    action=REQUISITION_READ,
    parameters=(
        Parameter(
            "requisition_id", "path", Text("用款申请标识", "The requisition's id"), {"type": "string"}, required=True
        ),
        _FORMAT,
    ),
    answers=_FORM,
    problems=(400, 404),
)


STATEMENT = Operation(
    id="printStatement",
    tag=Tag.CLEARING,
    summary=Text("打印清分表", "Print a statement of clearing"),
    detail=Text(
        "一个统筹区在一轮清算中的应收应付、区划之间的金额和明细（至多 1000 笔），附大写净额、签章和确认栏。",
        "What an area is owed and owes in a run, by whom, with its lines (at most 1,000), the net in capital figures, "
        "and where both sides sign.",
    ),
    action=STATEMENT_READ,
    parameters=(
        Parameter("run_id", "path", Text("清算轮次编号", "The run's id"), {"type": "string"}, required=True),
        Parameter(
            "area", "path", Text("统筹区", "The area"), {"type": "string", "pattern": "^[0-9]{6}$"}, required=True
        ),
        _FORMAT,
    ),
    answers=_FORM,
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of printed forms."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/claims/{claim_id}/statement", SETTLEMENT)
    def print_settlement(call: Call, principal: Principal, claim_id: str) -> Response:
        wanted = _format_of(call)
        return answer_form(call.use(PrepareForms).settlement(principal, claim_id), wanted, claim_id)

    @endpoints.route("GET", "/v1/advances/{advance_id}/notice", ADVANCE)
    def print_advance(call: Call, principal: Principal, advance_id: str) -> Response:
        wanted = _format_of(call)
        return answer_form(call.use(PrepareForms).advance(principal, advance_id), wanted, advance_id)

    @endpoints.route("GET", "/v1/institutions/{code}/remittance/notice", PAYMENT)
    def print_payment(call: Call, principal: Principal, code: str) -> Response:
        query = call.query
        from_on, to_on = query.day("from"), query.day("to")
        wanted = query.text("format", "html|xlsx") or "html"
        query.check()
        form = call.use(PrepareForms).payment(principal, code, from_on, to_on)
        return answer_form(form, wanted, f"{code}-{from_on}-{to_on}")

    @endpoints.route("GET", "/v1/reimbursements/{case_id}/form", REIMBURSEMENT)
    def print_reimbursement(call: Call, principal: Principal, case_id: str) -> Response:
        wanted = _format_of(call)
        return answer_form(call.use(PrepareForms).reimbursement(principal, case_id), wanted, case_id)

    @endpoints.route("GET", "/v1/requisitions/{requisition_id}/form", REQUISITION)
    def print_requisition(call: Call, principal: Principal, requisition_id: str) -> Response:
        wanted = _format_of(call)
        return answer_form(call.use(PrepareForms).requisition(principal, requisition_id), wanted, requisition_id)

    @endpoints.route("GET", "/v1/clearing/runs/{run_id}/statements/{area}/form", STATEMENT)
    def print_statement(call: Call, principal: Principal, run_id: str, area: str) -> Response:
        wanted = _format_of(call)
        return answer_form(call.use(PrepareForms).clearing(principal, run_id, area), wanted, f"{run_id}-{area}")

    return endpoints.blueprint


def _format_of(call: Call) -> str:
    query = call.query
    wanted = query.text("format", "html|xlsx") or "html"
    query.check()
    return wanted
