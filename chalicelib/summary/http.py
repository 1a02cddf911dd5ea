"""The sums of the caller's claims, and a day's report."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.law.ports import BundleStore
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import CSV, HTML, XLSX, Operation, Success, Tag
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, Query, choice, day, ends_after, form, required
from chalicelib.summary.access import DAILY_READ, SUMMARY_READ
from chalicelib.summary.domain import By, SummarySpan
from chalicelib.summary.forms import daily_form, daily_list
from chalicelib.summary.schemas import DailyReportDocument, SummaryDocument, daily_document, summary_document
from chalicelib.summary.usecases import ReadDaily, ReadSummary

_DAYS_MAX = 366
_SPAN_OF = Text(
    "按受理日（北京时间）汇总的区间只用于 by=status、payer 和 day；by=area 汇总全部申请，不能与 from、to 同用。",
    "Days of receipt go with by=status, payer and day; by=area sums all claims and takes neither from nor to.",
)
_TOO_MANY_DAYS = Text(
    f"by=day 一次至多 {_DAYS_MAX} 天，请缩短区间。", f"A summary by day holds at most {_DAYS_MAX} days; ask for fewer."
)
_BY = required(choice("by", Text("汇总方式", "The breakdown"), By))
_FROM = day("from", Text("受理日起（含）", "The first day of receipt (included)"))
_TO = day("to", Text("受理日止（含）", "The last day of receipt (included)"))


def _span_of(query: Query) -> SummarySpan:
    return SummarySpan(query.of(_FROM), query.of(_TO))


def _refuse_span_of_areas(query: Query) -> None:
    """Refuse days beside `by=area`."""
    span = _span_of(query)
    if query.of(_BY) is By.AREA and not span.is_open:
        query.refuse(_FROM if span.from_on else _TO, _SPAN_OF)


_DATE = day("date", Text("日期，默认今天", "The day, today by default"))
_FORMAT = form(
    Text(
        "json（默认）、csv、xlsx 或 html（打印用）。",
        "json (the default), csv, xlsx or html (for the printer).",
    ),
    "json",
    "csv",
    "xlsx",
    "html",
)

READ = Operation(
    id="readSummary",
    tag=Tag.REPORTS,
    summary=Text("结算申请汇总", "Read the sums of claims"),
    detail=Text(
        "本机构，或涉及本区划及其下级的结算申请：按状态、支付方、受理日或经办区划的件数和金额。"
        "金额只计已结算的申请。数字随每笔变动累加，查询时不逐件统计，已答复的写入都已计入。"
        "by=status、payer 可加 from、to；by=day 默认最近 31 天，至多 366 天；by=area 不能加 from、to。",
        "The answer sums the claims of the caller's institution, or those that concern its area or an area below "
        "it: their number, and the amounts of the settled claims, by state, payer, day of receipt or settling "
        "agency. The sums are kept as claims change and are never counted on reading; they hold every write that "
        "was answered before. by=status and by=payer take from and to; by=day shows the last 31 days by default "
        "and at most 366; by=area takes neither.",
    ),
    action=SUMMARY_READ,
    parameters=(
        _BY,
        _FROM,
        _TO,
        OWN_AREA_PARAMETER,
    ),
    answers={200: Success(Text("汇总", "The sums"), SummaryDocument)},
    problems=(400, 404),
    rules=(_refuse_span_of_areas, ends_after(_FROM, _TO)),
)


DAILY = Operation(
    id="reportDaily",
    tag=Tag.REPORTS,
    summary=Text("结算日报", "Report a day's claims"),
    detail=Text(
        "某日（北京时间）受理的申请，按医疗机构：件数、现在的状态、各方支付；当日无申请的机构也列出。"
        "html 和 xlsx 为打印用的日报表，csv 为明细。数字随变动累加，查询时不逐件统计。",
        "The report shows the claims received on an Asia/Shanghai day, institution by institution: their number, "
        "their present state and the payment of every payer; an institution without claims is listed too. html "
        "and xlsx are the form for the printer, csv its rows. The figures are kept as claims change and are never "
        "counted on reading.",
    ),
    action=DAILY_READ,
    parameters=(
        _DATE,
        OWN_AREA_PARAMETER,
        _FORMAT,
    ),
    answers={200: Success(Text("日报", "The report"), DailyReportDocument, files=(CSV, XLSX, HTML))},
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of summaries."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/summary", READ)
    def read_summary(call: Call, principal: Principal) -> Response:
        by, span, area = call.asked(_BY), _span_of(call.query), call.asked(OWN_AREA_PARAMETER)
        if by is By.DAY and span.from_on:
            last = span.to_on or call.use(Clock).today()
            if (last - span.from_on).days >= _DAYS_MAX:
                call.query.refuse(_FROM, _TOO_MANY_DAYS)
                call.query.check()
        return answer(summary_document(call.use(ReadSummary)(principal, by, span, area)))

    @endpoints.route("GET", "/v1/reports/daily", DAILY)
    def report_daily(call: Call, principal: Principal) -> Response:
        day, area = call.asked(_DATE), call.asked(OWN_AREA_PARAMETER)
        report = call.use(ReadDaily)(principal, day, area)
        return call.reported(
            partial(daily_document, report),
            partial(daily_list, report),
            lambda: daily_form(report, call.use(BundleStore).current().registry, call.use(Clock).today()),
        )

    return endpoints.blueprint
