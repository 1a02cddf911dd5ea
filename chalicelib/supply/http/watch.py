"""Routes of reports of prices, purchased volumes and deliveries, and of the matters found in them."""

from __future__ import annotations

from base64 import b64encode
from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.answers import UploadDocument
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import LIST_FILES, Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, UPLOAD_FORMAT, matching, path_value, status_parameter
from chalicelib.supply.access import SUPPLY_CLOSE, SUPPLY_INVESTIGATE, SUPPLY_READ, SUPPLY_REPORT
from chalicelib.supply.domain.matters import SupplyMatter, SupplyMatterId, SupplyMatterStatus
from chalicelib.supply.schemas.watch import (
    SupplyMatterClosingBody,
    SupplyMatterDocument,
    SupplyMatterFindingsBody,
    SupplyMatterForwardingBody,
    SupplyMatterPage,
    SupplyReportBody,
    SupplyReportDocument,
    SupplyReportPage,
    SupplyUploadBody,
    supply_matter_document,
    supply_matter_file,
    supply_report_document,
    supply_report_file,
)
from chalicelib.supply.usecases.upload import ReportSupplies
from chalicelib.supply.usecases.watch import FollowSupply, WatchSupply

_CODE = "[A-Za-z0-9._-]{1,64}"
_ID = path_value("matter_id", Text("异常事项编号", "The matter's id"))

_REPORTS_CODE = matching("code", Text("品种编码", "The item's code"), _CODE)
_STATUS = status_parameter(SupplyMatterStatus)
_SUPPLY_MATTER = ResourceType(Tag.REGISTRY, Text("异常事项", "The matter"), SupplyMatterDocument, (_ID,))

