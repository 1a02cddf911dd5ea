"""Progress reports: sent by the day, listed, with the missing units."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import REPORT_FILES, Operation, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, REPORT_FORMAT, day, required
from chalicelib.progress_reports.access import PROGRESS_READ, PROGRESS_REPORT
from chalicelib.progress_reports.schemas import (
    ProgressDayDocument,
    ProgressReportBody,
    ProgressReportDocument,
    ProgressReportPage,
    day_document,
    progress_day_file,
    progress_report_file,
    report_document,
)
from chalicelib.progress_reports.usecases import ProgressReports

_DAY = required(day("on", Text("日期", "The day")))

REPORT = Operation(
    id="sendProgressReport",
    tag=Tag.REPORTS,
    summary=Text("上报工作进展", "Send a progress report"),
    detail=Text(
        "文件规定的日期内，各区市经办机构报送当日工作做法、进展和问题，首日同时报送负责人员名单；没有区划代码的单位由被报送的经办机构代为登记。"
        "过时上报照收并标为迟报；再次上报为更正，各次内容均留存。",
        "On the days that a notice names, a district's agency reports its work, its progress and its problems, "
        "and on the first day the responsible persons; for a unit without an area code, the agency that is told "
        "enters the report. A report after the hour is accepted and marked late; a further report amends the "
        "first, and every version stays.",
    ),
    action=PROGRESS_REPORT,
    body=ProgressReportBody,
    body_example={
        "on": "2023-01-12",
        "practice": "two windows at every designated hospital",
        "progress": "all designated hospitals settle at discharge",
    },
    answers={200: Success(Text("报告", "The report"), ProgressReportDocument)},
    problems=(400, 404, 409, 422),
)
LIST = listing(
    id="listProgressReports",
    tag=Tag.REPORTS,
    summary=Text("列出工作进展报告", "List progress reports"),
    detail=Text(
        "本区划报送的和报送本区划的，日期近的在前。",
        "An area sees the reports that it sent and those that it was told, the latest day first.",
    ),
    action=PROGRESS_READ,
    page=ProgressReportPage,
    filters=(OWN_AREA_PARAMETER,),
    is_file=True,
    problems=(404, 422),
)
DAY = Operation(
    id="readProgressDay",
    tag=Tag.REPORTS,
    summary=Text("查看某日上报情况", "Read the reports of a day"),
    detail=Text(
        "被报送区划某日各应报单位的状态：未到时限、已报、迟报、未报，及其报告。",
        "The answer lists every unit that owes the area a report of the day: due, sent, late or missing, with its "
        "report.",
    ),
    action=PROGRESS_READ,
    parameters=(_DAY, OWN_AREA_PARAMETER, REPORT_FORMAT),
    answers={200: Success(Text("当日情况", "The day"), ProgressDayDocument, files=REPORT_FILES)},
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of progress reports."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/progress-reports", REPORT)
    def send_report(call: Call, principal: Principal) -> Response:
        request = call.sent(ProgressReportBody).to_request()
        report = call.use(ProgressReports).report(principal, request)
        return answer(report_document(report, call.cite, call.use(Clock).now()))

    @endpoints.route("GET", "/v1/progress-reports", LIST)
    def list_reports(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        reports, now = call.use(ProgressReports), call.use(Clock).now()
        return call.listed(
            partial(reports.find, principal, area),
            lambda each: report_document(each, call.cite, now),
            progress_report_file,
        )

    @endpoints.route("GET", "/v1/reports/progress", DAY)
    def read_day(call: Call, principal: Principal) -> Response:
        area, on = call.asked(OWN_AREA_PARAMETER), call.asked(_DAY)
        reports, now = call.use(ProgressReports), call.use(Clock).now()
        day = reports.day(principal, area, on)
        return call.reported(
            partial(day_document, day, call.cite, now), partial(progress_day_file, day), partial(reports.printed, day)
        )

    return endpoints.blueprint
