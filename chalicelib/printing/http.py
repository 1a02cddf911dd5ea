"""Printed forms as files: a page for the printer or a workbook, with the same content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

from chalice.app import Blueprint, Response

from chalicelib.advances.access import ADVANCE_READ
from chalicelib.claims.access import CLAIM_READ
from chalicelib.clearing.access import STATEMENT_READ
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.payments.access import PAYMENT_READ
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, View, answer_form
from chalicelib.platform.http.operation import HTML, XLSX, About, Operation, Success, Tag
from chalicelib.platform.http.query import CODE, FROM_DAY, TO_DAY, Parameter, form, path_value
from chalicelib.printing.usecases import PrepareForms
from chalicelib.reimbursements.access import REIMBURSEMENT_READ
from chalicelib.requisitions.access import REQUISITION_READ

_FORMAT = form(Text("html（默认，打印用）或 xlsx。", "html (the default, for the printer) or xlsx."), "html", "xlsx")


def _printing(
    tag: Tag, *asked: Parameter[Any], problems: tuple[int, ...] = (400, 404), **about: Unpack[About]
) -> Operation:
    """Return the operation that prints a form; `asked` name it."""
    answers = {200: Success(Text("一份表单", "A form"), media=HTML, files=(XLSX,))}
    return Operation(**about, tag=tag, parameters=(*asked, _FORMAT), answers=answers, problems=problems)


SETTLEMENT = _printing(
    Tag.CLAIMS,
    path_value("claim_id", Text("结算申请编号", "The claim's id")),
    id="printSettlement",
    summary=Text("打印结算单", "Print a statement of settlement"),
    detail=Text(
        "供医疗机构交给患者：各方支付及依据、费用明细、大写金额；姓名由医疗机构填写。",
        "The hospital hands this form to its patient: the payment of every payer with its article, the items, and "
        "the amount in capital figures. The hospital writes the name itself.",
    ),
    action=CLAIM_READ,
    problems=(400, 404, 409),
)

ADVANCE = _printing(
    Tag.MONEY,
    path_value("advance_id", Text("预拨编号", "The advance's id")),
    id="printAdvance",
    summary=Text("打印拨付通知单", "Print the notice of an advance"),
    detail=Text(
        "预拨款的申请、批准、支付和退回，附依据和大写金额。",
        "The form shows the amounts asked for, approved, paid and returned, with the article and the amount in "
        "capital figures.",
    ),
    action=ADVANCE_READ,
)

PAYMENT = _printing(
    Tag.MONEY,
    CODE,
    FROM_DAY,
    TO_DAY,
    id="printPayment",
    summary=Text("打印支付通知单", "Print the notice of payment"),
    detail=Text(
        "某段日期（北京时间，含两端）内逐笔应付、抵扣、扣回、暂缓和支付。",
        "The form shows the amounts owed, offset, withheld, held and paid, claim by claim, for a period of "
        "Asia/Shanghai days, both ends included.",
    ),
    action=PAYMENT_READ,
)


REIMBURSEMENT = _printing(
    Tag.CLAIMS,
    path_value("case_id", Text("手工报销编号", "The case's id")),
    id="printReimbursement",
    summary=Text("打印手工结算表", "Print the form for settlement by hand"),
    detail=Text(
        "未实行联网结算的费用：费用、支付、明细和所附材料；栏目为系统对附件的理解，姓名由受理处填写。",
        "The form shows a bill that could not be settled online: the costs, the payers, the items and the "
        "documents. Its columns follow this system's reading of the annex; the desk writes the name itself.",
    ),
    action=REIMBURSEMENT_READ,
)


REQUISITION = _printing(
    Tag.MONEY,
    path_value("requisition_id", Text("用款申请标识", "The requisition's id")),
    id="printRequisition",
    summary=Text("打印用款申请表", "Print the form of a requisition"),
    detail=Text(
        "按资金种类列申请、批准、拨付、到账和尚欠，附依据和大写金额，供两级签章；栏目为系统的理解。",
        "The form shows the amounts asked for, approved, paid, received and short by account, with the article "
        "and the amount in capital figures, for both levels to sign. Its columns follow this system's reading.",
    ),
    action=REQUISITION_READ,
)


STATEMENT = _printing(
    Tag.CLEARING,
    path_value("run_id", Text("清算轮次编号", "The run's id")),
    path_value("area", Text("统筹区", "The area"), pattern="^[0-9]{6}$"),
    id="printStatement",
    summary=Text("打印清分表", "Print a statement of clearing"),
    detail=Text(
        "一个统筹区在一轮清算中的应收应付、区划之间的金额和明细（至多 1000 笔），附大写净额、签章和确认栏。",
        "The form shows an area's receivables and payables in a run, the amounts between areas, its lines (at "
        "most 1,000), the net in capital figures, and the places for both signatures.",
    ),
    action=STATEMENT_READ,
)


_FORMS: tuple[tuple[str, Operation, Callable[..., PrintedForm]], ...] = (
    ("/v1/claims/{claim_id}/statement", SETTLEMENT, PrepareForms.settlement),
    ("/v1/advances/{advance_id}/notice", ADVANCE, PrepareForms.advance),
    ("/v1/reimbursements/{case_id}/form", REIMBURSEMENT, PrepareForms.reimbursement),
    ("/v1/requisitions/{requisition_id}/form", REQUISITION, PrepareForms.requisition),
    ("/v1/clearing/runs/{run_id}/statements/{area}/form", STATEMENT, PrepareForms.clearing),
)


def _view_of(operation: Operation, form_of: Callable[..., PrintedForm]) -> View:
    """Return the view of a form that the values in its path name."""

    def view(call: Call, principal: Principal, **path: str) -> Response:
        form = form_of(call.use(PrepareForms), principal, **path)
        return answer_form(form, call.asked(_FORMAT), "-".join(path.values()))

    view.__name__ = operation.id
    return view


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of printed forms."""
    endpoints = Endpoints(__name__, edge)

    for path, operation, form_of in _FORMS:
        endpoints.route("GET", path, operation)(_view_of(operation, form_of))

    @endpoints.route("GET", "/v1/institutions/{code}/remittance/notice", PAYMENT)
    def print_payment(call: Call, principal: Principal, code: InstitutionCode) -> Response:
        from_on, to_on = call.asked(FROM_DAY), call.asked(TO_DAY)
        form = call.use(PrepareForms).payment(principal, code, from_on, to_on)
        return answer_form(form, call.asked(_FORMAT), f"{code}-{from_on}-{to_on}")

    return endpoints.blueprint
