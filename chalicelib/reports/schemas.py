"""Reports on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.kernel.money import format_yuan
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import Answer, Area, Yuan
from chalicelib.reports.domain import AdvanceFigures, AdvancesReport, BankDay, SettlementReport, share_text
from chalicelib.reports.forms import (
    BANK_EVENTS,
    CONFIRMED,
    COUNTED,
    FUNDS,
    MOVED,
    UNINSURED,
    confirmed_row,
    counted_row,
    fund_figures,
    moved_row,
    uninsured_row,
)


def advances_report_document(report: AdvancesReport) -> dict[str, Any]:
    """Write the answer for the advances of an area, by institution and province."""
    return {
        "as_of": report.as_of.isoformat(),
        "area": report.area,
        "special": _figures(report.special),
        "ordinary": _figures(report.ordinary),
        "provinces": [
            {"area": area, "special": _figures(special), "ordinary": _figures(ordinary)}
            for area, special, ordinary in report.provinces
        ],
        "institutions": [
            {
                "institution": line.institution,
                "area": line.area,
                "special": _figures(line.special),
                "ordinary": _figures(line.ordinary),
            }
            for line in report.lines
        ],
    }


def settlement_report_document(report: SettlementReport) -> dict[str, Any]:
    """Write the answer for the table of N-05; the share has four digits, half up."""
    figures = report.figures
    return {
        "from": report.from_on.isoformat(),
        "to": report.to_on.isoformat(),
        "as_at": report.as_at.isoformat(),
        "area": report.area,
        "person_times": figures.person_times,
        "total": format_yuan(figures.total_fen),
        "insurance_paid": format_yuan(figures.insurance_fen),
        "confirmed": {
            "persons": figures.confirmed_persons,
            "total": format_yuan(figures.confirmed_total_fen),
            "average": format_yuan(figures.confirmed_average_fen),
            "insurance_share": share_text(figures.confirmed_share),
        },
        "uninsured": {
            "person_times": figures.uninsured_person_times,
            "total": format_yuan(figures.uninsured_total_fen),
        },
    }


def settlement_statistics_file(report: SettlementReport) -> ListFile:
    """Write the table of N-05 as a file of a single row."""
    columns = (
        Column("起", ColumnKind.DAY, english="from"),
        Column("止", ColumnKind.DAY, english="to"),
        Column("截至", ColumnKind.DAY, english="as at"),
        Column("区划", english="area"),
        *COUNTED,
        *CONFIRMED,
        *UNINSURED,
    )
    figures = report.figures
    asked = (report.from_on, report.to_on, report.as_at, report.area)
    row = (*asked, *counted_row(figures), *confirmed_row(figures), *uninsured_row(figures))
    return ListFile("settlement-statistics", columns, [row])


def advances_file(report: AdvancesReport) -> ListFile:
    """Write the advances as a file, a row per institution."""
    columns = (
        Column("截至", ColumnKind.DAY, english="as of"),
        Column("机构", english="institution"),
        Column("区划", english="area"),
        *FUNDS,
    )
    rows = [
        (report.as_of, line.institution, line.area, *fund_figures(line.special), *fund_figures(line.ordinary))
        for line in report.lines
    ]
    return ListFile("advances", columns, rows)


def bank_report_document(report: BankDay) -> dict[str, Any]:
    """Write the answer for the bank's movements of a day."""
    return {
        **BankFiguresDocument.from_record(report),
        "date": report.on.isoformat(),
        "area": report.area,
        "events": [BankEventDocument.from_record(line) for line in report.by_event],
        "areas": [BankAreaDocument.from_record(line) for line in report.lines],
    }


def bank_file(report: BankDay) -> ListFile:
    """Write the bank's movements of a day as a file, a row per agency and kind of event."""
    columns = (
        Column("日期", ColumnKind.DAY, english="date"),
        Column("经办区划", english="area"),
        Column("业务", english="event"),
        *MOVED,
    )
    rows = [(report.on, line.area, BANK_EVENTS[line.event], *moved_row(line)) for line in report.lines]
    return ListFile("bank", columns, rows)


def _figures(figures: AdvanceFigures) -> dict[str, str]:
    return {
        "paid": format_yuan(figures.paid_fen),
        "spent": format_yuan(figures.spent_fen),
        "returned": format_yuan(figures.returned_fen),
        "balance": format_yuan(figures.balance_fen),
    }


class AdvanceFiguresDocument(Answer):
    paid: Yuan
    spent: Yuan
    returned: Yuan
    balance: Yuan


class AdvanceLineDocument(Answer):
    institution: str
    area: Area
    special: AdvanceFiguresDocument
    ordinary: AdvanceFiguresDocument


class ProvinceAdvancesDocument(Answer):
    area: Area
    special: AdvanceFiguresDocument
    ordinary: AdvanceFiguresDocument


class AdvancesReportDocument(Answer):
    as_of: str
    area: Area
    special: AdvanceFiguresDocument
    ordinary: AdvanceFiguresDocument
    provinces: list[ProvinceAdvancesDocument]
    institutions: list[AdvanceLineDocument]


class ConfirmedDocument(Answer):
    persons: int
    total: Yuan
    average: Yuan
    insurance_share: Annotated[str, Field(pattern=r"^[01]\.[0-9]{4}$")]


class UninsuredDocument(Answer):
    """Bills of uninsured patients of which insurance pays nothing."""

    person_times: int
    total: Yuan


class SettlementReportDocument(Answer):
    from_: Annotated[str, Field(alias="from")]
    to: str
    as_at: str
    area: Area
    person_times: int
    total: Yuan
    insurance_paid: Yuan
    confirmed: ConfirmedDocument
    uninsured: UninsuredDocument


class BankFiguresDocument(Answer):
    """The number of a day's bank movements, and the amounts received and paid."""

    count: int
    received: Yuan
    paid: Yuan


class BankEventDocument(BankFiguresDocument):
    """The movements by one kind of event."""

    event: LedgerEvent


class BankAreaDocument(BankEventDocument):
    """The movements of an agency's bank account by one kind of event."""

    area: Area


class BankReportDocument(BankFiguresDocument):
    """The bank's movements of a day: in all, by kind of event, and by agency."""

    date: str
    area: Area
    events: list[BankEventDocument]
    areas: list[BankAreaDocument]
