"""The printed tables of N-04 and N-05 and of a day's bank movements, to be signed and sealed, in Chinese with English
headings below.
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value
from chalicelib.registry.domain.model import Registry
from chalicelib.reports.domain import (
    AdvanceFigures,
    AdvancesReport,
    BankDay,
    BankLine,
    SettlementFigures,
    SettlementReport,
    share_text,
)

_MONEY = ColumnKind.MONEY
_COUNT = ColumnKind.COUNT
COUNTED = (
    Column("结算人次", _COUNT, 9, "Person-times"),
    Column("医疗总费用", _MONEY, 12, "Total cost"),
    Column("医保支付", _MONEY, 12, "Insurance paid"),
)
CONFIRMED = (
    Column("确诊人数", _COUNT, 8, "Confirmed persons"),
    Column("确诊总费用", _MONEY, 12, "Their cost"),
    Column("确诊人均费用", _MONEY, 12, "Average a person"),
    Column("确诊医保占比", ColumnKind.SHARE, 8, "Insured share"),
)
UNINSURED = (
    Column("未参保人次", _COUNT, 9, "Uninsured, person-times"),
    Column("未参保总费用", _MONEY, 12, "Uninsured, cost"),
)
FUNDS = tuple(
    Column(f"{fund}{moved}", _MONEY, 9, f"{english}, {done}")
    for fund, english in (("专项", "Special"), ("日常", "Ordinary"))
    for moved, done in (("拨付", "paid"), ("使用", "spent"), ("退回", "returned"), ("结余", "left"))
)

MOVED = (
    Column("笔数", _COUNT, 8, "Movements"),
    Column("收入", _MONEY, 14, "Received"),
    Column("支出", _MONEY, 14, "Paid"),
)
BANK_EVENTS = {
    LedgerEvent.PAYMENT_CONFIRMED: "支付到账",
    LedgerEvent.PAID_BEYOND: "超付",
    LedgerEvent.CAME_BACK: "款项退回",
    LedgerEvent.ADVANCE_CONFIRMED: "预拨到账",
    LedgerEvent.ADVANCE_RETURNED: "预拨退回",
    LedgerEvent.FINANCE_PAID: "财政拨款",
    LedgerEvent.CLEARING_RECEIVED: "清算款到账",
    LedgerEvent.REQUISITION_PAID: "用款拨付",
    LedgerEvent.REQUISITION_RECEIVED: "用款到账",
}
"""The kinds of event that move a bank account, as a form names them."""


def statistics_form(report: SettlementReport, registry: Registry, cited: str, issued_on: date) -> PrintedForm:
    """Build the table of N-05 as a form; `cited` is the article that orders the table."""
    figures = report.figures
    return PrintedForm(
        title="新冠肺炎患者医保结算统计表",
        english="Settlement statistics of suspected and confirmed patients",
        unit=_office(registry, report.area),
        facts=(
            ("统计期间 Period", f"{report.from_on} 至 {report.to_on}"),
            ("截至 As at", report.as_at.isoformat()),
            ("区划 Area", registry.areas[report.area].name_zh),
            ("依据 By", cited),
        ),
        grids=(
            Grid(COUNTED, (counted_row(figures),), heading="一、疑似和确诊患者 Suspected and confirmed patients"),
            Grid(CONFIRMED, (confirmed_row(figures),), heading="二、其中确诊患者 Of these, the confirmed"),
            Grid(UNINSURED, (uninsured_row(figures),), heading="三、未参保且保险未支付，另计 Uninsured, counted apart"),
        ),
        notes=("按入账日（北京时间）统计，含两端；截至日之后的冲销、更正和改判不计入。",),
        issued_on=issued_on,
        codes=(("区划代码", report.area),),
    )


def advances_form(report: AdvancesReport, registry: Registry, cited: str, issued_on: date) -> PrintedForm:
    """Build the table of N-04 by institution, with the sums of provinces; `cited` is the article that orders it."""
    rows: list[tuple[Value, ...]] = [
        (_name(registry, line.institution), *fund_figures(line.special), *fund_figures(line.ordinary))
        for line in report.lines
    ]
    provinces: list[tuple[Value, ...]] = [
        (registry.areas[area].name_zh, *fund_figures(special), *fund_figures(ordinary))
        for area, special, ordinary in report.provinces
    ]
    total: tuple[Value, ...] = ("合计", *fund_figures(report.special), *fund_figures(report.ordinary))
    return PrintedForm(
        title="医保基金预拨情况统计表",
        english="Advances to institutions",
        unit=_office(registry, report.area),
        facts=(
            ("截至 As of", report.as_of.isoformat()),
            ("区划 Area", registry.areas[report.area].name_zh),
            ("依据 By", cited),
        ),
        grids=(
            Grid((Column("省份", width=12, english="Province"), *FUNDS), provinces, total, "一、按省 By province"),
            Grid(
                (Column("医疗机构", width=12, english="Institution"), *FUNDS), rows, total, "二、按机构 By institution"
            ),
        ),
        notes=("结余等于拨付减使用、退回。",),
        issued_on=issued_on,
        codes=(
            ("区划代码", report.area),
            *((_name(registry, line.institution), line.institution) for line in report.lines),
        ),
        landscape=True,
    )


def bank_form(report: BankDay, registry: Registry, issued_on: date) -> PrintedForm:
    """Build the bank's movements of a day, by kind of event and by agency."""
    total: tuple[Value, ...] = ("合计", *moved_row(report))
    events: list[tuple[Value, ...]] = [(BANK_EVENTS[line.event], *moved_row(line)) for line in report.by_event]
    agencies: list[tuple[Value, ...]] = [
        (registry.areas[line.area].name_zh, BANK_EVENTS[line.event], *moved_row(line)) for line in report.lines
    ]
    event = Column("业务", width=14, english="Event")
    return PrintedForm(
        title="医保基金银行收付日报表",
        english="Bank movements of a day",
        unit=_office(registry, report.area),
        facts=(
            ("日期 Day", report.on.isoformat()),
            ("区划 Area", registry.areas[report.area].name_zh),
        ),
        grids=(
            Grid((event, *MOVED), events, total, "一、按业务 By event"),
            Grid(
                (Column("经办区划", width=14, english="Agency"), event, *MOVED),
                agencies,
                ("合计", "", *moved_row(report)),
                "二、按经办区划 By agency",
            ),
        ),
        notes=("按银行回单入账日（北京时间）统计；款项退回计入收入，不冲减支出。",),
        issued_on=issued_on,
        codes=(("区划代码", report.area),),
    )


