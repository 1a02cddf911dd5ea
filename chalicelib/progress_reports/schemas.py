"""Progress reports on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind, Value
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    TextPair,
    clock_document,
)
from chalicelib.platform.http.fields import Code, DateText, Label, Reason
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import WireModel
from chalicelib.progress_reports.domain import (
    DayOfReports,
    ProgressReport,
    Responsible,
    Unit,
    UnitOfDay,
    UnitStatus,
)
from chalicelib.progress_reports.usecases import ProgressRequest

UnitId = Annotated[str, Field(pattern=r"^[0-9]{6}(-[a-z]{2,20})?$", examples=["371082"])]


class ResponsibleBody(WireModel):
    office: Label
    post: Label
    staff_no: Code


class ProgressReportBody(WireModel):
    """A report of a day's work: practice and progress; no text names a patient."""

    unit: UnitId | None = None
    on: DateText
    practice: Reason
    progress: Reason
    problems: Reason | None = None
    responsible: Annotated[list[ResponsibleBody], Field(max_length=50)] = Field(default_factory=list)

    def to_request(self) -> ProgressRequest:
        """Convert the body to the use case's request."""
        responsible = tuple(Responsible(each.office, each.post, each.staff_no) for each in self.responsible)
        return ProgressRequest(self.unit, self.on, self.practice, self.progress, self.problems, responsible)


class ResponsibleDocument(Answer):
    office: str
    post: str
    staff_no: str


class VersionDocument(Answer):
    sent: ActDocument
    practice: str
    progress: str
    problems: str | None
    responsible: list[ResponsibleDocument]


class ProgressReportDocument(Answer):
    """A unit's report of a day: `versions` with the version in force last; `late` if the first came after the hour."""

    report_id: str
    told: Area
    unit: UnitId
    name: TextPair
    on: date
    late: bool
    clock: ClockDocument
    citation: Citation
    versions: list[VersionDocument]


class ProgressReportPage(Answer):
    items: list[ProgressReportDocument]
    next: str | None


class UnitOfDayDocument(Answer):
    unit: UnitId
    name: TextPair
    status: UnitStatus
    report: ProgressReportDocument | None


class ProgressDayDocument(Answer):
    """A day of reports: the hour, the number missing, and every unit's day."""

    told: Area
    on: date
    first_day: bool
    clock: ClockDocument
    citation: Citation
    expected: int
    missing: int
    units: list[UnitOfDayDocument]


def report_document(report: ProgressReport, cite: Cite, now: datetime) -> dict[str, Any]:
    """Write the answer for a report."""
    first = report.versions[0].sent.at
    return {
        "report_id": report.report_id,
        "told": report.told,
        **_unit(report.unit),
        "on": report.on.isoformat(),
        "late": report.clock.is_late(first),
        "clock": clock_document(report.clock.stop(first), now, cite),
        "citation": cite(report.citation),
        "versions": [VersionDocument.from_record(each) for each in report.versions],
    }


def day_document(day: DayOfReports, cite: Cite, now: datetime) -> dict[str, Any]:
    """Write the answer for a day's reports, for the told area."""
    required = day.requirement
    return {
        "told": required.told,
        "on": required.on.isoformat(),
        "first_day": required.is_first,
        "clock": clock_document(required.clock, now, cite),
        "citation": cite(required.citation),
        "expected": len(day.units),
        "missing": sum(each.status is UnitStatus.MISSING for each in day.units),
        "units": [_unit_of_day(each, cite, now) for each in day.units],
    }


def progress_day_file(day: DayOfReports) -> ListFile:
    """Write a day as a file, a row for each unit, with the latest version."""
    columns = (
        Column("日期", ColumnKind.DAY, english="day"),
        Column("单位", english="unit"),
        Column("名称", english="name"),
        Column("状态", english="status"),
        *_SAID,
    )
    rows = [
        (
            day.requirement.on,
            each.unit.unit,
            each.unit.name.zh,
            each.status.value,
            *((None,) * len(_SAID) if each.report is None else _said(each.report)),
        )
        for each in day.units
    ]
    return ListFile("progress-of-the-day", columns, rows)


def progress_report_file(reports: Sequence[ProgressReport]) -> ListFile:
    """Write reports as a file, a row for each unit's day, with the latest version."""
    columns = (
        Column("日期", ColumnKind.DAY, english="day"),
        Column("单位", english="unit"),
        Column("名称", english="name"),
        Column("报送区划", english="told"),
        Column("迟报", english="late"),
        *_SAID,
    )
    rows = [
        (
            each.on,
            each.unit.unit,
            each.unit.name.zh,
            each.told,
            "是 yes" if each.clock.is_late(each.versions[0].sent.at) else "否 no",
            *_said(each),
        )
        for each in reports
    ]
    return ListFile("progress-reports", columns, rows)


_SAID = (
    Column("首次上报", english="first sent"),
    Column("工作做法", english="practice"),
    Column("工作进展", english="progress"),
    Column("存在问题", english="problems"),
    Column("负责人员", english="responsible"),
    Column("版次", ColumnKind.COUNT, english="versions"),
)


def _said(report: ProgressReport) -> tuple[Value, ...]:
    said = report.latest
    responsible = "；".join(f"{each.office} {each.post} {each.staff_no}" for each in said.responsible)
    first = report.versions[0].sent.at
    return (first, said.practice, said.progress, said.problems, responsible or None, len(report.versions))


def _unit_of_day(row: UnitOfDay, cite: Cite, now: datetime) -> dict[str, Any]:
    report = None if row.report is None else report_document(row.report, cite, now)
    return {**_unit(row.unit), "status": row.status.value, "report": report}


def _unit(unit: Unit) -> dict[str, Any]:
    return {"unit": unit.unit, "name": {"zh": unit.name.zh, "en": unit.name.en}}
