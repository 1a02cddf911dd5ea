"""Routes of the desk's reports: as an answer, as a file of rows, and as a printable page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import page_of
from chalicelib.kernel.text import Text
from chalicelib.platform.forms.page import printed_page
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer, answer_file, answer_list
from chalicelib.platform.http.operation import (
    CSV,
    HTML,
    OWN_AREA_PARAMETER,
    XLSX,
    Operation,
    Parameter,
    Success,
    Tag,
)
from chalicelib.platform.http.query import whole_list
from chalicelib.service_desk.access import DESK_REPORT
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
_DAY = {"type": "string", "format": "date"}
_FORMATS = "json|csv|xlsx|html"
_PARAMETERS = (
    Parameter("from", "query", Text("起", "From"), _DAY, required=True),
    Parameter("to", "query", Text("止", "To"), _DAY, required=True),
    OWN_AREA_PARAMETER,
    Parameter(
        "format",
        "query",
        Text(
            "json（默认）、csv 或 xlsx（逐日明细，至多 5000 行）、html（打印用）。",
            "json (the default), csv or xlsx (the rows of each day, at most 5,000), html (for the printer).",
        ),
        {"type": "string", "enum": _FORMATS.split("|")},
    ),
)

DESK = Operation(
    id="reportDesk",
    tag=Tag.REPORTS,
    summary=Text("经办服务件数统计", "The counts of the desk"),
    detail=Text(
        "某段日期（含两端，至多 366 天）内受理、办结、撤回的件数，按业务、方式和日期；不见面办理的另计，附依据。",
        "What was taken in, finished and taken back in some days, both inside and at most 366, by kind, way and day; "
        "what was done without meeting anybody apart, with what provides for it.",
    ),
    action=DESK_REPORT,
    parameters=_PARAMETERS,
    answers={200: Success(Text("统计表", "The table"), DeskReportDocument, files=(CSV, XLSX, HTML))},
    problems=(400, 404, 422),
)
HOTLINE = Operation(
    id="reportHotline",
    tag=Tag.REPORTS,
    summary=Text("热线咨询统计", "The counts of the hotline"),
    detail=Text(
        "某段日期（含两端，至多 366 天）内的咨询人次，按主题和来电小时（北京时间），附热线号码、接听时间和依据。",
        "Consultations of some days, both inside and at most 366, by subject and by the hour in China at which they "
        "came, with the hotline's number, its hours and what sets it up.",
    ),
    action=DESK_REPORT,
    parameters=_PARAMETERS,
    answers={200: Success(Text("统计表", "The table"), HotlineReportDocument, files=(CSV, XLSX, HTML))},
    problems=(400, 404, 422),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    from_on: date
    to_on: date
    area: str | None
    form: str

    @classmethod
    def of(cls, call: Call) -> _Asked:
        query = call.query
        asked = cls(
            query.day("from"),
            query.day("to"),
            query.area(),
            query.text("format", _FORMATS) or "json",
        )
        query.check()
        return asked


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of the desk's reports."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/reports/desk", DESK)
    def report_desk(call: Call, principal: Principal) -> Response:
        asked, reports = _Asked.of(call), call.use(DeskReports)
        if asked.form == "html":
            form = reports.printed(principal, asked.area, asked.from_on, asked.to_on)
            return answer_file(printed_page(form).decode(), HTML)
        report = reports(principal, asked.area, asked.from_on, asked.to_on)
        if asked.form == "json":
            return answer(desk_report_document(report, call.cite))
        rows = _rows(report.counts, lambda each: f"{each.on}#{each.kind.value}#{each.channel.value}")
        return answer_list(desk_count_file(rows), asked.form)

    @endpoints.route("GET", "/v1/reports/hotline", HOTLINE)
    def report_hotline(call: Call, principal: Principal) -> Response:
        asked, consultations = _Asked.of(call), call.use(Consultations)
        if asked.form == "html":
            form = consultations.printed(principal, asked.area, asked.from_on, asked.to_on)
            return answer_file(printed_page(form).decode(), HTML)
        report = consultations.report(principal, asked.area, asked.from_on, asked.to_on)
        if asked.form == "json":
            return answer(hotline_report_document(report, call.cite))
        rows = _rows(report.counts, lambda each: f"{each.on}#{each.hour:02d}#{each.subject.value}")
        return answer_list(hotline_count_file(rows), asked.form)

    return endpoints.blueprint


def _rows(counts: Sequence[T], key: Callable[[T], str]) -> tuple[T, ...]:
    return whole_list(lambda page: page_of(counts, key, page))
