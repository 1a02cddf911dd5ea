"""Routes of advances for patients elsewhere: report, pass on, grant, list, follow (云医保〔2020〕12号 四（三）)."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.patient_advances.access import (
    PATIENT_ADVANCE_DECIDE,
    PATIENT_ADVANCE_FORWARD,
    PATIENT_ADVANCE_READ,
    PATIENT_ADVANCE_REPORT,
)
from chalicelib.patient_advances.domain import PatientAdvanceId, PatientAdvanceStatus
from chalicelib.patient_advances.schemas import (
    FollowedPatientAdvanceDocument,
    ForwardingBody,
    PatientAdvanceBody,
    PatientAdvanceDecisionBody,
    PatientAdvanceDocument,
    PatientAdvancePage,
    followed_document,
    patient_advance_document,
)
from chalicelib.patient_advances.usecases.request import PatientAdvances
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import path_value, status_parameter

_REQUEST_ID = path_value(
    "request_id", Text("代垫申请编号", "The request's id"), examples=["pad_0123456789abcdef0123456789"]
)
_ONE = Text("代垫申请", "The request")

_STATUS = status_parameter(PatientAdvanceStatus, Text("状态", "The request's state"))
_PATIENT_ADVANCE = ResourceType(Tag.MONEY, Text("代垫申请", "The request"), PatientAdvanceDocument, (_REQUEST_ID,))

REPORT = _PATIENT_ADVANCE.adding(
    id="reportPatientAdvance",
    summary=Text("申请就医地代垫", "Ask the treatment place to advance a patient's costs"),
    detail=Text(
        "参保地经办机构为在外省就医、无力垫付的参保人提出；须现行政策允许。同一申请在办结前重复提交，返回同一编号。",
        "The agency of the insured place asks for a person treated in another province who cannot pay. A "
        "provision in force must allow the request. The same request, sent again before it ends, answers the same "
        "id.",
    ),
    action=PATIENT_ADVANCE_REPORT,
    body=PatientAdvanceBody,
    body_example={
        "person": "prs_0123456789abcdef0123456789abcdef",
        "institution": "H42010600001",
        "visit": {"kind": "inpatient", "admitted": "2020-02-05"},
        "case_status": "confirmed",
        "amount": "20000.00",
        "reason": "cannot pay the deposit",
    },
    status=202,
    problems=(404,),
)

FORWARD = _PATIENT_ADVANCE.changing(
    id="forwardPatientAdvance",
    summary=Text("省中心转送代垫申请", "Pass a request on or decline it"),
    detail=Text(
        "参保省清算中心转请就医地经办机构代垫；不予转送的说明原因。",
        "The insured province's centre passes the request on to the agency of the treatment place, or declines "
        "and gives the reason.",
    ),
    action=PATIENT_ADVANCE_FORWARD,
    body=ForwardingBody,
    body_example={"decision": "forward"},
)

DECIDE = _PATIENT_ADVANCE.changing(
    id="decidePatientAdvance",
    summary=Text("就医地决定是否代垫", "Grant or refuse a request"),
    detail=Text(
        "同意即向收治医院专项预拨，随后按预拨流程付款；金额不超过申请数，不填即全额。不同意的说明原因。",
        "Granting makes an approved special advance to the treating hospital, which is then paid like any other: "
        "at most the amount asked for, and the whole amount where none is given. A refusal gives its reason.",
    ),
    action=PATIENT_ADVANCE_DECIDE,
    body=PatientAdvanceDecisionBody,
    body_example={"decision": "accept"},
)

READ = Operation(
    id="readPatientAdvance",
    tag=Tag.MONEY,
    summary=Text("查询代垫申请及款项去向", "Read a request and follow its money"),
    detail=Text(
        "各环节的人和时间；同意之后还有预拨状态、该患者在该院的结算和冲抵，以及各笔债务的清算批次。",
        "The answer holds the author and time of every step and, once the request is granted, the advance, the "
        "person's later claims at the hospital with their offsets, and the run that clears each debt.",
    ),
    action=PATIENT_ADVANCE_READ,
    parameters=(_REQUEST_ID,),
    answers={200: Success(_ONE, FollowedPatientAdvanceDocument)},
    problems=(404,),
)

LIST = listing(
    id="listPatientAdvances",
    tag=Tag.MONEY,
    summary=Text("列出代垫申请", "List requests"),
    detail=Text(
        "经办机构：本地提出的和转送来的；省中心：本省的。先提出的在前。",
        "An agency sees its own requests and those passed on to it, a centre those of its province; the oldest "
        "stand first.",
    ),
    action=PATIENT_ADVANCE_READ,
    page=PatientAdvancePage,
    filters=(_STATUS,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of advances for patients elsewhere."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/patient-advances", REPORT)
    def report_patient_advance(call: Call, principal: Principal) -> Response:
        body = call.sent(PatientAdvanceBody)
        request = call.use(PatientAdvances).report(principal, body.to_case(), body.amount, body.reason)
        return answer(patient_advance_document(request), 202)

    @endpoints.route("GET", "/v1/patient-advances", LIST)
    def list_patient_advances(call: Call, principal: Principal) -> Response:
        status = call.asked(_STATUS)
        find = partial(call.use(PatientAdvances).find, principal, status)
        return call.listed(find, patient_advance_document)

    @endpoints.route("GET", "/v1/patient-advances/{request_id}", READ)
    def read_patient_advance(call: Call, principal: Principal, request_id: PatientAdvanceId) -> Response:
        return answer(followed_document(call.use(PatientAdvances).read(principal, request_id)))

    @endpoints.route("POST", "/v1/patient-advances/{request_id}/forwarding", FORWARD)
    def forward_patient_advance(call: Call, principal: Principal, request_id: PatientAdvanceId) -> Response:
        body = call.sent(ForwardingBody)
        request = call.use(PatientAdvances).forward(
            principal, request_id, forward=body.decision == "forward", answer=body.reason
        )
        return answer(patient_advance_document(request))

    @endpoints.route("POST", "/v1/patient-advances/{request_id}/decision", DECIDE)
    def decide_patient_advance(call: Call, principal: Principal, request_id: PatientAdvanceId) -> Response:
        body = call.sent(PatientAdvanceDecisionBody)
        request = call.use(PatientAdvances).decide(
            principal, request_id, accept=body.decision == "accept", amount_fen=body.amount, answer=body.reason
        )
        return answer(patient_advance_document(request))

    return endpoints.blueprint
