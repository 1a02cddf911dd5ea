"""Person requests: asked by the person's agency, decided by another person, on record."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import Field

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import PersonRequestId
from chalicelib.person_requests.access import (
    PERSON_REQUEST,
    PERSON_REQUEST_DECIDE,
    PERSON_REQUEST_OPEN,
    PERSON_REQUEST_READ,
)
from chalicelib.person_requests.domain.request import PersonRequest, RequestKind, RequestStatus
from chalicelib.person_requests.usecases import PersonRequests
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Person
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.fields import PersonName, PersonTokenText, Reason, ReasonedDecisionBody
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.registry.ports import Revealed


class PersonRequestBody(WireModel):
    """A request and its purpose; `name` is the right name, for a correction alone."""

    person: PersonTokenText
    kind: Choice[RequestKind]
    purpose: Reason
    name: PersonName | None = Field(default=None, repr=False)


class PersonDecisionBody(ReasonedDecisionBody):
    pass


class PersonRequestDocument(Answer):
    """A request; `openings` lists each reading of an approved request."""

    request_id: PersonRequestId
    person: Person
    area: Area
    kind: RequestKind
    purpose: str
    status: RequestStatus
    asked: ActDocument
    decided: ActDocument | None
    reason: str | None
    openings: list[ActDocument]


class PersonRequestListDocument(Answer):
    items: list[PersonRequestDocument]
    next: str | None


class OpenedDocument(Answer):
    """The vault's data of a person, shown once for an approved purpose; `opened_at` is on record."""

    request_id: PersonRequestId
    person: Person
    id_type: str
    issued_by: str
    id_no: str
    name: str
    opened_at: datetime


_REQUEST_ID = path_value("request_id", Text("申请编号", "The request's id"))

_PERSON_REQUEST = ResourceType(Tag.REGISTRY, Text("申请", "The request"), PersonRequestDocument, (_REQUEST_ID,))

ASK = _PERSON_REQUEST.adding(
    id="requestPersonRecord",
    summary=Text("申请查阅、更正或删除个人身份信息", "Ask to read, correct or erase a person's identity"),
    detail=Text(
        "由该人员参保地经办机构应本人要求提出并说明目的，由另一名经办人员决定。"
        "仍在保存期限内的，删除申请为 409 retention，告知届满日。",
        "The insured place's agency asks for the person, with the purpose; another person decides. Data that must "
        "still be kept is not erased: 409 retention names the last day.",
    ),
    action=PERSON_REQUEST,
    body=PersonRequestBody,
    body_example={
        "person": "prs_0123456789abcdef0123456789abcdef",
        "kind": "read",
        "purpose": "the person asks what is kept",
    },
    status=202,
)

DECIDE = _PERSON_REQUEST.changing(
    id="decidePersonRecordRequest",
    summary=Text("决定个人身份信息申请", "Decide a request about a person's identity"),
    detail=Text(
        "由同一机构的另一名经办人员决定；更正和删除随即执行。",
        "Another person of the same agency decides; a correction or an erasure is carried out at once.",
    ),
    action=PERSON_REQUEST_DECIDE,
    body=PersonDecisionBody,
    body_example={"decision": "approve"},
)

OPEN = Operation(
    id="openPersonRecord",
    tag=Tag.REGISTRY,
    summary=Text("打开经批准查阅的个人身份信息", "Open a record approved for reading"),
    detail=Text(
        "限申请人在批准后24小时内打开；每次打开均有记录。",
        "The person who asked may open the record within 24 hours of the decision; every opening is recorded.",
    ),
    action=PERSON_REQUEST_OPEN,
    parameters=(_REQUEST_ID,),
    answers={200: Success(Text("身份信息", "The identity"), OpenedDocument)},
    problems=(404, 409),
)

READ = _PERSON_REQUEST.reading(
    id="readPersonRecordRequest",
    summary=Text("查询个人身份信息申请", "Read a request about a person's identity"),
    detail=Text("不含身份信息本身。", "The answer does not hold the identity itself."),
    action=PERSON_REQUEST_READ,
)

LIST = listing(
    id="listPersonRecordRequests",
    tag=Tag.REGISTRY,
    summary=Text("个人身份信息申请列表", "List requests about persons' identities"),
    detail=Text("本区划的申请，新的在前。", "An area sees its own requests, the newest first."),
    action=PERSON_REQUEST_READ,
    page=PersonRequestListDocument,
    filters=(OWN_AREA_PARAMETER,),
    text=Text("申请", "Requests"),
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of person requests."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/person-requests", ASK)
    def ask_person_record(call: Call, principal: Principal) -> Response:
        body = call.sent(PersonRequestBody)
        requests = call.use(PersonRequests)
        asked = requests.ask(principal, body.person, body.kind, body.purpose, body.name)
        return answer(PersonRequestDocument.from_record(asked), 202)

    @endpoints.route("GET", "/v1/person-requests", LIST)
    def list_person_requests(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(PersonRequests).find, principal, area)
        return call.listed(find, PersonRequestDocument.from_record)

    @endpoints.route("GET", "/v1/person-requests/{request_id}", READ)
    def read_person_request(call: Call, principal: Principal, request_id: PersonRequestId) -> Response:
        return answer(PersonRequestDocument.from_record(call.use(PersonRequests).read(principal, request_id)))

    @endpoints.route("POST", "/v1/person-requests/{request_id}/decision", DECIDE)
    def decide_person_request(call: Call, principal: Principal, request_id: PersonRequestId) -> Response:
        body = call.sent(PersonDecisionBody)
        decided = call.use(PersonRequests).decide(principal, request_id, approve=body.approves, reason=body.reason)
        return answer(PersonRequestDocument.from_record(decided))

    @endpoints.route("POST", "/v1/person-requests/{request_id}/opening", OPEN)
    def open_person_record(call: Call, principal: Principal, request_id: PersonRequestId) -> Response:
        return answer(opened_document(*call.use(PersonRequests).open(principal, request_id)))

    return endpoints.blueprint


def opened_document(request: PersonRequest, revealed: Revealed) -> dict[str, Any]:
    """Write the answer with the vault's data, the only answer that identifies a person."""
    return {
        "request_id": request.request_id,
        "person": request.person,
        "id_type": revealed.id_type,
        "issued_by": revealed.issued_by,
        "id_no": revealed.id_no,
        "name": revealed.name,
        "opened_at": request.openings[-1].at,
    }
