"""Routes of joint inspections: open, join, close, list."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import ResourceType, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value, status_parameter
from chalicelib.supervision.access import INSPECTION_CLOSE, INSPECTION_JOIN, INSPECTION_OPEN, INSPECTION_READ
from chalicelib.supervision.domain.inspections import InspectionId, InspectionStatus
from chalicelib.supervision.schemas import (
    InspectionBody,
    InspectionDocument,
    InspectionOutcomeBody,
    InspectionPage,
)
from chalicelib.supervision.usecases.inspect import Inspections

_INSPECTION_ID = path_value("inspection_id", Text("检查编号", "The inspection's id"))

_STATUS = status_parameter(InspectionStatus)
_INSPECTION = ResourceType(Tag.REGISTRY, Text("联合检查", "The inspection"), InspectionDocument, (_INSPECTION_ID,))

OPEN = _INSPECTION.adding(
    id="openInspection",
    summary=Text("发起联合检查", "Open a joint inspection"),
    detail=Text(
        "写明被检查机构、期间、目的和所查可疑事项；发起人即为参加人。同一检查重复发起返回同一条。",
        "The inspection names its institutions, its days, its purpose and its suspicious matters; the person who "
        "opens it takes part. The same inspection again answers the first.",
    ),
    action=INSPECTION_OPEN,
    body=InspectionBody,
    body_example={
        "institutions": ["H37100200001"],
        "from": "2023-01-08",
        "to": "2023-01-31",
        "purpose": "inpatient bills of the first month",
    },
    problems=(404,),
)
LIST = listing(
    id="listInspections",
    tag=Tag.REGISTRY,
    summary=Text("列出联合检查", "List joint inspections"),
    detail=Text("本区划的，新的在前。", "An area sees its own inspections, the newest first."),
    action=INSPECTION_READ,
    page=InspectionPage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    problems=(404,),
)
READ = _INSPECTION.reading(
    id="readInspection",
    summary=Text("查看联合检查", "Read a joint inspection"),
    detail=Text("含参加人、所查事项和结果。", "The answer holds the participants, the matters and the outcome."),
    action=INSPECTION_READ,
)
JOIN = _INSPECTION.changing(
    id="joinInspection",
    summary=Text("登记参加检查", "Take part in an inspection"),
    detail=Text("登记调用人以其部门身份参加。", "The caller takes part for its office."),
    action=INSPECTION_JOIN,
)
CLOSE = _INSPECTION.changing(
    id="closeInspection",
    summary=Text("办结联合检查", "Close a joint inspection"),
    detail=Text(
        "应参加的部门都有各自人员参加后方可办结。",
        "The inspection is closed once every named office has taken part by a person of its own.",
    ),
    action=INSPECTION_CLOSE,
    body=InspectionOutcomeBody,
    body_example={"outcome": "rectify", "found": "two bills name no lines for the ward; mended by the hospital"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of joint inspections."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/inspections", OPEN)
    def open_inspection(call: Call, principal: Principal) -> Response:
        request = call.sent(InspectionBody).to_request()
        return answer(InspectionDocument.from_record(call.use(Inspections).open(principal, request), call.cite))

    @endpoints.route("GET", "/v1/inspections", LIST)
    def list_inspections(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Inspections).find, principal, status, area)
        return call.listed(find, lambda each: InspectionDocument.from_record(each, call.cite))

    @endpoints.route("GET", "/v1/inspections/{inspection_id}", READ)
    def read_inspection(call: Call, principal: Principal, inspection_id: InspectionId) -> Response:
        return answer(InspectionDocument.from_record(call.use(Inspections).read(principal, inspection_id), call.cite))

    @endpoints.route("POST", "/v1/inspections/{inspection_id}/participation", JOIN)
    def join_inspection(call: Call, principal: Principal, inspection_id: InspectionId) -> Response:
        return answer(InspectionDocument.from_record(call.use(Inspections).join(principal, inspection_id), call.cite))

    @endpoints.route("POST", "/v1/inspections/{inspection_id}/outcome", CLOSE)
    def close_inspection(call: Call, principal: Principal, inspection_id: InspectionId) -> Response:
        body = call.sent(InspectionOutcomeBody)
        closed = call.use(Inspections).close(principal, inspection_id, body.outcome, body.found)
        return answer(InspectionDocument.from_record(closed, call.cite))

    return endpoints.blueprint
