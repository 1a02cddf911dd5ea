"""An area's figures on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.fund_accounts.domain import AreaFigure, FigureKind, FiscalAccount, FundAccount
from chalicelib.fund_accounts.forms import FISCAL_FIGURES, FUND_FIGURES, fiscal_row, fund_row
from chalicelib.kernel.money import format_yuan
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation, Yuan
from chalicelib.platform.http.fields import MoneyText, Reason
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import WireModel

SchemeText = Literal["employee", "resident"]
MonthText = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2023-01"])]


class FundIncomeBody(WireModel):
    """A fund's income of a month; a correction has its reason."""

    scheme: SchemeText
    month: MonthText
    amount: MoneyText
    reason: Reason | None = None


class FiscalBudgetBody(WireModel):
    """Finance's budget for the fiscal part of a year; a correction has its reason."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    amount: MoneyText
    reason: Reason | None = None


class FigureVersionDocument(Answer):
    amount: Yuan
    reason: str | None
    stated: ActDocument


class FigureDocument(Answer):
    """A figure: `amount` is the amount in force, `versions` the statements in order."""

    figure_id: str
    area: Area
    kind: FigureKind
    period: str
    amount: Yuan
    versions: list[FigureVersionDocument]


class FigurePage(Answer):
    items: list[FigureDocument]
    next: str | None


class SchemeAccountDocument(Answer):
    scheme: SchemeText
    income: Yuan
    spent: Yuan
    short: Yuan | None
    unstated: list[MonthText]


class FundAccountDocument(Answer):
    """The account of an area's funds over some months. `short` is null until the income of every month is stated."""

    area: Area
    months: list[MonthText]
    funds: list[SchemeAccountDocument]
    short: Yuan | None


class FiscalFiguresDocument(Answer):
    owed: Yuan
    paid: Yuan
    short: Yuan
    to_come_back: Yuan
    came_back: Yuan
    still_to_come_back: Yuan


class FiscalMonthDocument(Answer):
    month: MonthText
    figures: FiscalFiguresDocument


class FiscalAccountDocument(Answer):
    """An area's fiscal part of a year. `budget` is null where none is stated; `left` is the part of it not paid."""

    area: Area
    year: int
    budget: Yuan | None
    left: Yuan | None
    citation: Citation | None
    total: FiscalFiguresDocument
    months: list[FiscalMonthDocument]


def figure_file(figures: Sequence[AreaFigure]) -> ListFile:
    """Write figures as a file, a row for each period, with the amount in force and the reason of its correction."""
    columns = (
        Column("区划", english="area"),
        Column("种类", english="kind"),
        Column("期间", english="period"),
        Column("金额", ColumnKind.MONEY, english="amount"),
        Column("填报时间", english="stated"),
        Column("填报人", english="by"),
        Column("更正原因", english="reason"),
        Column("版次", ColumnKind.COUNT, english="versions"),
    )
    rows = [
        (
            each.area,
            each.kind.value,
            each.period,
            each.amount_fen,
            each.versions[-1].stated.at,
            each.versions[-1].stated.actor,
            each.versions[-1].reason,
            len(each.versions),
        )
        for each in figures
    ]
    return ListFile("area-figures", columns, rows)


def fund_file(account: FundAccount) -> ListFile:
    """Write the funds of some months as a file, a row for each fund."""
    columns = (
        Column("区划", english="area"),
        Column("起月", english="from"),
        Column("止月", english="to"),
        Column("基金", english="fund"),
        *FUND_FIGURES,
    )
    asked = (account.area, account.months[0], account.months[-1])
    return ListFile("fund", columns, [(*asked, each.scheme.value, *fund_row(each)) for each in account.schemes])


def fiscal_file(account: FiscalAccount) -> ListFile:
    """Write the fiscal part of a year as a file, a row for each month."""
    columns = (Column("区划", english="area"), Column("月份", english="month"), *FISCAL_FIGURES)
    rows = [(account.area, month, *fiscal_row(each)) for month, each in account.months.items()]
    return ListFile("fiscal", columns, rows)


def fund_document(account: FundAccount) -> dict[str, Any]:
    """Write the answer for an area's funds over some months."""
    return {
        "area": account.area,
        "months": list(account.months),
        "funds": [
            {
                "scheme": each.scheme.value,
                "income": format_yuan(each.income_fen),
                "spent": format_yuan(each.spent_fen),
                "short": None if each.unstated else format_yuan(each.short_fen),
                "unstated": list(each.unstated),
            }
            for each in account.schemes
        ],
        "short": None if account.unstated else format_yuan(account.short_fen),
    }


def fiscal_document(account: FiscalAccount, cite: Cite) -> dict[str, Any]:
    """Write the answer for an area's fiscal part of a year."""
    return {
        "area": account.area,
        "year": account.year,
        "budget": None if account.budget_fen is None else format_yuan(account.budget_fen),
        "left": None if account.left_fen is None else format_yuan(account.left_fen),
        "citation": None if account.citation is None else cite(account.citation),
        "total": FiscalFiguresDocument.from_record(account.total),
        "months": [
            {"month": month, "figures": FiscalFiguresDocument.from_record(each)}
            for month, each in account.months.items()
        ],
    }
