"""Routes of arrivals from abroad: register, follow step by step, count by city and day."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.arrivals.access import ARRIVAL_KEEP, ARRIVAL_READ
from chalicelib.arrivals.domain.model import Arrival, ArrivalId
from chalicelib.arrivals.schemas import (
    ArrivalBody,
    ArrivalCountsDocument,
    ArrivalDocument,
    ArrivalPage,
    ArrivalStepBody,
    arrival_counts_document,
    arrival_document,
)
from chalicelib.arrivals.usecases import Arrivals
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, day, path_value, required

_ID = path_value("arrival_id", Text("入境记录编号", "The arrival's id"))

_DATE = required(day("date", Text("日期", "The day")))
_ARRIVAL = ResourceType(Tag.REGISTRY, Text("入境记录", "The arrival"), ArrivalDocument, (_ID,))

REGISTER = _ARRIVAL.adding(
    id="registerArrival",
    summary=Text("登记入境人员", "Register an arrival"),
    detail=Text(
        "由卫生健康部门登记；证件和姓名只进入保密库。入境身份以本登记为准，涉及的已结算申请重新核定。"
        "同一人同日同区划再次登记，返回原记录。",
        "The health side registers an arrival; document and name are kept in the vault alone. This register "
        "decides whether a bill is a returnee's, and the settled claims it concerns are decided again. The same "
        "person, day and area again answers the first record.",
    ),
    action=ARRIVAL_KEEP,
    body=ArrivalBody,
    body_example={
        "id_type": "passport",
        "issued_by": "USA",
        "id_no": "SAMPLE000001",
        "name": "示例甲",
        "area": "140100",
        "entered_on": "2020-03-27",
        "port": "太原武宿机场",
    },
    problems=(404,),
)
LIST = listing(
    id="listArrivals",
    tag=Tag.REGISTRY,
    summary=Text("列出入境人员", "List arrivals"),
    detail=Text(
        "本区划及其下辖的，入境日新的在前；只有人员代码。",
        "An area sees its own arrivals and those of the areas below it, the latest entry first; an arrival shows "
        "the person's token alone.",
    ),
    action=ARRIVAL_READ,
    page=ArrivalPage,
    filters=(OWN_AREA_PARAMETER,),
    problems=(404,),
)
READ = _ARRIVAL.reading(
    id="readArrival",
    summary=Text("查询入境记录", "Read an arrival"),
    detail=Text("各步骤及首次检测时限。", "The answer holds the arrival's steps and the term of the first test."),
    action=ARRIVAL_READ,
)
STEP = _ARRIVAL.changing(
    id="recordArrivalStep",
    summary=Text("登记隔离观察步骤", "Record a step of an arrival"),
    detail=Text(
        "handover（place）逐段交接；isolation（place）进入隔离点，须有交接到该点的记录；assessment（age、outcome）"
        "老幼评估后居家；test（outcome）检测；referral（institution）转诊定点机构；release 期满、两次检测、末次阴性方可"
        "解除；withdrawal（reason）误登撤回。同一步骤再次登记不变。",
        "`handover` (place) is recorded leg by leg; `isolation` (place) where the last leg ended; `assessment` "
        "(age, outcome) allows isolation at home; `test` (outcome); `referral` (institution); `release` needs the "
        "days, two tests and a negative last test; `withdrawal` (reason) takes back a mistaken entry. The same "
        "step again changes nothing.",
    ),
    action=ARRIVAL_KEEP,
    body=ArrivalStepBody,
    body_example={"step": "handover", "at": "2020-03-27T06:00:00Z", "place": "示例隔离点"},
)
COUNT = Operation(
    id="countArrivals",
    tag=Tag.REPORTS,
    summary=Text("入境人员日报", "Count a day's arrivals"),
    detail=Text(
        "按市统计当日终了时累计追踪、尚在观察、转诊、解除的人数，以及首次检测逾期的人数。",
        "The report counts the persons of every city at the end of the day: followed so far, under observation, "
        "referred, released, and the first tests that were late.",
    ),
    action=ARRIVAL_READ,
    parameters=(_DATE, OWN_AREA_PARAMETER),
    answers={200: Success(Text("日报", "The counts"), ArrivalCountsDocument)},
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of arrivals."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, arrival: Arrival) -> Response:
        rules = call.use(Arrivals).rules_of(arrival)
        return answer(arrival_document(arrival, rules, call.use(Clock).now(), call.cite))

    @endpoints.route("POST", "/v1/arrivals", REGISTER)
    def register_arrival(call: Call, principal: Principal) -> Response:
        request = call.sent(ArrivalBody).to_request()
        return shown(call, call.use(Arrivals).register(principal, request))

    @endpoints.route("GET", "/v1/arrivals", LIST)
    def list_arrivals(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        arrivals, now = call.use(Arrivals), call.use(Clock).now()
        find = partial(arrivals.find, principal, area)
        return call.listed(find, lambda each: arrival_document(each, arrivals.rules_of(each), now, call.cite))

    @endpoints.route("GET", "/v1/arrivals/{arrival_id}", READ)
    def read_arrival(call: Call, principal: Principal, arrival_id: ArrivalId) -> Response:
        return shown(call, call.use(Arrivals).read(principal, arrival_id))

    @endpoints.route("POST", "/v1/arrivals/{arrival_id}/steps", STEP)
    def record_arrival_step(call: Call, principal: Principal, arrival_id: ArrivalId) -> Response:
        request = call.sent(ArrivalStepBody).to_request()
        return shown(call, call.use(Arrivals).record(principal, arrival_id, request))

    @endpoints.route("GET", "/v1/reports/arrivals", COUNT)
    def count_arrivals(call: Call, principal: Principal) -> Response:
        day, area = call.asked(_DATE), call.asked(OWN_AREA_PARAMETER)
        return answer(arrival_counts_document(day, call.use(Arrivals).counts(principal, area, day)))

    return endpoints.blueprint
