"""Read-only routes of the ledger: accounts with their entries, a transaction, the trial balance."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.ledger.access import LEDGER_READ
from chalicelib.ledger.schemas import (
    AccountPage,
    EntryPage,
    TransactionDocument,
    TrialBalanceDocument,
    account_document,
    account_entry_document,
    transaction_document,
    trial_balance_document,
)
from chalicelib.ledger.usecases.read import ListAccounts, ListEntries, ReadTransaction, ReadTrialBalance
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import PAGE_PARAMETERS, Operation, Parameter, Success, Tag
from chalicelib.platform.http.query import page_document

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
