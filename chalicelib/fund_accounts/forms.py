"""Printed forms of an area's funds and fiscal part, signed and sealed, with English headings below."""

from __future__ import annotations

from datetime import date

from chalicelib.fund_accounts.domain import FiscalAccount, FiscalFigures, FundAccount, SchemeAccount
from chalicelib.ledger.domain.accounts import Scheme
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm, Value

_MONEY = ColumnKind.MONEY
_SCHEMES = {Scheme.EMPLOYEE: "职工基本医疗保险基金", Scheme.RESIDENT: "城乡居民基本医疗保险基金"}
FUND_FIGURES = (
    Column("填报收入", _MONEY, 10, "Income stated"),
    Column("账面支出", _MONEY, 10, "Spent"),
    Column("收不抵支", _MONEY, 10, "Short"),
    Column("未填报月份", width=14, english="Months not stated"),
)
FISCAL_FIGURES = (
    Column("应付", _MONEY, 9, "Owed"),
    Column("已先行支付", _MONEY, 9, "Paid first"),
    Column("尚欠", _MONEY, 9, "Still short"),
    Column("上级应退还", _MONEY, 9, "To come back"),
    Column("已退还", _MONEY, 9, "Came back"),
    Column("尚未退还", _MONEY, 9, "Still to come"),
)


def fund_form(account: FundAccount, area_name: str, cited: str, issued_on: date) -> PrintedForm:
    """Build the form of an area's funds over some months; `cited` are the articles that measure a deficit."""
    rows: list[tuple[Value, ...]] = [(_SCHEMES[each.scheme], *fund_row(each)) for each in account.schemes]
    total: tuple[Value, ...] = (
        "合计",
        sum(each.income_fen for each in account.schemes),
        sum(each.spent_fen for each in account.schemes),
        None if account.unstated else account.short_fen,
        "",
    )
    return PrintedForm(
        title="医疗保险基金收支表",
        english="Income and spending of the funds",
        unit=f"{area_name}医疗保障经办机构",
        facts=(
            ("期间 Months", f"{account.months[0]} 至 {account.months[-1]}"),
            ("区划 Area", area_name),
            ("依据 By", cited),
        ),
        grids=(Grid((Column("基金", width=14, english="Fund"), *FUND_FIGURES), rows, total),),
        notes=(
            "收入由经办机构填报，支出取自账簿，均按入账月（北京时间）；各基金的差额分别计算，不相抵。",
            "有月份未填报收入的，不计差额。",
        ),
        issued_on=issued_on,
        codes=(("区划代码", account.area),),
        landscape=True,
    )


def fiscal_form(account: FiscalAccount, area_name: str, cited: str, issued_on: date) -> PrintedForm:
    """Build the form of a year's fiscal part, month by month; `cited` is the article that has finance budget."""
    rows: list[tuple[Value, ...]] = [(month, *fiscal_row(each)) for month, each in account.months.items()]
    budget: list[tuple[Value, ...]] = [(account.budget_fen, account.total.paid_fen, account.left_fen)]
    return PrintedForm(
        title="财政负担部分预算执行表",
        english="The fiscal part beside its budget",
        unit=f"{area_name}财政部门",
        facts=(("年度 Year", str(account.year)), ("区划 Area", area_name), ("依据 By", cited)),
        grids=(
            Grid(
                (
                    Column("预算安排", _MONEY, 10, "Budget"),
                    Column("已先行支付", _MONEY, 10, "Paid first"),
                    Column("预算结余", _MONEY, 10, "Left"),
                ),
                budget,
                heading="一、预算 Budget",
            ),
            Grid(
                (Column("月份", width=8, english="Month"), *FISCAL_FIGURES),
                rows,
                ("合计", *fiscal_row(account.total)),
                "二、逐月 By month",
            ),
        ),
        notes=("按入账月（北京时间）；未填报预算的，预算和结余为空。",),
        issued_on=issued_on,
        codes=(("区划代码", account.area),),
        landscape=True,
    )


def fund_row(each: SchemeAccount) -> tuple[Value, ...]:
    """Return a fund's `FUND_FIGURES`; the difference is empty until every month is stated."""
    return (each.income_fen, each.spent_fen, None if each.unstated else each.short_fen, "、".join(each.unstated))


def fiscal_row(figures: FiscalFigures) -> tuple[Value, ...]:
    """Return the `FISCAL_FIGURES` of some months."""
    return (
        figures.owed_fen,
        figures.paid_fen,
        figures.short_fen,
        figures.to_come_back_fen,
        figures.came_back_fen,
        figures.still_to_come_back_fen,
    )
