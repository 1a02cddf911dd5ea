"""Duties of coding and interfaces: opened, listed, reported, confirmed, reminded of."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.coding.access import CODING_DECIDE, CODING_OPEN, CODING_READ, CODING_REMIND, CODING_REPORT
from chalicelib.coding.domain import CodingDuty, CodingDutyId, CodingItem, CodingStatus
from chalicelib.coding.schemas import (
    CodingDecisionBody,
    CodingDutyDocument,
    CodingOpenedDocument,
    CodingPage,
    CodingReminderBody,
    CodingReportBody,
    coding_file,
)
from chalicelib.coding.usecases import CodingDuties, CodingFilter
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import (
    OWN_AREA_PARAMETER,
    choice,
    institution_parameter,
    path_value,
    status_parameter,
    switch,
)

_INSTITUTION = "[HP][0-9]{11}"
_DUTY_ID = path_value("duty_id", Text("事项编号", "The duty's id"))

_STATUS = status_parameter(CodingStatus)
_ITEM = choice("item", Text("事项种类，默认全部", "The kind of duty, all by default"), CodingItem)
_LIST_INSTITUTION = institution_parameter(Text("机构编码", "An institution's code"))
_LATE = switch("late", Text("只列逾期的", "Late duties alone"))
_CODING_DUTY = ResourceType(Tag.REGISTRY, Text("事项", "The duty"), CodingDutyDocument, (_DUTY_ID,))

OPEN = Operation(
    id="openCodingDuties",
    tag=Tag.REGISTRY,
    summary=Text("建立编码和接口事项", "Open the duties of coding and interfaces"),
    detail=Text(
        "按今日有效的文件，为本区划负责督促的机构建立新增病种对码、接口改造、对接和测试等事项，并列入待办；"
        "系统每晚自动办理，重复调用不重复建立。",
        "The duties that the notices in force today ask of the institutions under the caller's bureau are opened "
        "and put on the work list. The system does the same every night; a second call opens nothing twice.",
    ),
    action=CODING_OPEN,
    answers={200: Success(Text("新建的件数", "The number of new duties"), CodingOpenedDocument)},
    problems=(404, 422),
)
LIST = listing(
    id="listCodingDuties",
    tag=Tag.REGISTRY,
    summary=Text("列出编码和接口事项", "List the duties of coding and interfaces"),
    detail=Text(
        "机构：本机构的；各部门：某机构或某区划的，先到期的在前；late=true 只列逾期的（一页可能不满）。",
        "A hospital sees its own duties, an office those of an institution or an area; the earliest due day "
        "stands first. `late=true` lists the late duties alone, and a page may then hold fewer than asked for.",
    ),
    action=CODING_READ,
    page=CodingPage,
    filters=(_STATUS, _ITEM, _LIST_INSTITUTION, _LATE, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
READ = _CODING_DUTY.reading(
    id="readCodingDuty",
    summary=Text("查看事项", "Read a duty"),
    detail=Text(
        "含期限、完成报告、确认、退回和催办记录。",
        "The answer holds the duty's term, report, confirmation, returns and reminders.",
    ),
    action=CODING_READ,
)
REPORT = _CODING_DUTY.changing(
    id="reportCodingDuty",
    summary=Text("报告完成", "Report the completion of a duty"),
    detail=Text(
        "由承担事项的机构（参数调整由经办机构）报告并说明依据；同一报告重复发送不变。",
        "The institution that owes the duty, or the bureau for its own settings, reports with evidence. The same "
        "report again changes nothing.",
    ),
    action=CODING_REPORT,
    body=CodingReportBody,
    body_example={"evidence": "B99.900 added in the hospital's system and mapped; protocol 2020-014"},
)
DECIDE = _CODING_DUTY.changing(
    id="decideCodingDuty",
    summary=Text("确认或退回完成报告", "Confirm or return a report"),
    detail=Text(
        "由负责督促的部门、报告人以外的人办理；退回须说明原因，期限继续计算。",
        "The bureau that supervises the duty decides, by another person than the one who reported; a return gives "
        "its reason, and the term runs on.",
    ),
    action=CODING_DECIDE,
    body=CodingDecisionBody,
    body_example={"decision": "approve"},
)
REMIND = _CODING_DUTY.changing(
    id="remindOfCodingDuty",
    summary=Text("催办", "Record a reminder of a duty"),
    detail=Text(
        "记录一次催办；同一人同日同一内容只记一次。",
        "A reminder is recorded; the same text by the same person on the same day is recorded a single time.",
    ),
    action=CODING_REMIND,
    body=CodingReminderBody,
    body_example={"text": "finish the mapping before Friday"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of coding."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, duty: CodingDuty) -> Response:
        return answer(CodingDutyDocument.from_record(duty, call.cite, call.use(Clock).now()))

    @endpoints.route("POST", "/v1/coding-duties", OPEN)
    def open_coding_duties(call: Call, principal: Principal) -> Response:
        return answer({"opened": call.use(CodingDuties).open(principal)})

    @endpoints.route("GET", "/v1/coding-duties", LIST)
    def list_coding_duties(call: Call, principal: Principal) -> Response:
        wanted = CodingFilter(
            call.asked(_STATUS),
            call.asked(_ITEM),
            call.asked(OWN_AREA_PARAMETER),
            call.asked(_LIST_INSTITUTION),
            call.asked(_LATE),
        )
        now = call.use(Clock).now()
        return call.listed(
            partial(call.use(CodingDuties).find, principal, wanted),
            lambda each: CodingDutyDocument.from_record(each, call.cite, now),
            lambda found: coding_file(found, now),
        )

    @endpoints.route("GET", "/v1/coding-duties/{duty_id}", READ)
    def read_coding_duty(call: Call, principal: Principal, duty_id: CodingDutyId) -> Response:
        return shown(call, call.use(CodingDuties).read(principal, duty_id))

    @endpoints.route("POST", "/v1/coding-duties/{duty_id}/report", REPORT)
    def report_coding_duty(call: Call, principal: Principal, duty_id: CodingDutyId) -> Response:
        body = call.sent(CodingReportBody)
        return shown(call, call.use(CodingDuties).report(principal, duty_id, body.evidence))

    @endpoints.route("POST", "/v1/coding-duties/{duty_id}/decision", DECIDE)
    def decide_coding_duty(call: Call, principal: Principal, duty_id: CodingDutyId) -> Response:
        body = call.sent(CodingDecisionBody)
        approve = body.approves
        return shown(call, call.use(CodingDuties).decide(principal, duty_id, approve=approve, reason=body.reason))

    @endpoints.route("POST", "/v1/coding-duties/{duty_id}/reminders", REMIND)
    def remind_of_coding_duty(call: Call, principal: Principal, duty_id: CodingDutyId) -> Response:
        body = call.sent(CodingReminderBody)
        return shown(call, call.use(CodingDuties).remind(principal, duty_id, body.text))

    return endpoints.blueprint
