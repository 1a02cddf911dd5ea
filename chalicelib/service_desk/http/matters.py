"""Routes of the desk's matters: take in, hand on, finish, take back, list."""

from __future__ import annotations

from functools import partial
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import ResourceType, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, choice, path_value, status_parameter
from chalicelib.service_desk.access import DESK_HANDLE, DESK_READ, DESK_RECORD
from chalicelib.service_desk.domain.kinds import DeskMatterId, DeskMatterKind
from chalicelib.service_desk.domain.matters import DeskMatterStatus
from chalicelib.service_desk.schemas.matters import (
    DeskMatterAnswerBody,
    DeskMatterBody,
    DeskMatterDocument,
    DeskMatterHandoverBody,
    DeskMatterPage,
    DeskMatterWithdrawalBody,
    desk_matter_document,
)
from chalicelib.service_desk.usecases.matters import DeskMatters, ShownDeskMatter

_MATTER_ID = path_value("matter_id", Text("事项编号", "The matter's id"))

_STATUS = status_parameter(DeskMatterStatus)
_KIND = choice("kind", Text("业务种类", "Kind of business"), DeskMatterKind)
_DESK_MATTER = ResourceType(Tag.DESK, Text("事项", "The matter"), DeskMatterDocument, (_MATTER_ID,))

RECORD = _DESK_MATTER.adding(
    id="recordDeskMatter",
    summary=Text("登记经办事项", "Record a matter"),
    detail=Text(
        "经办人员登记网上、手机、电话、邮寄、传真或柜台收到的事项，医疗机构登记自己的事项（web）。按收到日本区划的规定确定如何办理："
        "绿色通道、马上办、网上办、便民办、延期办或预约办，附依据和期限。同一编号、同一内容返回原记录。",
        "A clerk records a matter that came by web, app, phone, mail, fax or at the counter; a hospital records "
        "its own matters (web). The provisions of the place and of the day of receipt decide the handling: green "
        "channel, at once, online, with ease, later or by appointment, with citation and term. The same number "
        "and content again answers the first record.",
    ),
    action=DESK_RECORD,
    body=DeskMatterBody,
    body_example={
        "matter_no": "JB-0001",
        "kind": "relocation-filing",
        "urgency": "routine",
        "channel": "web",
        "subject": "registers to live in another city",
        "of_patient": False,
        "came_on": "2020-02-10",
    },
)
LIST = listing(
    id="listDeskMatters",
    tag=Tag.DESK,
    summary=Text("列出经办事项", "List matters"),
    detail=Text(
        "医疗机构：自己登记的；经办机构：本区划收到或转来的，新的在前。",
        "A hospital sees its own matters, an area those it took in or was handed; the newest stand first.",
    ),
    action=DESK_READ,
    page=DeskMatterPage,
    filters=(_STATUS, _KIND, OWN_AREA_PARAMETER),
    problems=(404,),
)
READ = _DESK_MATTER.reading(
    id="readDeskMatter",
    summary=Text("查看经办事项", "Read a matter"),
    detail=Text(
        "含如何办理、依据、期限、转办和答复。",
        "The answer holds the way of handling with its ground, the term, the handovers and the answer.",
    ),
    action=DESK_READ,
)
HAND_OVER = _DESK_MATTER.changing(
    id="handOverDeskMatter",
    summary=Text("转办经办事项", "Hand a matter over"),
    detail=Text(
        "转本省另一区划的经办机构，期限不变。",
        "The matter goes to the agency of another area of the province; its term runs on.",
    ),
    action=DESK_HANDLE,
    body=DeskMatterHandoverBody,
    body_example={"area": "210200", "reason": "the person is insured there"},
)
ANSWER = _DESK_MATTER.changing(
    id="answerDeskMatter",
    summary=Text("办结经办事项", "Finish a matter"),
    detail=Text(
        "答复并办结；规定预约办理的须先预约，有隐患的须写明已消除。",
        "The answer closes the matter. A matter handled by appointment needs its appointment first; a concern "
        "must be stated to be removed.",
    ),
    action=DESK_HANDLE,
    body=DeskMatterAnswerBody,
    body_example={"answer": "registered as of today"},
)
WITHDRAW = _DESK_MATTER.changing(
    id="withdrawDeskMatter",
    summary=Text("撤回经办事项", "Withdraw a matter"),
    detail=Text(
        "误登或不再办理的事项；预约随之取消，记录保留。",
        "A matter that was recorded by mistake or is no longer wanted is withdrawn; its appointment is cancelled, "
        "and the record stays.",
    ),
    action=DESK_RECORD,
    body=DeskMatterWithdrawalBody,
    body_example={"reason": "recorded twice"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of matters."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, found: ShownDeskMatter) -> dict[str, Any]:
        return desk_matter_document(found, call.use(Clock).now(), call.cite)

    @endpoints.route("POST", "/v1/desk-matters", RECORD)
    def record_matter(call: Call, principal: Principal) -> Response:
        request = call.sent(DeskMatterBody).to_request()
        return answer(shown(call, call.use(DeskMatters).record(principal, request)))

    @endpoints.route("GET", "/v1/desk-matters", LIST)
    def list_matters(call: Call, principal: Principal) -> Response:
        status, kind = call.asked(_STATUS), call.asked(_KIND)
        area = call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(DeskMatters).find, principal, area, status, kind)
        return call.listed(find, lambda each: shown(call, each))

    @endpoints.route("GET", "/v1/desk-matters/{matter_id}", READ)
    def read_matter(call: Call, principal: Principal, matter_id: DeskMatterId) -> Response:
        return answer(shown(call, call.use(DeskMatters).read(principal, matter_id)))

    @endpoints.route("POST", "/v1/desk-matters/{matter_id}/handover", HAND_OVER)
    def hand_over_matter(call: Call, principal: Principal, matter_id: DeskMatterId) -> Response:
        body = call.sent(DeskMatterHandoverBody)
        return answer(shown(call, call.use(DeskMatters).hand_over(principal, matter_id, body.area, body.reason)))

    @endpoints.route("POST", "/v1/desk-matters/{matter_id}/answer", ANSWER)
    def answer_matter(call: Call, principal: Principal, matter_id: DeskMatterId) -> Response:
        body = call.sent(DeskMatterAnswerBody)
        brought = tuple(body.papers_brought)
        found = call.use(DeskMatters).finish(principal, matter_id, body.answer, body.assurance, brought)
        return answer(shown(call, found))

    @endpoints.route("POST", "/v1/desk-matters/{matter_id}/withdrawal", WITHDRAW)
    def withdraw_matter(call: Call, principal: Principal, matter_id: DeskMatterId) -> Response:
        reason = call.sent(DeskMatterWithdrawalBody).reason
        return answer(shown(call, call.use(DeskMatters).withdraw(principal, matter_id, reason)))

    return endpoints.blueprint
