"""Wire models of the desk's reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import Answer, Area, Citation
from chalicelib.platform.http.findings import Cite
from chalicelib.service_desk.domain.counts import DeskCount, DeskReport
from chalicelib.service_desk.domain.hotline import HotlineCount, HotlineReport
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind


class DeskSumDocument(Answer):
    received: int
    finished: int
    withdrawn: int


class DeskKindCountDocument(Answer):
    kind: DeskMatterKind
    channel: Channel
    received: int
    finished: int
    withdrawn: int


class DeskDayCountDocument(Answer):
    on: date
    received: int
    finished: int
    withdrawn: int


class DeskReportDocument(Answer):
    """The counts of some days, both inside. Contactless matters came by another channel than the counter."""

    from_: Annotated[date, Field(alias="from")]
    to: date
    area: Area
    total: DeskSumDocument
    contactless: DeskSumDocument
    by_kind: list[DeskKindCountDocument]
    by_day: list[DeskDayCountDocument]
    citations: list[Citation]


class HotlineSubjectDocument(Answer):
    subject: ConsultationSubject
    consultations: int


class HotlineHourDocument(Answer):
    hour: int
    by_subject: list[HotlineSubjectDocument]


class HotlineDocument(Answer):
    number: str
    from_hour: int
    to_hour: int
    citation: Citation


class HotlineReportDocument(Answer):
    """The consultations of some days, both inside; those taken back are counted apart."""

    from_: Annotated[date, Field(alias="from")]
    to: date
    area: Area
    consultations: int
    withdrawn: int
    by_subject: list[HotlineSubjectDocument]
    by_hour: list[HotlineHourDocument]
    hotlines: list[HotlineDocument]


def desk_report_document(report: DeskReport, cite: Cite) -> dict[str, Any]:
    """Write the report of an area's days."""
    return {
        "from": report.from_on.isoformat(),
        "to": report.to_on.isoformat(),
        "area": report.area,
        "total": DeskSumDocument.from_record(report.total),
        "contactless": DeskSumDocument.from_record(report.contactless),
        "by_kind": [
            {"kind": kind.value, "channel": channel.value, **DeskSumDocument.from_record(each)}
            for kind, channel, each in report.by_kind
        ],
        "by_day": [{"on": day.isoformat(), **DeskSumDocument.from_record(each)} for day, each in report.by_day],
        "citations": [cite(each) for each in report.citations],
    }


def desk_count_file(counts: Sequence[DeskCount]) -> ListFile:
    """Write the counts as a file, one kind and channel of a day per row."""
    columns = (
        Column("区划 area"),
        Column("日期 day", ColumnKind.DAY),
        Column("业务 kind"),
        Column("方式 channel"),
        Column("受理 received", ColumnKind.COUNT),
        Column("办结 finished", ColumnKind.COUNT),
        Column("撤回 withdrawn", ColumnKind.COUNT),
    )
    rows = [
        (each.area, each.on, each.kind.value, each.channel.value, each.received, each.finished, each.withdrawn)
        for each in counts
    ]
    return ListFile("desk-counts", columns, rows)


def hotline_report_document(report: HotlineReport, cite: Cite) -> dict[str, Any]:
    """Write the report of an area's days."""
    return {
        "from": report.from_on.isoformat(),
        "to": report.to_on.isoformat(),
        "area": report.area,
        "consultations": report.total,
        "withdrawn": report.withdrawn,
        "by_subject": _subjects(report.by_subject),
        "by_hour": [{"hour": hour, "by_subject": _subjects(found)} for hour, found in report.by_hour],
        "hotlines": [HotlineDocument.from_record(each, cite) for each in report.hotlines],
    }


def hotline_count_file(counts: Sequence[HotlineCount]) -> ListFile:
    """Write the counts as a file, one subject in an hour of a day per row."""
    columns = (
        Column("区划 area"),
        Column("日期 day", ColumnKind.DAY),
        Column("小时 hour", ColumnKind.COUNT),
        Column("主题 subject"),
        Column("咨询 consultations", ColumnKind.COUNT),
        Column("撤回 withdrawn", ColumnKind.COUNT),
    )
    rows = [(each.area, each.on, each.hour, each.subject.value, each.standing, each.withdrawn) for each in counts]
    return ListFile("hotline-counts", columns, rows)


def _subjects(found: Sequence[tuple[ConsultationSubject, int]]) -> list[dict[str, Any]]:
    return [{"subject": subject.value, "consultations": count} for subject, count in found]
