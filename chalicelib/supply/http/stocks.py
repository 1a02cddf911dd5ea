"""Routes of the stock of treatment drugs: reports, shortages, and the availability on a day."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.pages import page_of
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, choice, day, matching, path_value, status_parameter
from chalicelib.supply.access import SHORTAGE_ANSWER, STOCK_READ, STOCK_REPORT
from chalicelib.supply.domain.shortages import DrugShortage, ShortageId, ShortageStatus
from chalicelib.supply.domain.stocks import StockState
from chalicelib.supply.schemas.stocks import (
    DrugAvailabilityPage,
    DrugShortageDocument,
    DrugShortagePage,
    ShortageAnswerBody,
    StockReportBody,
    StockReportDocument,
    StockReportPage,
    drug_availability_document,
    drug_availability_file,
    drug_shortage_file,
    stock_report_file,
)
from chalicelib.supply.usecases.stocks import AvailabilityFilter, FollowShortages, ReportStock, ShowStocks

_CODE = "[A-Za-z0-9._-]{1,64}"
_ID = path_value("shortage_id", Text("缺药事项编号", "The shortage's id"))

_ON = day("on", Text("日期，默认今天", "The day, today by default"))
_AVAILABILITY_CODE = matching("code", Text("药品编码", "The drug's code"), _CODE)
_STATE = choice("state", Text("状态，默认全部", "The state, all by default"), StockState)
_STATUS = status_parameter(ShortageStatus)
_DRUG_SHORTAGE = ResourceType(Tag.REGISTRY, Text("缺药事项", "The shortage"), DrugShortageDocument, (_ID,))

REPORT = Operation(
    id="reportDrugStock",
    tag=Tag.REGISTRY,
    summary=Text("报送治疗药物库存", "Report the stock of treatment drugs"),
    detail=Text(
        "机构按日报送日终库存和日用量，一药一行；库存不足或断货的列为缺药事项，补足后自动结束。重复发送相同内容，返回原记录；更正须填写所更正的版本号。",
        "An institution reports the stock at the end of a day and the daily use, a line for each drug. A drug "
        "that is low or out becomes a shortage, which ends once a report shows enough of the drug. The same "
        "content again answers the first report; a correction names the revision it corrects.",
    ),
    action=STOCK_REPORT,
    body=StockReportBody,
    body_example={
        "on": "2023-02-02",
        "lines": [{"code": "XJ05AFA001A001010100008", "on_hand": "40", "daily_use": "4"}],
    },
    answers={200: Success(Text("报送记录", "The report"), StockReportDocument)},
    problems=(400, 404, 409, 422),
)
REPORTS = listing(
    id="listDrugStocks",
    tag=Tag.REGISTRY,
    summary=Text("列出库存报送", "List reports of stock"),
    detail=Text(
        "机构：本机构的；其他：本区划的，日期新的在前。",
        "An institution sees its own reports, other callers those of their area; the newest day stands first.",
    ),
    action=STOCK_READ,
    page=StockReportPage,
    filters=(OWN_AREA_PARAMETER,),
    is_file=True,
    problems=(404, 422),
)
AVAILABILITY = listing(
    id="listDrugAvailability",
    tag=Tag.REGISTRY,
    summary=Text("查看药品配备情况", "List the availability of drugs"),
    detail=Text(
        "按机构按药品列出某日的配备情况：充足、不足、断货，或近日没有报送；只列文件鼓励配备的机构和药品。",
        "The answer shows the state of every drug at every institution on a day: stocked, low, out, or not "
        "reported in the last days. Only the institutions and drugs that a provision names are listed.",
    ),
    action=STOCK_READ,
    page=DrugAvailabilityPage,
    filters=(_ON, _AVAILABILITY_CODE, _STATE, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
LIST = listing(
    id="listDrugShortages",
    tag=Tag.REGISTRY,
    summary=Text("列出缺药事项", "List shortages"),
    detail=Text(
        "机构：本机构的；其他：本区划的，按机构和药品排列。",
        "An institution sees its own shortages, other callers those of their area, by institution and drug.",
    ),
    action=STOCK_READ,
    page=DrugShortagePage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
READ = _DRUG_SHORTAGE.reading(
    id="readDrugShortage",
    summary=Text("查看缺药事项", "Read a shortage"),
    detail=Text(
        "含机构、药品、最近报送的数字、条款、起始日、答复和以前的缺药。",
        "The answer holds institution, drug, the figures last reported, provision, first day, answer and earlier "
        "shortages.",
    ),
    action=STOCK_READ,
)
ANSWER = _DRUG_SHORTAGE.changing(
    id="answerDrugShortage",
    summary=Text("答复缺药事项", "Answer a shortage"),
    detail=Text(
        "由经办机构登记处理情况，事项随即离开待办；药品补足前缺药仍列明。",
        "The agency states its measures. The shortage leaves the work list and stays listed until a report shows "
        "the drug again.",
    ),
    action=SHORTAGE_ANSWER,
    body=ShortageAnswerBody,
    body_example={"text": "the city's supplier delivers on Monday"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of stock and shortages."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, shortage: DrugShortage) -> Response:
        return answer(DrugShortageDocument.from_record(shortage, call.cite, call.use(Clock).now()))

    @endpoints.route("POST", "/v1/drug-stocks", REPORT)
    def report_drug_stock(call: Call, principal: Principal) -> Response:
        request = call.sent(StockReportBody).to_request()
        return answer(StockReportDocument.from_record(call.use(ReportStock)(principal, request), call.cite))

    @endpoints.route("GET", "/v1/drug-stocks", REPORTS)
    def list_drug_stocks(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        return call.listed(
            partial(call.use(ShowStocks).find, principal, area),
            lambda each: StockReportDocument.from_record(each, call.cite),
            stock_report_file,
        )

    @endpoints.route("GET", "/v1/drug-availability", AVAILABILITY)
    def list_drug_availability(call: Call, principal: Principal) -> Response:
        wanted = AvailabilityFilter(
            call.asked(_ON), call.asked(OWN_AREA_PARAMETER), call.asked(_AVAILABILITY_CODE), call.asked(_STATE)
        )
        rows = call.use(ShowStocks).availability(principal, wanted)
        return call.listed(
            partial(page_of, rows, lambda row: row.row_key),
            lambda each: drug_availability_document(each, call.cite),
            drug_availability_file,
        )

    @endpoints.route("GET", "/v1/drug-shortages", LIST)
    def list_drug_shortages(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        now = call.use(Clock).now()
        return call.listed(
            partial(call.use(FollowShortages).find, principal, status, area),
            lambda each: DrugShortageDocument.from_record(each, call.cite, now),
            drug_shortage_file,
        )

    @endpoints.route("GET", "/v1/drug-shortages/{shortage_id}", READ)
    def read_drug_shortage(call: Call, principal: Principal, shortage_id: ShortageId) -> Response:
        return shown(call, call.use(FollowShortages).read(principal, shortage_id))

    @endpoints.route("POST", "/v1/drug-shortages/{shortage_id}/answer", ANSWER)
    def answer_drug_shortage(call: Call, principal: Principal, shortage_id: ShortageId) -> Response:
        body = call.sent(ShortageAnswerBody)
        return shown(call, call.use(FollowShortages).answer(principal, shortage_id, body.text))

    return endpoints.blueprint
