"""Read-only routes of the ledger: accounts with their entries, a transaction, the trial balance."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.ledger.access import LEDGER_READ
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.ledger.schemas import (
    AccountPage,
    EntryPage,
    ListedTransactionPage,
    TransactionDocument,
    TrialBalanceDocument,
    account_document,
    account_entry_document,
    listed_transaction_document,
    transaction_document,
    transactions_file,
    trial_balance_document,
)
from chalicelib.ledger.usecases.read import ListAccounts, ListEntries, ReadTransaction, ReadTrialBalance
from chalicelib.ledger.usecases.transactions import ListTransactions, TransactionFilter
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer, answer_listed
from chalicelib.platform.http.operation import PAGE_PARAMETERS, Operation, Parameter, Success, Tag
from chalicelib.platform.http.query import LIST_FILES, LIST_FORMAT, LIST_FORMATS, Query, page_document

_CAUSE = r"[^\x00-\x20\x7f]{1,200}"
_DAY_SCHEMA = {"type": "string", "format": "date"}
_PREFIX = r"[A-Za-z0-9/_-]{1,200}"
_MONTH = "20[0-9]{2}-(0[1-9]|1[0-2])"
_MONTH_PARAMETER = Parameter(
    "month",
    "query",
    Text("记账月份（北京时间），默认全部", "The Asia/Shanghai month of posting, all of them by default"),
    {"type": "string", "pattern": f"^{_MONTH}$", "examples": ["2026-11"]},
)

ACCOUNTS = Operation(
    id="listAccounts",
    tag=Tag.LEDGER,
    summary=Text("列出账户及余额", "List accounts with their sums"),
    detail=Text(
        "审计可见全部；经办机构和财政只见本区划的账户，机构账户归其经办机构。",
        "The auditor sees all, an agency or finance its area's; a hospital's accounts belong to its agency.",
    ),
    action=LEDGER_READ,
    parameters=(
        Parameter(
            "prefix",
            "query",
            Text("账户名前缀", "How the account's name begins"),
            {"type": "string", "pattern": f"^{_PREFIX}$", "examples": ["hospital/"]},
        ),
        _MONTH_PARAMETER,
        *PAGE_PARAMETERS,
    ),
    answers={200: Success(Text("一页", "A page"), AccountPage)},
    problems=(400,),
)

ENTRIES = Operation(
    id="listAccountEntries",
    tag=Tag.LEDGER,
    summary=Text("列出账户明细", "List an account's entries"),
    detail=Text(
        "该账户的每笔发生额，最近的在前，含此前已答复的全部记账。",
        "Each transaction's movement of the account, the newest first, with all that was answered before.",
    ),
    action=LEDGER_READ,
    parameters=(
        Parameter(
            "account",
            "query",
            Text("账户名", "The account's name"),
            {"type": "string", "pattern": f"^{_PREFIX}$", "examples": ["hospital/H53010200001/payable"]},
            required=True,
        ),
        _MONTH_PARAMETER,
        *PAGE_PARAMETERS,
    ),
    answers={200: Success(Text("一页", "A page"), EntryPage)},
    problems=(400, 404),
)

TRANSACTIONS = Operation(
    id="listTransactions",
    tag=Tag.LEDGER,
    summary=Text("列出记账凭证", "List transactions"),
    detail=Text(
        "某期间的凭证，最近的在前，含此前已答复的全部记账；可按账户、业务来源和类型筛选，可导出 CSV 或 Excel。"
        "审计可见全部；经办机构和财政只见涉及本区划账户的凭证。未指定账户时默认本月，一次至多 92 天。"
        "按业务来源或类型筛选时一页可能不满。",
        "The transactions of a period, the newest first, with all that was answered before; of an account, a cause or "
        "a kind of event where given; as CSV or Excel too. The auditor sees all, an agency or finance what "
        "concerns an account of its area. A list without an account covers the current month by default and 92 days at "
        "most. A list by cause or event may hold fewer on a page than asked for.",
    ),
    action=LEDGER_READ,
    parameters=(
        Parameter(
            "account",
            "query",
            Text("账户名", "The account's name"),
            {"type": "string", "pattern": f"^{_PREFIX}$", "examples": ["hospital/H53010200001/payable"]},
        ),
        Parameter(
            "cause",
            "query",
            Text("业务来源的编号，如 claim_id", "The id of the cause, such as a claim's"),
            {"type": "string", "pattern": f"^{_CAUSE}$", "examples": ["clm_abcdefghijklmnopqrstuvwxyz"]},
        ),
        Parameter(
            "event",
            "query",
            Text("凭证类型", "The kind of event"),
            {"type": "string", "enum": [each.value for each in LedgerEvent]},
        ),
        replace(
            _MONTH_PARAMETER,
            text=Text(
                "记账月份（北京时间），不与 from、to 同用",
                "The Asia/Shanghai month of posting; not together with from and to",
            ),
        ),
        Parameter(
            "from", "query", Text("记账日起（北京时间，含）", "Posted on or after this Asia/Shanghai day"), _DAY_SCHEMA
        ),
        Parameter(
            "to", "query", Text("记账日止（北京时间，含）", "Posted on or before this Asia/Shanghai day"), _DAY_SCHEMA
        ),
        LIST_FORMAT,
        *PAGE_PARAMETERS,
    ),
    answers={200: Success(Text("一页", "A page"), ListedTransactionPage, files=LIST_FILES)},
    problems=(400, 404, 422),
)

TRANSACTION = Operation(
    id="readTransaction",
    tag=Tag.LEDGER,
    summary=Text("查询记账凭证", "Read a transaction"),
    detail=Text(
        "全部分录（合计为零）、起因和所依据的条款。",
        "Its postings, which sum to zero, its cause and the provisions it rests on.",
    ),
    action=LEDGER_READ,
    parameters=(
        Parameter(
            "transaction_id",
            "path",
            Text("账务编号", "The transaction's id"),
            {"type": "string", "examples": ["settle:clm_abcdefghijklmnopqrstuvwxyz"]},
            required=True,
        ),
    ),
    answers={200: Success(Text("账务", "The transaction"), TransactionDocument)},
    problems=(404,),
)

TRIAL_BALANCE = Operation(
    id="readTrialBalance",
    tag=Tag.LEDGER,
    summary=Text("试算平衡", "The trial balance"),
    detail=Text(
        "调用方可见的全部账户及合计；审计所见的合计恒为 0.00。可限于某月的发生额。",
        "Every account the caller may see and their sums, of a month where one is given; the auditor's is always 0.00.",
    ),
    action=LEDGER_READ,
    parameters=(_MONTH_PARAMETER,),
    answers={200: Success(Text("试算平衡表", "The trial balance"), TrialBalanceDocument)},
    problems=(400,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Register the routes of the ledger."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/ledger/accounts", ACCOUNTS)
    def list_accounts(call: Call, principal: Principal) -> Response:
        query = call.query
        prefix, month, page = query.text("prefix", _PREFIX) or "", query.text("month", _MONTH), query.page()
        query.check()
        return answer(page_document(call.use(ListAccounts)(principal, prefix, page, month), account_document))

    @endpoints.route("GET", "/v1/ledger/accounts/entries", ENTRIES)
    def list_account_entries(call: Call, principal: Principal) -> Response:
        query = call.query
        account, month, page = query.required_text("account", _PREFIX), query.text("month", _MONTH), query.page()
        query.check()
        return answer(page_document(call.use(ListEntries)(principal, account, month, page), account_entry_document))

    @endpoints.route("GET", "/v1/ledger/transactions", TRANSACTIONS)
    def list_transactions(call: Call, principal: Principal) -> Response:
        query = call.query
        wanted, page, form = _filter_of(query), query.page(), query.text("format", LIST_FORMATS)
        query.check()
        found = partial(call.use(ListTransactions), principal, wanted)
        return answer_listed(form, page, found, listed_transaction_document, transactions_file)

    @endpoints.route("GET", "/v1/ledger/transactions/{transaction_id}", TRANSACTION)
    def read_transaction(call: Call, principal: Principal, transaction_id: str) -> Response:
        return answer(transaction_document(call.use(ReadTransaction)(principal, transaction_id), call.cite))

    @endpoints.route("GET", "/v1/ledger/trial-balance", TRIAL_BALANCE)
    def trial_balance(call: Call, principal: Principal) -> Response:
        query = call.query
        month = query.text("month", _MONTH)
        query.check()
        return answer(trial_balance_document(call.use(ReadTrialBalance)(principal, month)))

    return endpoints.blueprint


def _filter_of(query: Query) -> TransactionFilter:
    """Read what narrows a list of transactions; a month beside days, and an end before its start, are refused."""
    month, from_on, to_on = query.text("month", _MONTH), query.date("from"), query.date("to")
    if month and (from_on or to_on):
        query.refuse("month", _MONTH_OR_DAYS)
    if from_on and to_on and to_on < from_on:
        query.refuse("to")
    return TransactionFilter(
        account=query.text("account", _PREFIX),
        cause=query.text("cause", _CAUSE),
        event=query.read("event", LedgerEvent),
        month=month,
        from_on=from_on,
        to_on=to_on,
    )


_MONTH_OR_DAYS = Text("month 不与 from、to 同用。", "Give either a month or days.")
