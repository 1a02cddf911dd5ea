"""A fund's income and finance's budget are stated, corrected with a reason, and read beside the ledger."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from chalicelib.fund_accounts.domain import (
    FigureKind,
    FiscalFigures,
    complete_months,
    fiscal_figures,
    fund_account,
    months_between,
    span_of,
    total_of,
)
from chalicelib.fund_accounts.schemas import figure_file, fiscal_file, fund_file
from chalicelib.fund_accounts.usecases import AreaFigures
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.ledger.domain.accounts import Scheme
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.platform.forms.xlsx import workbook_of
from tests.kit.areas import KUNMING, RONGCHENG
from tests.kit.memory.samples import agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import finance_of_a_weihai_district_budgets_for_its_part
from tests.kit.worked_cases import shipped_bundle

WEIHAI, PAYER = agency(AreaCode("371000")), Principal("payer", Role.FINANCE, "371082")
FIRST = PageRequest(50)


def posted(event: LedgerEvent, at: Instant, **amounts: int) -> Transaction:
    """A transaction of some accounts, written with `__` for `/` and `_` for `-`."""
    postings = tuple(
        Posting(account.replace("__", "/").replace("_", "-"), fen) for account, fen in amounts.items() if fen
    )
    rest = -sum(each.amount_fen for each in postings)
    postings += (Posting("hospital/H37108200003/payable", rest),) if rest else ()
    return Transaction(TransactionId(f"{event.value}:{at}"), event, at, "clm_x", postings)


def codes(answered: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [each.code for each in answered.value.findings]


@pytest.fixture(name="figures")
def fixture_figures(world: World) -> AreaFigures:
    world.clock.move_to(datetime(2023, 3, 2, 4, tzinfo=UTC))
    return world.system[AreaFigures]


@pytest.mark.shows("W-06")
def test_finance_of_a_district_budgets_where_a_notice_has_it_do_so() -> None:
    finance_of_a_weihai_district_budgets_for_its_part(shipped_bundle())


def test_a_figure_that_is_stated_again_changes_nothing_and_another_one_says_why(figures: AreaFigures) -> None:
    first = figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-01", 100_00, None)
    assert figures.state_income(replace(WEIHAI, actor="second"), Scheme.EMPLOYEE, "2023-01", 100_00, "again") == first
    with pytest.raises(Invalid) as answered:
        figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-01", 90_00, None)
    assert codes(answered) == ["reason-required"]
    corrected = figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-01", 90_00, "one bank missing")
    assert [each.amount_fen for each in corrected.versions] == [100_00, 90_00]
    assert figures.find(WEIHAI, FigureKind.EMPLOYEE_INCOME, None, FIRST).items == (corrected,)
    assert figures.find(WEIHAI, FigureKind.RESIDENT_INCOME, None, FIRST).items == ()


def test_the_income_of_a_month_is_stated_once_the_month_is_over_by_the_pooling_area(figures: AreaFigures) -> None:
    with pytest.raises(Invalid) as answered:
        figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-03", 1, None)
    assert codes(answered) == ["month-to-come"]
    with pytest.raises(Invalid) as answered:
        figures.state_income(agency(RONGCHENG), Scheme.EMPLOYEE, "2023-01", 1, None)
    assert codes(answered) == ["no-pooling-area"]
    with pytest.raises(Invalid) as answered:
        figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-01", -1, None)
    assert codes(answered) == ["amount-range"]


def test_figures_are_read_by_the_area_its_finance_and_the_auditor_alone(figures: AreaFigures) -> None:
    figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-01", 1, None)
    with pytest.raises(NotFound):
        figures.find(agency(KUNMING), FigureKind.EMPLOYEE_INCOME, AreaCode("371000"), FIRST)
    with pytest.raises(Forbidden):
        figures.fund(hospital("H37108200003"), AreaCode("371000"), "2023-01", "2023-01")
    with pytest.raises(Forbidden):
        figures.state_budget(WEIHAI, 2023, 1, None)
    assert (
        figures.fund(Principal("a", Role.AUDITOR, "000000"), AreaCode("371000"), "2023-01", "2023-01")
        .schemes[0]
        .income_fen
        == 1
    )


def test_months_run_over_the_turn_of_the_year_and_are_a_year_at_most() -> None:
    assert months_between("2022-11", "2023-02") == ("2022-11", "2022-12", "2023-01", "2023-02")
    assert len(months_between("2022-03", "2023-02")) == 12
    for last in ("2022-02", "2023-03"):
        with pytest.raises(Invalid):
            months_between("2022-03", last)
    assert span_of(("2022-11", "2022-12")) == ("2022-10-31T16:00:00.000000Z", "2022-12-31T16:00:00.000000Z")
    assert complete_months(date(2023, 3, 2)) == ("2023-01", "2023-02")
    assert complete_months(date(2023, 1, 31)) == tuple(f"2022-{month:02}" for month in range(1, 13))


def test_a_fund_falls_short_by_what_it_spent_beyond_its_income_each_fund_by_itself() -> None:
    journal = [
        # 23:59 in Shanghai on 31 January, and midnight.
        posted(LedgerEvent.SETTLED, Instant("2023-01-31T15:59:00Z"), fund__371000__employee__basic=300_00),
        posted(LedgerEvent.SETTLED, Instant("2023-01-31T16:00:00Z"), fund__371000__employee__large_sum=70_00),
        posted(LedgerEvent.CORRECTED, Instant("2023-02-03T02:00:00Z"), fund__371000__employee__basic=-50_00),
        posted(LedgerEvent.SETTLED, Instant("2023-02-03T02:00:01Z"), fund__371000__resident__basic=10_00),
        posted(LedgerEvent.SETTLED, Instant("2023-02-03T02:00:02Z"), fund__530100__employee__basic=9_00),
    ]
    stated = {
        (FigureKind.EMPLOYEE_INCOME, "2023-01"): 200_00,
        (FigureKind.EMPLOYEE_INCOME, "2023-02"): 100_00,
        (FigureKind.RESIDENT_INCOME, "2023-01"): 500_00,
    }
    account = fund_account(AreaCode("371000"), ("2023-01", "2023-02"), stated, journal)
    employee, resident = account.schemes
    assert (employee.spent_fen, employee.short_fen, resident.spent_fen, resident.short_fen) == (320_00, 20_00, 10_00, 0)
    assert account.short_fen == 20_00
    assert account.unstated == resident.unstated == ("2023-02",)
    january = fund_account(AreaCode("371000"), ("2023-01",), stated, journal)
    assert [each.spent_fen for each in january.schemes] == [300_00, 0]


def test_the_fiscal_part_is_what_was_owed_paid_first_and_given_back_month_by_month() -> None:
    fiscal, back = "fiscal__371082__receivable", "subsidy__371082__due_from__000000"
    other = "subsidy__000000__due_to__371082"
    journal = [
        posted(LedgerEvent.SETTLED, Instant("2023-01-12T02:00:00Z"), **{fiscal: 1000_00, back: 800_00, other: -800_00}),
        posted(
            LedgerEvent.FINANCE_PAID, Instant("2023-01-20T02:00:00Z"), **{fiscal: -700_00, "bank__371082__cash": 700_00}
        ),
        posted(LedgerEvent.CORRECTED, Instant("2023-02-01T02:00:00Z"), **{fiscal: -100_00, back: -80_00, other: 80_00}),
        posted(LedgerEvent.CLEARED, Instant("2023-02-10T02:00:00Z"), **{back: -500_00, "hub__national": 500_00}),
        posted(LedgerEvent.SETTLED, Instant("2022-12-31T02:00:00Z"), **{fiscal: 5_00}),
    ]
    months = fiscal_figures(RONGCHENG, 2023, journal)
    assert list(months) == ["2023-01", "2023-02"]
    total = total_of(months.values())
    assert (total.owed_fen, total.paid_fen, total.short_fen) == (900_00, 700_00, 200_00)
    assert (total.to_come_back_fen, total.came_back_fen, total.still_to_come_back_fen) == (720_00, 500_00, 220_00)


def test_a_budget_stands_beside_what_was_paid_of_it(figures: AreaFigures) -> None:
    figures.state_budget(PAYER, 2023, 3_000_00, None)
    account = figures.fiscal(PAYER, None, 2023)
    assert (account.budget_fen, account.left_fen, account.total.owed_fen) == (3_000_00, 3_000_00, 0)
    assert account.citation == "wh-2023-2.2-budget-plan"
    assert figures.fiscal(PAYER, None, 2024).budget_fen is None
    with pytest.raises(Invalid) as answered:
        figures.state_budget(PAYER, 2021, 1, None)
    assert codes(answered) == ["fiscal-budget-not-provided"]


def test_a_fund_is_printed_without_a_difference_until_every_month_is_stated(figures: AreaFigures) -> None:
    figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-01", 12_345_00, None)
    figures.state_income(WEIHAI, Scheme.RESIDENT, "2023-01", 5_00, None)
    known, unknown = (figures.fund(WEIHAI, None, "2023-01", last) for last in ("2023-01", "2023-02"))
    form = figures.fund_form(known)
    assert form.grids[0].total == ("合计", 12_350_00, 0, 0, "")
    assert dict(form.facts)["依据 By"] == "鲁医保发〔2023〕1号 七"
    assert [row[3] for row in figures.fund_form(unknown).grids[0].rows] == [None, None]
    assert [row[-1] for row in fund_file(unknown).rows] == ["2023-02", "2023-02"]
    sheet = load_workbook(io.BytesIO(workbook_of(form))).worksheets[0]
    assert 12_345 in {cell.value for row in sheet.iter_rows() for cell in row}


def test_the_fiscal_part_is_printed_with_its_budget_and_a_row_a_month(figures: AreaFigures) -> None:
    figures.state_budget(PAYER, 2023, 3_000_00, None)
    months = {"2023-01": FiscalFigures(1000_00, 700_00, 800_00, 300_00), "2023-02": FiscalFigures(owed_fen=50_00)}
    account = replace(figures.fiscal(PAYER, None, 2023), months=months, total=total_of(months.values()))
    form = figures.fiscal_form(account)
    assert form.grids[0].rows == [(3_000_00, 700_00, 2_300_00)]
    assert form.grids[1].total == ("合计", 1050_00, 700_00, 350_00, 800_00, 300_00, 500_00)
    assert dict(form.facts)["依据 By"] == "威医保发〔2023〕2号 二"
    assert [(row[1], row[2]) for row in fiscal_file(account).rows] == [("2023-01", 1000_00), ("2023-02", 50_00)]


def test_figures_are_a_file_of_what_stands_and_why_it_was_corrected(figures: AreaFigures) -> None:
    figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-01", 100_00, None)
    figures.state_income(WEIHAI, Scheme.EMPLOYEE, "2023-01", 90_00, "one bank missing")
    found = figures.find(WEIHAI, FigureKind.EMPLOYEE_INCOME, None, FIRST).items
    (row,) = figure_file(found).rows
    assert (row[3], *row[6:]) == (90_00, "one bank missing", 2)
