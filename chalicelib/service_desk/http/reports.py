"""Routes of the desk's reports: as an answer, as a file of rows, and as a printable page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.pages import page_of
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer, answer_form, answer_list
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.operation import CSV, HTML, XLSX, Operation, Success, Tag
from chalicelib.platform.http.query import FROM_DAY, OWN_AREA_PARAMETER, TO_DAY, form, whole_list
from chalicelib.service_desk.access import DESK_REPORT
from chalicelib.service_desk.domain.counts import DeskReport
from chalicelib.service_desk.domain.hotline import HotlineReport
from chalicelib.service_desk.schemas.reports import (
    DeskReportDocument,
    HotlineReportDocument,
    desk_count_file,
    desk_report_document,
    hotline_count_file,
    hotline_report_document,
)
from chalicelib.service_desk.usecases.hotline import Consultations
from chalicelib.service_desk.usecases.report import DeskReports

T = TypeVar("T")
R = TypeVar("R")
_FORMAT = form(
    Text(
        "json（默认）、csv 或 xlsx（逐日明细，至多 5000 行）、html（打印用）。",
        "json (the default), csv or xlsx (the rows of each day, at most 5,000), html (for the printer).",
    ),
    "json",
    "csv",
    "xlsx",
    "html",
)
_PARAMETERS = (FROM_DAY, TO_DAY, OWN_AREA_PARAMETER, _FORMAT)

DESK = Operation(
    id="reportDesk",
    tag=Tag.REPORTS,
    summary=Text("经办服务件数统计", "Report the counts of the desk"),
    detail=Text(
        "某段日期（含两端，至多 366 天）内受理、办结、撤回的件数，按业务、方式和日期；不见面办理的另计，附依据。",
        "The report counts the matters taken in, finished and withdrawn in a period of at most 366 days, both "
        "ends included, by kind, way and day; business without a visit is counted apart, with its provision.",
    ),
    action=DESK_REPORT,
    parameters=_PARAMETERS,
    answers={200: Success(Text("统计表", "The table"), DeskReportDocument, files=(CSV, XLSX, HTML))},
    problems=(400, 404, 422),
)
HOTLINE = Operation(
    id="reportHotline",
    tag=Tag.REPORTS,
    summary=Text("热线咨询统计", "Report the counts of the hotline"),
    detail=Text(
        "某段日期（含两端，至多 366 天）内的咨询人次，按主题和来电小时（北京时间），附热线号码、接听时间和依据。",
        "The report counts the consultations of a period of at most 366 days, both ends included, by subject and "
        "by the hour of the call (Asia/Shanghai), with the hotline's number, its hours and its provision.",
    ),
    action=DESK_REPORT,
    parameters=_PARAMETERS,
    answers={200: Success(Text("统计表", "The table"), HotlineReportDocument, files=(CSV, XLSX, HTML))},
    problems=(400, 404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of the desk's reports."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/reports/desk", DESK)
    def report_desk(call: Call, principal: Principal) -> Response:
        reports = call.use(DeskReports)
        return _answered(call, principal, reports, reports.printed, desk_report_document, _desk_file)

    @endpoints.route("GET", "/v1/reports/hotline", HOTLINE)
    def report_hotline(call: Call, principal: Principal) -> Response:
        asked = call.use(Consultations)
        return _answered(call, principal, asked.report, asked.printed, hotline_report_document, _hotline_file)

    return endpoints.blueprint


def _answered(
    call: Call,
    principal: Principal,
    find: Callable[[Principal, AreaCode | None, date, date], R],
    printed: Callable[[Principal, AreaCode | None, date, date], PrintedForm],
    document_of: Callable[[R, Cite], dict[str, Any]],
    file_of: Callable[[R], ListFile],
) -> Response:
    """Return a report as requested: a document, its rows for each day as a file, or the form for the printer."""
    asked = principal, call.asked(OWN_AREA_PARAMETER), call.asked(FROM_DAY), call.asked(TO_DAY)
    wanted = call.asked(_FORMAT)
    if wanted == "html":
        return answer_form(printed(*asked), wanted, "")
    report = find(*asked)
    return answer(document_of(report, call.cite)) if wanted == "json" else answer_list(file_of(report), wanted)


def _desk_file(report: DeskReport) -> ListFile:
    return desk_count_file(_rows(report.counts, lambda each: f"{each.on}#{each.kind.value}#{each.channel.value}"))


def _hotline_file(report: HotlineReport) -> ListFile:
    return hotline_count_file(_rows(report.counts, lambda each: f"{each.on}#{each.hour:02d}#{each.subject.value}"))


def _rows(counts: Sequence[T], key: Callable[[T], str]) -> tuple[T, ...]:
    return whole_list(lambda page: page_of(counts, key, page))
