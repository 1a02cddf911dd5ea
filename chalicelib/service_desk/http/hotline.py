"""Routes of the hotline's consultations: record, list, take back."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import ResourceType, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, choice, day, path_value
from chalicelib.service_desk.access import HOTLINE_READ, HOTLINE_RECORD
from chalicelib.service_desk.domain.hotline import ConsultationId
from chalicelib.service_desk.schemas.hotline import (
    ConsultationBody,
    ConsultationDocument,
    ConsultationPage,
    ConsultationWithdrawalBody,
    consultation_file,
)
from chalicelib.service_desk.usecases.hotline import Consultations

_ON = day("on", Text("日期（北京时间）", "The day (Asia/Shanghai)"))
_SUBJECT = choice("subject", Text("咨询主题", "The subject"), ConsultationSubject)
_CONSULTATION = ResourceType(
    Tag.DESK,
    Text("咨询记录", "The consultation"),
    ConsultationDocument,
    (path_value("consultation_id", Text("咨询记录标识", "The consultation's id")),),
)

RECORD = _CONSULTATION.adding(
    id="recordConsultation",
    summary=Text("登记热线咨询", "Record a consultation"),
    detail=Text(
        "热线接听并答复的一次咨询，按来电当时区划的规定确定主题和接听时间，计入所在小时；不记来电人。"
        "当场不能答复的，另登记为经办事项。同一编号、同一内容返回原记录。",
        "The hotline records a call that it answered. The provisions of the place and of the day of the call set "
        "the subjects and the hours of the hotline; the record does not name the caller. A question that could "
        "not be answered at once is recorded as a matter of the desk. The same number and content again answers "
        "the first record.",
    ),
    action=HOTLINE_RECORD,
    body=ConsultationBody,
    body_example={"consultation_no": "RX-0001", "subject": "epidemic", "came_at": "2020-02-10T19:20:00Z"},
    problems=(409,),
)
LIST = listing(
    id="listConsultations",
    tag=Tag.DESK,
    summary=Text("列出热线咨询", "List consultations"),
    detail=Text(
        "本区划的，新的在前，含已撤回的；可导出 CSV 或 Excel。",
        "An area sees its own consultations, the newest first, including those taken back; the list is available "
        "as a file.",
    ),
    action=HOTLINE_READ,
    page=ConsultationPage,
    filters=(_ON, _SUBJECT, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
WITHDRAW = _CONSULTATION.changing(
    id="withdrawConsultation",
    summary=Text("撤回热线咨询记录", "Withdraw a consultation"),
    detail=Text(
        "误登的记录，从其来电的小时扣除，记录保留。",
        "A consultation recorded by mistake leaves the counts of its hour and stays on record.",
    ),
    action=HOTLINE_RECORD,
    body=ConsultationWithdrawalBody,
    body_example={"reason": "recorded twice"},
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of consultations."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/hotline-consultations", RECORD)
    def record_consultation(call: Call, principal: Principal) -> Response:
        request = call.sent(ConsultationBody).to_request()
        return answer(ConsultationDocument.from_record(call.use(Consultations).record(principal, request), call.cite))

    @endpoints.route("GET", "/v1/hotline-consultations", LIST)
    def list_consultations(call: Call, principal: Principal) -> Response:
        on, subject, area = call.asked(_ON), call.asked(_SUBJECT), call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Consultations).find, principal, area, on, subject)
        return call.listed(find, lambda each: ConsultationDocument.from_record(each, call.cite), consultation_file)

    @endpoints.route("POST", "/v1/hotline-consultations/{consultation_id}/withdrawal", WITHDRAW)
    def withdraw_consultation(call: Call, principal: Principal, consultation_id: ConsultationId) -> Response:
        reason = call.sent(ConsultationWithdrawalBody).reason
        found = call.use(Consultations).take_back(principal, consultation_id, reason)
        return answer(ConsultationDocument.from_record(found, call.cite))

    return endpoints.blueprint
