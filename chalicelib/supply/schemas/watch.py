"""Wire models of supply reports and of their abnormal figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from chalicelib.adjudication.domain.claim_document import decimal_of_units
from chalicelib.kernel.errors import Invalid, Malformed
from chalicelib.kernel.words.uploads import UploadedLine, read_upload
from chalicelib.law.domain.services.vocabulary import SupplyMeasure
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    act_document,
    act_or_none,
    clock_document,
)
from chalicelib.platform.http.fields import Code, DateText, FileText, PriceText, QuantityText, Reason, read, table_of
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.supply.domain.matters import SupplyMatter, SupplyMatterStatus, SupplyVerdict
from chalicelib.supply.domain.measures import SupplyFigures, SupplyReport
from chalicelib.supply.usecases.upload import SupplyLine
from chalicelib.supply.usecases.watch import SupplyRequest


class SupplyReportBody(WireModel):
    """Purchases of a watched item on a day; `corrects` is the revision that is corrected, if any."""

    code: Code
    on: DateText
    price: PriceText
    ordered: QuantityText
    delivered: QuantityText
    corrects: Annotated[int, Field(ge=1, le=1000)] | None = None

    def to_request(self) -> SupplyRequest:
        """Build the request of the use case."""
        return SupplyRequest(self.code, self.on, self.price, self.ordered, self.delivered, self.corrects)


class SupplyUploadBody(WireModel):
    """A table; `file` has the columns `code`, `on`, `price`, `ordered`, `delivered` and, to correct, `corrects`."""

    file: FileText

    def to_lines(self) -> tuple[SupplyLine, ...]:
        """Read the lines for the use case. Raises `Invalid` for a file that is no such table."""
        return tuple(_line(each) for each in read_upload(table_of(self.file), _COLUMNS, ("corrects",)))


_COLUMNS = ("code", "on", "price", "ordered", "delivered")


def _line(line: UploadedLine) -> SupplyLine:
    cells: dict[str, Any] = {name: cell for name, cell in line.cells.items() if cell}
    if cells.get("corrects", "").isdecimal():
        cells["corrects"] = int(cells["corrects"])
    try:
        return SupplyLine(line.number, read(SupplyReportBody, cells).value.to_request())
    except (Malformed, Invalid) as error:
        return SupplyLine(line.number, None, tuple(error.findings))


class SupplyMatterFindingsBody(WireModel):
    verdict: Choice[SupplyVerdict]
    findings: Reason


class SupplyMatterForwardingBody(WireModel):
    reason: Reason


class SupplyMatterClosingBody(WireModel):
    because: Reason


class CorrectedFiguresDocument(Answer):
    """Figures that were corrected."""

    price: str
    ordered: str
    delivered: str
    reported: ActDocument


class SupplyReportDocument(Answer):
    """A report; `delivery` is the delivered part of the order, null if nothing was ordered."""

    report_id: str
    institution: str
    agency: Area
    area: Area
    code: str
    on: date
    price: str
    ordered: str
    delivered: str
    delivery: str | None
    reported: ActDocument
    earlier: list[CorrectedFiguresDocument]
    revision: int
    citation: Citation


class SupplyReportPage(Answer):
    items: list[SupplyReportDocument]
    next: str | None


class SupplyMatterDocument(Answer):
    """An abnormal figure in yuan, a quantity or a part of one, by its measure; `low` to `high` is the usual range."""

    matter_id: str
    report_id: str
    institution: str
    agency: Area
    area: Area
    code: str
    on: date
    measure: SupplyMeasure
    figure: str
    median: str
    low: str
    high: str
    status: SupplyMatterStatus
    found_at: datetime
    told: Area
    investigated: ActDocument | None
    verdict: SupplyVerdict | None
    findings: str | None
    passed_on: ActDocument | None
    reason: str | None
    closed: ActDocument | None
    because: str | None
    clock: ClockDocument
    citation: Citation


class SupplyMatterPage(Answer):
    items: list[SupplyMatterDocument]
    next: str | None


def _decimal(units: int, measure: SupplyMeasure) -> str:
    return decimal_of_units(units, measure.decimals)


def _figures_document(figures: SupplyFigures) -> dict[str, str]:
    return {
        "price": _decimal(figures.price_millionths, SupplyMeasure.PRICE),
        "ordered": _decimal(figures.ordered, SupplyMeasure.VOLUME),
        "delivered": _decimal(figures.delivered, SupplyMeasure.VOLUME),
    }


def supply_report_document(report: SupplyReport, cite: Cite) -> dict[str, Any]:
    """Write the document of a report."""
    return {
        "report_id": report.report_id,
        "institution": report.institution,
        "agency": report.agency,
        "area": report.area,
        "code": report.code,
        "on": report.on.isoformat(),
        **_figures_document(report.figures),
        "delivery": _delivery(report),
        "reported": act_document(report.reported),
        "earlier": [
            {**_figures_document(each.figures), "reported": act_document(each.reported)} for each in report.earlier
        ],
        "revision": report.revision,
        "citation": cite(report.citation),
    }


def supply_matter_document(matter: SupplyMatter, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the document of an abnormal figure."""
    usual, measure = matter.usual, matter.measure
    return {
        "matter_id": matter.matter_id,
        "report_id": matter.report_id,
        "institution": matter.institution,
        "agency": matter.agency,
        "area": matter.area,
        "code": matter.code,
        "on": matter.on.isoformat(),
        "measure": measure.value,
        "figure": _decimal(matter.figure, measure),
        "median": _decimal(usual.median, measure),
        "low": _decimal(usual.low, measure),
        "high": _decimal(usual.high, measure),
        "status": matter.status.value,
        "found_at": matter.found_at,
        "told": matter.told,
        "investigated": act_or_none(matter.investigated),
        "verdict": None if matter.verdict is None else matter.verdict.value,
        "findings": matter.findings,
        "passed_on": act_or_none(matter.passed_on),
        "reason": matter.reason,
        "closed": act_or_none(matter.closed),
        "because": matter.because,
        "clock": clock_document(matter.clock, now, cite),
        "citation": cite(matter.citation),
    }