REPORT = Operation(
    id="reportSupply",
    tag=Tag.REGISTRY,
    summary=Text("报送采购价格和配送", "Report an item's price, purchase and delivery"),
    detail=Text(
        "机构按品种按日报送单价、采购量和配送量；与前后其他报送相比明显异常的，列为异常事项。重复发送相同内容，返回原记录；更正须填写所更正的版本号。",
        "An institution reports price, purchased and delivered quantity by item and day. A figure far from the "
        "other reports around it becomes a matter. The same content again answers the first report; a correction "
        "names the revision it corrects.",
    ),
    action=SUPPLY_REPORT,
    body=SupplyReportBody,
    body_example={
        "code": "XN02BEP001A001010100014",
        "on": "2020-03-02",
        "price": "15.00",
        "ordered": "100",
        "delivered": "95",
    },
    answers={200: Success(Text("报送记录", "The report"), SupplyReportDocument)},
    problems=(400, 404, 409, 422),
)
UPLOAD = Operation(
    id="uploadSupplyReports",
    tag=Tag.REGISTRY,
    summary=Text("批量报送采购价格和配送", "Report purchases from a table"),
    detail=Text(
        "CSV（UTF-8 或 GB18030）或 Excel，逐行与单笔报送相同办理，一次至多 200 行；每行各有答复，重复上传不重复报送。"
        "format=csv 或 xlsx 返回逐行错误清单。",
        "CSV in UTF-8 or GB18030, or an Excel workbook, is read line by line as if every line had been sent "
        "alone, at most 200 lines. Every line has its answer, and the same table again changes nothing. "
        "`format=csv` or `xlsx` gives the lines with their errors as a file.",
    ),
    action=SUPPLY_REPORT,
    parameters=(UPLOAD_FORMAT,),
    body=SupplyUploadBody,
    body_example={"file": b64encode(b"code,on,price,ordered,delivered\n").decode()},
    answers={200: Success(Text("逐行答复", "The answer of every line"), UploadDocument, files=LIST_FILES)},
    problems=(400, 422),
)
REPORTS = listing(
    id="listSupplyReports",
    tag=Tag.REGISTRY,
    summary=Text("列出采购报送", "List reports of supply"),
    detail=Text(
        "机构：本机构的；经办机构：本区划的，日期新的在前。",
        "An institution sees its own reports, an agency those of its area; the newest day stands first.",
    ),
    action=SUPPLY_READ,
    page=SupplyReportPage,
    filters=(_REPORTS_CODE, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
LIST = listing(
    id="listSupplyMatters",
    tag=Tag.REGISTRY,
    summary=Text("列出供应异常", "List abnormal figures of supply"),
    detail=Text(
        "机构：本机构的；经办机构：本区划的和上报到本区划的，先发现的在前。",
        "An institution sees its own matters, an agency those of its area and those passed on to it; the oldest "
        "stand first.",
    ),
    action=SUPPLY_READ,
    page=SupplyMatterPage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
READ = _SUPPLY_MATTER.reading(
    id="readSupplyMatter",
    summary=Text("查看供应异常", "Read an abnormal figure of supply"),
    detail=Text(
        "含品种、机构、数字、通常范围、条款、期限和办理经过。",
        "The answer holds item, institution, figure, usual range, provision, term and the acts so far.",
    ),
    action=SUPPLY_READ,
)
INVESTIGATE = _SUPPLY_MATTER.changing(
    id="investigateSupplyMatter",
    summary=Text("登记调查结果", "Investigate an abnormal figure"),
    detail=Text(
        "由经办机构登记：有合理原因，或确属异常。",
        "The agency records its finding: the figure has a good reason, or it is abnormal.",
    ),
    action=SUPPLY_INVESTIGATE,
    body=SupplyMatterFindingsBody,
    body_example={"verdict": "abnormal", "findings": "the supplier doubled its price without a reason"},
)
PASS_ON = _SUPPLY_MATTER.changing(
    id="passOnSupplyMatter",
    summary=Text("上报供应异常", "Pass an abnormal figure on"),
    detail=Text(
        "调查后报文件所定的上级，上级自此可见；重复上报返回同一条。",
        "After the investigation the agency passes the matter to the level that the provision names, which sees "
        "it from then on; a second call answers the same matter.",
    ),
    action=SUPPLY_INVESTIGATE,
    body=SupplyMatterForwardingBody,
    body_example={"reason": "the supplier serves the whole province"},
)
CLOSE = _SUPPLY_MATTER.changing(
    id="closeSupplyMatter",
    summary=Text("办结供应异常", "Close an abnormal figure"),
    detail=Text(
        "由调查人、上报人以外的人办结；确属异常的须先上报。",
        "A person other than those who investigated or passed on the matter closes it; an abnormal figure is "
        "passed on first.",
    ),
    action=SUPPLY_CLOSE,
    body=SupplyMatterClosingBody,
    body_example={"because": "the supplier took the increase back"},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of reports and matters."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, matter: SupplyMatter) -> Response:
        return answer(supply_matter_document(matter, call.use(Clock).now(), call.cite))

    @endpoints.route("POST", "/v1/supply-reports", REPORT)
    def report_supply(call: Call, principal: Principal) -> Response:
        request = call.sent(SupplyReportBody).to_request()
        return answer(supply_report_document(call.use(WatchSupply).report(principal, request), call.cite))

    @endpoints.route("POST", "/v1/supply-reports/upload", UPLOAD)
    def upload_supply(call: Call, principal: Principal) -> Response:
        answers = call.use(ReportSupplies)(principal, call.sent(SupplyUploadBody).to_lines())
        return call.uploaded("supply-answered", answers)

    @endpoints.route("GET", "/v1/supply-reports", REPORTS)
    def list_supply_reports(call: Call, principal: Principal) -> Response:
        code, area = call.asked(_REPORTS_CODE), call.asked(OWN_AREA_PARAMETER)
        return call.listed(
            partial(call.use(WatchSupply).find, principal, code, area),
            lambda each: supply_report_document(each, call.cite),
            supply_report_file,
        )

    @endpoints.route("GET", "/v1/supply-matters", LIST)
    def list_supply_matters(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        now = call.use(Clock).now()
        return call.listed(
            partial(call.use(FollowSupply).find, principal, status, area),
            lambda each: supply_matter_document(each, now, call.cite),
            supply_matter_file,
        )

    @endpoints.route("GET", "/v1/supply-matters/{matter_id}", READ)
    def read_supply_matter(call: Call, principal: Principal, matter_id: SupplyMatterId) -> Response:
        return shown(call, call.use(FollowSupply).read(principal, matter_id))

    @endpoints.route("POST", "/v1/supply-matters/{matter_id}/investigation", INVESTIGATE)
    def investigate_supply_matter(call: Call, principal: Principal, matter_id: SupplyMatterId) -> Response:
        body = call.sent(SupplyMatterFindingsBody)
        return shown(call, call.use(FollowSupply).investigate(principal, matter_id, body.verdict, body.findings))

    @endpoints.route("POST", "/v1/supply-matters/{matter_id}/forwarding", PASS_ON)
    def pass_on_supply_matter(call: Call, principal: Principal, matter_id: SupplyMatterId) -> Response:
        body = call.sent(SupplyMatterForwardingBody)
        return shown(call, call.use(FollowSupply).pass_on(principal, matter_id, body.reason))

    @endpoints.route("POST", "/v1/supply-matters/{matter_id}/closing", CLOSE)
    def close_supply_matter(call: Call, principal: Principal, matter_id: SupplyMatterId) -> Response:
        body = call.sent(SupplyMatterClosingBody)
        return shown(call, call.use(FollowSupply).close(principal, matter_id, body.because))

    return endpoints.blueprint
