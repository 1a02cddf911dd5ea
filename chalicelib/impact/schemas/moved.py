"""Wire documents and the file of the amounts moved by articles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from chalicelib.impact.domain.moved import LawUnit, MovedBy, MovedRow, MovedRun
from chalicelib.impact.domain.simulation import SimulationStatus
from chalicelib.impact.usecases.moved import MovedDetail
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.text import Text, render_text
from chalicelib.law.domain.model import Bundle
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import Answer, Area, TextPair, Yuan
from chalicelib.platform.http.fields import AreaCodeText, DateText
from chalicelib.platform.http.reading import Choice, WireModel


class MovedBody(WireModel):
    """The request's area and days, and the kind of unit left out at a time."""

    area: AreaCodeText | None = None
    starts_on: DateText = Field(validation_alias="from")
    ends_on: DateText = Field(validation_alias="to")
    by: Choice[MovedBy] = MovedBy.ARTICLE


class MovedStarted(Answer):
    moved_id: str
    status: SimulationStatus


class MovedSummary(MovedStarted):
    """A run's request and its progress."""

    area: Area
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date, Field(alias="to")]
    by: MovedBy
    requested_by: str
    requested_at: datetime
    attempt: int


class MovedPage(Answer):
    items: list[MovedSummary]
    next: str | None


class MovedRowDocument(Answer):
    """Amounts one unit moved: positive where a payer bears more because of the unit."""

    notice: str
    document_no: str
    title: TextPair
    article: str | None
    provision: str | None
    changed: int
    relieved: int
    burdened: int
    undecided: int
    patient: Yuan
    funds: Yuan
    basic: Yuan
    critical: Yuan
    assistance: Yuan
    fiscal: Yuan


class MovedMonthDocument(Answer):
    month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    claims: int
    rows: list[MovedRowDocument]


class MovedDocument(MovedSummary):
    """Progress of a run; once the run is done, the amounts each unit moved over all days and by month."""

    looked_at: int
    claims: int | None
    rows: list[MovedRowDocument]
    months: list[MovedMonthDocument]


def moved_summary(run: MovedRun) -> dict[str, Any]:
    """Write a run for lists."""
    return {
        **MovedStarted.from_record(run),
        "area": run.area,
        "from": run.from_on.isoformat(),
        "to": run.to_on.isoformat(),
        "by": run.by.value,
        "requested_by": run.asked.actor,
        "requested_at": run.asked.at,
        "attempt": run.attempt,
    }


def moved_document(detail: MovedDetail) -> dict[str, Any]:
    """Write a run with its findings."""
    moved, bundle = detail.moved, detail.bundle
    return {
        **moved_summary(detail.run),
        "looked_at": detail.looked_at,
        "claims": None if moved is None else moved.claims,
        "rows": [] if moved is None else _rows(moved.rows, bundle),
        "months": []
        if moved is None
        else [
            {"month": month.month, "claims": month.claims, "rows": _rows(month.rows, bundle)} for month in moved.months
        ],
    }


def _rows(rows: tuple[MovedRow, ...], bundle: Bundle) -> list[dict[str, Any]]:
    """Write rows in order, the largest relief of patients first."""
    ordered = sorted(rows, key=lambda row: (row.patient_fen, -abs(row.funds_fen), -abs(row.fiscal_fen), row.unit))
    return [_row(row, bundle) for row in ordered]


def _row(row: MovedRow, bundle: Bundle) -> dict[str, Any]:
    unit = row.unit
    document_no, title = _named(unit, bundle)
    return {
        "notice": unit.notice,
        "document_no": document_no,
        "title": render_text(title),
        "article": unit.article or None,
        "provision": unit.provision or None,
        "changed": row.changed,
        "relieved": row.relieved,
        "burdened": row.burdened,
        "undecided": row.undecided,
        "patient": format_yuan(row.patient_fen),
        "funds": format_yuan(row.funds_fen),
        "basic": format_yuan(row.basic_fen),
        "critical": format_yuan(row.critical_fen),
        "assistance": format_yuan(row.assistance_fen),
        "fiscal": format_yuan(row.fiscal_fen),
    }


def _named(unit: LawUnit, bundle: Bundle) -> tuple[str, Text]:
    """Return a notice's number and title; for a notice that the bundle in force no longer has, its id."""
    notice = bundle.notices.get(unit.notice)
    return ("", Text(unit.notice, unit.notice)) if notice is None else (notice.document_no, notice.title)


def moved_file(detail: MovedDetail) -> ListFile:
    """Return the file: a row for each month and unit, and a row for each unit over all months."""
    columns = (
        Column("月份 month"),
        Column("文件 notice"),
        Column("文号 document no."),
        Column("条款 article"),
        Column("条目 provision"),
        Column("改变的申请 claims changed", ColumnKind.COUNT),
        Column("少付患者 patients relieved", ColumnKind.COUNT),
        Column("多付患者 patients burdened", ColumnKind.COUNT),
        Column("无法核定 undecided", ColumnKind.COUNT),
        Column("个人 patient", ColumnKind.MONEY),
        Column("基本医保 basic", ColumnKind.MONEY),
        Column("大病大额 critical", ColumnKind.MONEY),
        Column("医疗救助 assistance", ColumnKind.MONEY),
        Column("财政 fiscal", ColumnKind.MONEY),
    )
    moved = detail.moved
    parts = (
        [] if moved is None else [("合计 total", moved.rows), *((month.month, month.rows) for month in moved.months)]
    )
    rows = [
        (
            month,
            row.unit.notice,
            _named(row.unit, detail.bundle)[0],
            row.unit.article,
            row.unit.provision,
            row.changed,
            row.relieved,
            row.burdened,
            row.undecided,
            row.patient_fen,
            row.basic_fen,
            row.critical_fen,
            row.assistance_fen,
            row.fiscal_fen,
        )
        for month, found in parts
        for row in found
    ]
    return ListFile("article-effects", columns, rows)
