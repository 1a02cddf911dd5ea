"""Wire models of stock reports, shortages and availability on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from chalicelib.adjudication.domain.claim_document import decimal_of_units
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    ShownInstant,
)
from chalicelib.platform.http.fields import Code, DateText, QuantityText, Reason
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import WireModel
from chalicelib.supply.domain.shortages import DrugShortage, ShortageStatus
from chalicelib.supply.domain.stocks import QUANTITY_DECIMALS, DrugAvailability, StockLine, StockReport, StockState
from chalicelib.supply.usecases.stocks import StockRequest


class StockLineBody(WireModel):
    """The quantity of a drug in stock at the end of the day, and the quantity used a day."""

    code: Code
    on_hand: QuantityText
    daily_use: QuantityText


class StockReportBody(WireModel):
    """A day's stock of treatment drugs; `corrects` is the revision that is corrected, if any."""

    on: DateText
    lines: Annotated[list[StockLineBody], Field(min_length=1, max_length=60)]
    corrects: Annotated[int, Field(ge=1, le=1000)] | None = None

    def to_request(self) -> StockRequest:
        """Build the request of the use case."""
        lines = tuple(StockLine.of(each.code, each.on_hand, each.daily_use) for each in self.lines)
        return StockRequest(self.on, lines, self.corrects)


class ShortageAnswerBody(WireModel):
    text: Reason


def _quantity(units: int) -> str:
    return decimal_of_units(units, QUANTITY_DECIMALS)


Quantity = Annotated[str, BeforeValidator(_quantity)]


class StockLineDocument(Answer):
    code: str
    on_hand: Quantity
    daily_use: Quantity


class CorrectedStockDocument(Answer):
    """Lines that were corrected."""

    lines: list[StockLineDocument]
    reported: ActDocument


class StockReportDocument(Answer):
    """A report of stock."""

    report_id: str
    institution: str
    agency: Area
    area: Area
    on: date
    lines: list[StockLineDocument]
    reported: ActDocument
    earlier: list[CorrectedStockDocument]
    revision: int
    citation: Citation


class StockReportPage(Answer):
    items: list[StockReportDocument]
    next: str | None


class PastShortageDocument(Answer):
    """An earlier shortage of the drug, which has ended."""

    since: date
    found_at: ShownInstant
    ended_at: ShownInstant
    answered: ActDocument | None
    answer: str | None


class DrugShortageDocument(Answer):
    """A shortage, with the figures of the last report that showed it."""

    shortage_id: str
    institution: str
    agency: Area
    area: Area
    code: str
    state: Literal["low", "out"]
    on: date
    on_hand: Quantity
    daily_use: Quantity
    since: date
    found_at: ShownInstant
    status: ShortageStatus
    answered: ActDocument | None
    answer: str | None
    ended_at: ShownInstant | None
    past: list[PastShortageDocument]
    clock: ClockDocument
    citation: Citation


class DrugShortagePage(Answer):
    items: list[DrugShortageDocument]
    next: str | None


class DrugAvailabilityDocument(Answer):
    """The state of a drug in an institution; day and quantities are those of the last report that names the drug, null
    without a report. `lasts_days` is the number of whole days that the stock lasts, null if none is used.
    """

    institution: str
    institution_name: str
    area: Area
    code: str
    drug_name: str
    state: StockState
    on: date | None
    on_hand: str | None
    daily_use: str | None
    lasts_days: int | None
    citation: Citation


class DrugAvailabilityPage(Answer):
    items: list[DrugAvailabilityDocument]
    next: str | None


def drug_availability_document(row: DrugAvailability, cite: Cite) -> dict[str, Any]:
    """Write the state of a drug in an institution."""
    last, line = row.last, None if row.last is None else row.last.line
    return {
        "institution": row.institution.code,
        "institution_name": row.institution.name_zh,
        "area": row.institution.area,
        "code": row.drug.code,
        "drug_name": row.drug.name_zh,
        "state": row.state.value,
        "on": None if last is None else last.report.on.isoformat(),
        "on_hand": None if line is None else _quantity(line.on_hand),
        "daily_use": None if line is None else _quantity(line.daily_use),
        "lasts_days": None if line is None else line.days,
        "citation": cite(row.citation),
    }


def drug_availability_file(rows: Sequence[DrugAvailability]) -> ListFile:
    """Write the availability as a file, one drug of an institution per row."""
    columns = (
        Column("机构 institution"),
        Column("机构名称 name"),
        Column("区划 area"),
        Column("药品编码 code"),
        Column("药品 drug"),
        Column("状态 state"),
        Column("报送日 reported for", kind=ColumnKind.DAY),
        Column("库存 on hand", ColumnKind.DECIMAL),
        Column("日用量 daily use", ColumnKind.DECIMAL),
        Column("可用天数 lasts days", ColumnKind.COUNT),
        Column("条款 provision"),
    )
    return ListFile("drug-availability", columns, [_row(each) for each in rows])


def _row(row: DrugAvailability) -> tuple[str | date | int | None, ...]:
    last = row.last
    return (
        row.institution.code,
        row.institution.name_zh,
        row.institution.area,
        row.drug.code,
        row.drug.name_zh,
        row.state.value,
        None if last is None else last.report.on,
        None if last is None else _quantity(last.line.on_hand),
        None if last is None else _quantity(last.line.daily_use),
        None if last is None else last.line.days,
        row.citation,
    )


def stock_report_file(reports: Sequence[StockReport]) -> ListFile:
    """Write reports of stock as a file, one drug of a report per row."""
    columns = (
        *_WHERE,
        Column("日期", ColumnKind.DAY, english="day"),
        Column("药品编码", english="code"),
        Column("库存", ColumnKind.DECIMAL, english="on hand"),
        Column("日用量", ColumnKind.DECIMAL, english="daily use"),
        Column("报送时间", english="reported"),
        Column("版本", ColumnKind.COUNT, english="revision"),
        Column("条款", english="provision"),
    )
    rows = [
        (
            each.institution,
            each.area,
            each.on,
            line.code,
            _quantity(line.on_hand),
            _quantity(line.daily_use),
            each.reported.at,
            each.revision,
            each.citation,
        )
        for each in reports
        for line in each.lines
    ]
    return ListFile("drug-stocks", columns, rows)


def drug_shortage_file(shortages: Sequence[DrugShortage]) -> ListFile:
    """Write shortages as a file, one per row."""
    columns = (
        *_WHERE,
        Column("药品编码", english="code"),
        Column("状态", english="state"),
        Column("起始日", ColumnKind.DAY, english="since"),
        Column("报送日", ColumnKind.DAY, english="reported for"),
        Column("库存", ColumnKind.DECIMAL, english="on hand"),
        Column("日用量", ColumnKind.DECIMAL, english="daily use"),
        Column("办理", english="status"),
        Column("答复", english="answer"),
        Column("期限", english="due"),
        Column("条款", english="provision"),
    )
    rows = [
        (
            each.institution,
            each.area,
            each.code,
            each.state.value,
            each.since,
            each.on,
            _quantity(each.on_hand),
            _quantity(each.daily_use),
            each.status.value,
            each.answer,
            each.clock.due,
            each.citation,
        )
        for each in shortages
    ]
    return ListFile("drug-shortages", columns, rows)


_WHERE = (Column("机构", english="institution"), Column("区划", english="area"))
