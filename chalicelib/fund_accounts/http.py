"""Area figures: a fund's income and finance's budget, stated, listed, and set beside the ledger."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.fund_accounts.access import BUDGET_STATE, FIGURES_READ, INCOME_STATE
from chalicelib.fund_accounts.domain import INCOME_OF, FigureKind
from chalicelib.fund_accounts.schemas import (
    FigureDocument,
    FigurePage,
    FiscalAccountDocument,
    FiscalBudgetBody,
    FundAccountDocument,
    FundIncomeBody,
    figure_file,
    fiscal_document,
    fiscal_file,
    fund_document,
    fund_file,
)
from chalicelib.fund_accounts.usecases import AreaFigures
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.ledger.domain.accounts import Scheme
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import REPORT_FILES, Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, REPORT_FORMAT, choice, matching, required

_MONTH = "20[0-9]{2}-(0[1-9]|1[0-2])"
_YEAR = "20[0-9]{2}"
_ONE, _PAGE = Text("填报数", "The figure"), Text("一页", "A page")

_SCHEME_ASKED = required(
    choice("scheme", Text("基金：职工或居民", "The scheme of the fund"), (Scheme.EMPLOYEE, Scheme.RESIDENT))
)
_FROM = required(matching("from", Text("起月", "The first month"), _MONTH, examples=["2023-01"]))
_TO = required(matching("to", Text("止月", "The last month"), _MONTH, examples=["2023-01"]))
_FISCAL_YEAR = required(matching("year", Text("年度", "The year"), _YEAR))
_FIGURE = ResourceType(Tag.REPORTS, _ONE, FigureDocument)

STATE_INCOME = _FIGURE.changing(
    id="stateFundIncome",
    summary=Text("填报基金月收入", "State a fund's income of a month"),
    detail=Text(
        "统筹地区经办机构按月填报职工、居民基金收入，须月份已结束；再次填报为更正，须说明原因，各次内容均留存。",
        "The pooling area's agency states the monthly income of the employees' or residents' fund once the month "
        "is over. Another amount corrects the statement, with a reason, and every version stays.",
    ),
    action=INCOME_STATE,
    body=FundIncomeBody,
    body_example={"scheme": "employee", "month": "2023-01", "amount": "12000000.00"},
    problems=(),
)
LIST_INCOME = listing(
    id="listFundIncome",
    tag=Tag.REPORTS,
    summary=Text("列出基金月收入", "List a fund's income"),
    detail=Text("按月，最近的在前。", "The income stands by month, the latest first."),
    action=FIGURES_READ,
    page=FigurePage,
    filters=(_SCHEME_ASKED, OWN_AREA_PARAMETER),
    text=_PAGE,
    is_file=True,
    problems=(404, 422),
)
STATE_BUDGET = _FIGURE.changing(
    id="stateFiscalBudget",
    summary=Text("填报财政预算安排", "State finance's budget"),
    detail=Text(
        "财政部门填报当年为财政负担部分安排的预算，须该年度有文件要求；再次填报为更正，须说明原因。",
        "Finance states its budget for the fiscal part of a year for which a notice demands a budget. Another "
        "amount corrects the statement, with a reason.",
    ),
    action=BUDGET_STATE,
    body=FiscalBudgetBody,
    body_example={"year": 2023, "amount": "3000000.00"},
    problems=(),
)
LIST_BUDGETS = listing(
    id="listFiscalBudgets",
    tag=Tag.REPORTS,
    summary=Text("列出财政预算安排", "List finance's budgets"),
    detail=Text("按年，最近的在前。", "The budgets stand by year, the latest first."),
    action=FIGURES_READ,
    page=FigurePage,
    filters=(OWN_AREA_PARAMETER,),
    text=_PAGE,
    is_file=True,
    problems=(404, 422),
)
FUND = Operation(
    id="reportFund",
    tag=Tag.REPORTS,
    summary=Text("基金收支", "Report a fund's income and spending"),
    detail=Text(
        "某几个月（最多十二个月，按入账月、北京时间）各基金填报的收入、账上的支出和收不抵支的差额；有月份未填报收入的，差额为空。",
        "The report covers up to twelve months of posting (Asia/Shanghai): the stated income of each fund, its "
        "spending by the ledger, and its shortfall, which is null while the income of a month is not stated.",
    ),
    action=FIGURES_READ,
    parameters=(
        _FROM,
        _TO,
        OWN_AREA_PARAMETER,
        REPORT_FORMAT,
    ),
    answers={200: Success(Text("基金收支表", "The table"), FundAccountDocument, files=REPORT_FILES)},
    problems=(400, 404, 422),
)
FISCAL = Operation(
    id="reportFiscal",
    tag=Tag.REPORTS,
    summary=Text("财政负担部分", "Report the fiscal part"),
    detail=Text(
        "某年（按入账月、北京时间）财政应付、已先行支付、尚欠，上级应退还、已退还、尚未退还，以及与预算的对照，逐月列示。",
        "The report covers a year by Asia/Shanghai month of posting: the amounts that finance owes, has paid "
        "first and still owes, the amounts that other levels must refund, have refunded and still owe, and the "
        "budget beside them.",
    ),
    action=FIGURES_READ,
    parameters=(
        _FISCAL_YEAR,
        OWN_AREA_PARAMETER,
        REPORT_FORMAT,
    ),
    answers={200: Success(Text("财政负担表", "The table"), FiscalAccountDocument, files=REPORT_FILES)},
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of an area's figures."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/fund-income", STATE_INCOME)
    def state_income(call: Call, principal: Principal) -> Response:
        body = call.sent(FundIncomeBody)
        figures = call.use(AreaFigures)
        stated = figures.state_income(principal, Scheme(body.scheme), body.month, body.amount, body.reason)
        return answer(FigureDocument.from_record(stated))

    @endpoints.route("GET", "/v1/fund-income", LIST_INCOME)
    def list_income(call: Call, principal: Principal) -> Response:
        scheme, area = call.asked(_SCHEME_ASKED), call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(AreaFigures).find, principal, INCOME_OF[scheme], area)
        return call.listed(find, FigureDocument.from_record, figure_file)

    @endpoints.route("POST", "/v1/fiscal-budgets", STATE_BUDGET)
    def state_budget(call: Call, principal: Principal) -> Response:
        body = call.sent(FiscalBudgetBody)
        stated = call.use(AreaFigures).state_budget(principal, body.year, body.amount, body.reason)
        return answer(FigureDocument.from_record(stated))

    @endpoints.route("GET", "/v1/fiscal-budgets", LIST_BUDGETS)
    def list_budgets(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(AreaFigures).find, principal, FigureKind.FISCAL_BUDGET, area)
        return call.listed(find, FigureDocument.from_record, figure_file)

    @endpoints.route("GET", "/v1/reports/fund", FUND)
    def report_fund(call: Call, principal: Principal) -> Response:
        first, last = call.asked(_FROM), call.asked(_TO)
        area = call.asked(OWN_AREA_PARAMETER)
        figures = call.use(AreaFigures)
        account = figures.fund(principal, area, first, last)
        return call.reported(
            partial(fund_document, account), partial(fund_file, account), partial(figures.fund_form, account)
        )

    @endpoints.route("GET", "/v1/reports/fiscal", FISCAL)
    def report_fiscal(call: Call, principal: Principal) -> Response:
        year, area = call.asked(_FISCAL_YEAR), call.asked(OWN_AREA_PARAMETER)
        figures = call.use(AreaFigures)
        account = figures.fiscal(principal, area, int(year))
        return call.reported(
            partial(fiscal_document, account, call.cite),
            partial(fiscal_file, account),
            partial(figures.fiscal_form, account),
        )

    return endpoints.blueprint
