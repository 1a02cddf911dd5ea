"""Enrolments: what the agencies record of people's insurance."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.endpoints import Call, Edge, Endpoints, answer
from chalicelib.api.operations import Operation, Success, Tag
from chalicelib.api.wire_answers import EnrolmentDocument
from chalicelib.api.wire_registry import EnrolmentBody, parse_enrolment
from chalicelib.domain.access import Action, Principal
from chalicelib.domain.texts import Text

RECORD = Operation(
    id="recordEnrolment",
    tag=Tag.REGISTRY,
    summary=Text("登记参保信息", "Record an enrolment"),
    detail=Text(
        "由参保地经办机构登记或更新；未参保人员（insurance 为 none）可由任一经办机构登记，但已有有效参保的为 409。"
        "因缺少参保信息而暂缓的申请随即继续办理。",
        "Recorded or replaced by the insured place's agency; an uninsured person by any agency, 409 where an enrolment "
        "is in force. Claims deferred for want of it go on by themselves.",
    ),
    action=Action.ENROLMENT_RECORD,
    body=EnrolmentBody,
    body_example={
        "id_no": "530102190001010019",
        "name": "示例甲",
        "insured_area": "530100",
        "insurance": "employee",
        "employment": "active",
        "assistance": "none",
    },
    answers={
        201: Success(
            Text("已登记，返回人员代码", "Recorded; the person's token"),
            EnrolmentDocument,
            example={"person": "prs_0123456789abcdef0123456789abcdef"},
        )
    },
    problems=(400, 404, 409, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """The route of enrolments."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/enrolments", RECORD)
    def record_enrolment(call: Call, principal: Principal) -> Response:
        return answer({"person": call.services.enrol_person(principal, parse_enrolment(call.body))}, 201)

    return endpoints.blueprint
