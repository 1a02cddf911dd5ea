"""Routes of requisitions of funds: ask, take back, decide, pay, receive, list."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import ResourceType, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value, status_parameter
from chalicelib.requisitions.access import (
    REQUISITION_ASK,
    REQUISITION_DECIDE,
    REQUISITION_PAY,
    REQUISITION_READ,
    REQUISITION_RECEIVE,
    REQUISITION_WITHDRAW,
)
from chalicelib.requisitions.domain import Requisition, RequisitionId, RequisitionStatus
from chalicelib.requisitions.schemas import (
    RequisitionBody,
    RequisitionDecisionBody,
    RequisitionDocument,
    RequisitionMovementBody,
    RequisitionPage,
    RequisitionWithdrawalBody,
    requisition_document,
    requisition_file,
)
from chalicelib.requisitions.usecases import Requisitions

_ID = path_value("requisition_id", Text("用款申请标识", "The requisition's id"))
_MOVEMENT = {"kind": "basic", "bank_reference": "BANK-2020-0031", "amount": "500000.00", "outcome": "paid"}

_STATUS = status_parameter(RequisitionStatus)
_REQUISITION = ResourceType(Tag.MONEY, Text("用款申请", "The requisition"), RequisitionDocument, (_ID,))

ASK = _REQUISITION.adding(
    id="fileRequisition",
    summary=Text("提出用款申请", "Ask for funds"),
    detail=Text(
        "区县经办机构向文件规定的上级财政申请用款，按资金种类分列；同一编号、同一内容重复提交返回同一申请。",
        "A district asks the level above that a notice of today names, by account. The same number with the same "
        "content is the same requisition.",
    ),
    action=REQUISITION_ASK,
    body=RequisitionBody,
    body_example={
        "requisition_no": "YK-2020-007",
        "purpose": "settlement",
        "needed_on": "2020-02-20",
        "reason": "settlements of the next two weeks",
        "lines": [{"kind": "basic", "amount": "800000.00"}, {"kind": "fiscal", "amount": "200000.00"}],
    },
)
LIST = listing(
    id="listRequisitions",
    tag=Tag.MONEY,
    summary=Text("列出用款申请", "List requisitions"),
    detail=Text(
        "本区划申请的和由本区划拨款的，先申请的在前，含已拨、到账和尚欠；可导出 CSV 或 Excel。",
        "An area sees the requisitions it asked for and those it pays, the oldest first, with the amounts paid, "
        "received and short; the list is available as a file.",
    ),
    action=REQUISITION_READ,
    page=RequisitionPage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
READ = _REQUISITION.reading(
    id="readRequisition",
    summary=Text("查看用款申请", "Read a requisition"),
    detail=Text(
        "含审批、时限、拨付和到账。", "The answer holds the decision, the terms, the payments and the receipts."
    ),
    action=REQUISITION_READ,
)
DECIDE = _REQUISITION.changing(
    id="decideRequisition",
    summary=Text("审批用款申请", "Approve or refuse a requisition"),
    detail=Text(
        "由拨款一级财政、申请人以外的人办理；逐项写明批准金额，少于申请或不予批准须说明原因。",
        "The finance office of the paying level decides, by another person than the one who asked. An approval "
        "gives the amount of each account; an amount below the request, or a refusal, gives its reason.",
    ),
    action=REQUISITION_DECIDE,
    body=RequisitionDecisionBody,
    body_example={
        "decision": "approve",
        "lines": [{"kind": "basic", "amount": "800000.00"}, {"kind": "fiscal", "amount": "200000.00"}],
    },
)
PAY = _REQUISITION.changing(
    id="recordRequisitionPayment",
    summary=Text("登记拨款", "Record a payment of the payer's bank"),
    detail=Text(
        "可分次拨付；超过批准额的照样记账并列为超付，超过批准总额的单笔视为录入错误（422）；退回的款项另有流水号。"
        "由申请人和审批人以外的人登记，同一流水号重复登记返回现有结果。",
        "A requisition may be paid in parts. Money beyond the approval is booked and shown as such; a movement of "
        "more than the whole approval is a typing error (422). A person other than those who asked and approved "
        "records the payment; the same reference again is answered as the requisition stands.",
    ),
    action=REQUISITION_PAY,
    body=RequisitionMovementBody,
    body_example=_MOVEMENT,
)
RECEIVE = _REQUISITION.changing(
    id="recordRequisitionReceipt",
    summary=Text("登记到账", "Record a receipt of the district's bank"),
    detail=Text(
        "由申请区划、申请人以外的人登记；可先于拨款登记；退回上级的款项登记为 returned。",
        "The district records the receipt, by another person than the one who asked. A receipt may be recorded "
        "before the payment; money sent back is `returned`.",
    ),
    action=REQUISITION_RECEIVE,
    body=RequisitionMovementBody,
    body_example=_MOVEMENT,
)
WITHDRAW = _REQUISITION.changing(
    id="withdrawRequisition",
    summary=Text("撤回用款申请", "Withdraw a requisition"),
    detail=Text(
        "由申请区划在拨款前撤回并说明原因，审批前后均可；已有拨款或到账的须先退回。撤回后银行仍拨付的照样记账，列为超付。",
        "The district withdraws the requisition before it is paid, decided or not, with the reason; money that "
        "has moved is returned first. Money that the bank pays all the same is booked and shown as beyond the "
        "approval.",
    ),
    action=REQUISITION_WITHDRAW,
    body=RequisitionWithdrawalBody,
    body_example={"reason": "settled from the district's own balance"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of requisitions."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, requisition: Requisition) -> Response:
        return answer(requisition_document(requisition, call.use(Clock).now(), call.cite))

    @endpoints.route("POST", "/v1/requisitions", ASK)
    def file_requisition(call: Call, principal: Principal) -> Response:
        request = call.sent(RequisitionBody).to_request()
        return shown(call, call.use(Requisitions).ask(principal, request))

    @endpoints.route("GET", "/v1/requisitions", LIST)
    def list_requisitions(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        now = call.use(Clock).now()
        return call.listed(
            partial(call.use(Requisitions).find, principal, status, area),
            lambda each: requisition_document(each, now, call.cite),
            lambda found: requisition_file(found, now),
        )

    @endpoints.route("GET", "/v1/requisitions/{requisition_id}", READ)
    def read_requisition(call: Call, principal: Principal, requisition_id: RequisitionId) -> Response:
        return shown(call, call.use(Requisitions).read(principal, requisition_id))

    @endpoints.route("POST", "/v1/requisitions/{requisition_id}/decision", DECIDE)
    def decide_requisition(call: Call, principal: Principal, requisition_id: RequisitionId) -> Response:
        body, requisitions = call.sent(RequisitionDecisionBody), call.use(Requisitions)
        if body.approves:
            return shown(call, requisitions.approve(principal, requisition_id, body.amounts, body.reason))
        return shown(call, requisitions.refuse(principal, requisition_id, body.reason))

    @endpoints.route("POST", "/v1/requisitions/{requisition_id}/withdrawal", WITHDRAW)
    def withdraw_requisition(call: Call, principal: Principal, requisition_id: RequisitionId) -> Response:
        reason = call.sent(RequisitionWithdrawalBody).reason
        return shown(call, call.use(Requisitions).withdraw(principal, requisition_id, reason))

    @endpoints.route("POST", "/v1/requisitions/{requisition_id}/payments", PAY)
    def record_requisition_payment(call: Call, principal: Principal, requisition_id: RequisitionId) -> Response:
        word = call.sent(RequisitionMovementBody).to_word()
        return shown(call, call.use(Requisitions).pay(principal, requisition_id, word))

    @endpoints.route("POST", "/v1/requisitions/{requisition_id}/receipts", RECEIVE)
    def record_requisition_receipt(call: Call, principal: Principal, requisition_id: RequisitionId) -> Response:
        word = call.sent(RequisitionMovementBody).to_word()
        return shown(call, call.use(Requisitions).receive(principal, requisition_id, word))

    return endpoints.blueprint