def moved_row(moved: BankLine | BankDay) -> tuple[Value, ...]:
    """Return the figures of `MOVED`."""
    return (moved.count, moved.received_fen, moved.paid_fen)


def counted_row(figures: SettlementFigures) -> tuple[Value, ...]:
    """Return the figures of `COUNTED`."""
    return (figures.person_times, figures.total_fen, figures.insurance_fen)


def confirmed_row(figures: SettlementFigures) -> tuple[Value, ...]:
    """Return the figures of `CONFIRMED`."""
    return (
        figures.confirmed_persons,
        figures.confirmed_total_fen,
        figures.confirmed_average_fen,
        share_text(figures.confirmed_share),
    )


def uninsured_row(figures: SettlementFigures) -> tuple[Value, ...]:
    """Return the figures of `UNINSURED`."""
    return (figures.uninsured_person_times, figures.uninsured_total_fen)


def fund_figures(figures: AdvanceFigures) -> tuple[Value, ...]:
    """Return the figures of `FUNDS` for an institution's or a province's advances."""
    return (figures.paid_fen, figures.spent_fen, figures.returned_fen, figures.balance_fen)


def _office(registry: Registry, area: AreaCode) -> str:
    return f"{registry.areas[area].name_zh}医疗保障经办机构"


def _name(registry: Registry, code: str) -> str:
    found = registry.institutions.get(code)
    return code if found is None else found.name_zh