def supply_report_file(reports: Sequence[SupplyReport]) -> ListFile:
    """Write reports as a file, one per row, with the current figures."""
    columns = (
        Column("机构", english="institution"),
        Column("区划", english="area"),
        Column("日期", ColumnKind.DAY, english="day"),
        Column("品种编码", english="code"),
        Column("单价（元）", ColumnKind.PRICE, english="price"),
        Column("采购量", ColumnKind.DECIMAL, english="ordered"),
        Column("配送量", ColumnKind.DECIMAL, english="delivered"),
        Column("配送率", ColumnKind.SHARE, english="delivery"),
        Column("报送时间", english="reported"),
        Column("版本", ColumnKind.COUNT, english="revision"),
        Column("条款", english="provision"),
    )
    rows = [
        (
            each.institution,
            each.area,
            each.on,
            each.code,
            *_figures_document(each.figures).values(),
            _delivery(each),
            each.reported.at,
            each.revision,
            each.citation,
        )
        for each in reports
    ]
    return ListFile("supply-reports", columns, rows)


def supply_matter_file(matters: Sequence[SupplyMatter]) -> ListFile:
    """Write abnormal figures as a file, one per row: yuan, a quantity or a part of one, by their measure."""
    columns = (
        Column("机构", english="institution"),
        Column("区划", english="area"),
        Column("日期", ColumnKind.DAY, english="day"),
        Column("品种编码", english="code"),
        Column("指标", english="measure"),
        Column("数值", ColumnKind.DECIMAL, english="figure"),
        Column("中位数", ColumnKind.DECIMAL, english="median"),
        Column("通常最低", ColumnKind.DECIMAL, english="low"),
        Column("通常最高", ColumnKind.DECIMAL, english="high"),
        Column("状态", english="status"),
        Column("结论", english="verdict"),
        Column("调查结果", english="findings"),
        Column("期限", english="due"),
        Column("条款", english="provision"),
    )
    rows = [
        (
            each.institution,
            each.area,
            each.on,
            each.code,
            each.measure.value,
            *(
                _decimal(units, each.measure)
                for units in (each.figure, each.usual.median, each.usual.low, each.usual.high)
            ),
            each.status.value,
            None if each.verdict is None else each.verdict.value,
            each.findings,
            each.clock.due,
            each.citation,
        )
        for each in matters
    ]
    return ListFile("supply-matters", columns, rows)


def _delivery(report: SupplyReport) -> str | None:
    delivery = report.figures.figure(SupplyMeasure.DELIVERY)
    return None if delivery is None else _decimal(delivery, SupplyMeasure.DELIVERY)
