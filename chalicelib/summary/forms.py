"""A day's report as a list for a spreadsheet and as a form that is signed and filed."""

from __future__ import annotations

from datetime import date

from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value
from chalicelib.registry.domain.model import Registry
from chalicelib.summary.domain import DailyReport, Tally

_NAME = Column("医疗机构", width=14, english="Institution")
_COUNTS = tuple(
    Column(heading, ColumnKind.COUNT, 5, english)
    for heading, english in (
        ("受理", "Sent in"),
        ("待结算", "Received"),
        ("暂缓", "Deferred"),
        ("不予受理", "Rejected"),
        ("已结算", "Settled"),
        ("冲销", "Reversed"),
        ("撤回", "Withdrawn"),
    )
)
_AMOUNTS = tuple(
    Column(heading, ColumnKind.MONEY, 7, english)
    for heading, english in (
        ("费用总额", "Total"),
        ("基本医保", "Basic"),
        ("大病大额", "Critical illness"),
        ("医疗救助", "Assistance"),
        ("财政补助", "Fiscal"),
        ("个人负担", "Patient"),
    )
)
_CODE = Column("机构编码", width=12, english="Code")


def daily_list(report: DailyReport) -> ListFile:
    """Write the report as a list, a row for each institution with its code."""
    rows = [(each.code, each.name_zh, *_figures(row)) for each, row in report.rows]
    return ListFile(f"daily-{report.area}-{report.on}", (_CODE, _NAME, *_COUNTS, *_AMOUNTS), rows)


def daily_form(report: DailyReport, registry: Registry, today: date) -> PrintedForm:
    """Build the form; institutions that sent no claim appear with zeros, and are named below the table."""
    area = registry.areas[report.area].name_zh
    silent = [each.name_zh for each, row in report.rows if not row.claims]
    return PrintedForm(
        title="应急医疗保障结算日报表",
        unit=f"{area}医疗保障经办机构",
        facts=(
            ("区划", area),
            ("受理日期", f"{report.on.year} 年 {report.on.month} 月 {report.on.day} 日"),
            ("定点医疗机构", f"{len(report.rows)} 家"),
            ("当日无申请", f"{report.silent} 家"),
        ),
        grids=(
            Grid(
                (_NAME, *_COUNTS, *_AMOUNTS),
                [(each.name_zh, *_figures(row)) for each, row in report.rows],
                ("合计", *_figures(report.whole)),
            ),
        ),
        capitals_fen=report.whole.total_fen,
        capitals_label="费用总额（大写）",
        notes=(
            "按受理日（北京时间）统计，状态和金额为编制时的状态和金额，金额只计已结算的申请。",
            *((f"当日无申请：{'、'.join(silent)}。",) if silent else ()),
        ),
        issued_on=today,
        codes=(("区划代码", report.area), *((each.name_zh, each.code) for each, _ in report.rows)),
        landscape=True,
    )


def _figures(row: Tally) -> tuple[Value, ...]:
    return (
        row.claims,
        row.received,
        row.deferred,
        row.rejected,
        row.settled,
        row.reversed,
        row.withdrawn,
        row.total_fen,
        *row.by_payer.values(),
    )
