"""Read-only routes of the ledger: accounts with their entries, a transaction, the trial balance."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.access import LEDGER_READ
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.ledger.schemas import (
    AccountDocument,
    AccountPage,
    EntryDocument,
    EntryPage,
    ListedTransactionPage,
    TransactionDocument,
    TrialBalanceDocument,
    listed_transaction_document,
    transaction_document,
    transactions_file,
)
from chalicelib.ledger.usecases.read import ListAccounts, ListEntries, ReadTransaction, ReadTrialBalance
from chalicelib.ledger.usecases.transactions import ListTransactions, TransactionFilter
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import Query, choice, day, ends_after, matching, path_value, required

_PREFIX = r"[A-Za-z0-9/_-]{1,200}"
_MONTH = "20[0-9]{2}-(0[1-9]|1[0-2])"
_MONTH_PARAMETER = matching(
    "month",
    Text("记账月份（北京时间），默认全部", "The Asia/Shanghai month of posting, all of them by default"),
    _MONTH,
    examples=["2026-11"],
)

_ACCOUNTS_PREFIX = matching(
    "prefix", Text("账户名前缀", "The beginning of the account's name"), _PREFIX, examples=["hospital/"]
)
_ANY_ACCOUNT = matching(
    "account", Text("账户名", "The account's name"), _PREFIX, examples=["hospital/H53010200001/payable"]
)
_ACCOUNT = required(_ANY_ACCOUNT)
_CAUSE = matching(
    "cause",
    Text("业务来源的编号，如 claim_id", "The id of the cause, such as a claim's"),
    r"[^\x00-\x20\x7f]{1,200}",
    examples=["clm_abcdefghijklmnopqrstuvwxyz"],
)
_EVENT = choice("event", Text("凭证类型", "The kind of event"), LedgerEvent)
_MONTH_ALONE = replace(
    _MONTH_PARAMETER,
    text=Text(
        "记账月份（北京时间），不与 from、to 同用", "The Asia/Shanghai month of posting; not together with from and to"
    ),
)
_FROM = day("from", Text("记账日起（北京时间，含）", "The first day of posting (Asia/Shanghai, included)"))
_TO = day("to", Text("记账日止（北京时间，含）", "The last day of posting (Asia/Shanghai, included)"))
_MONTH_OR_DAYS = Text("month 不与 from、to 同用。", "Give either a month or days.")


def _refuse_month_and_days(query: Query) -> None:
    if query.of(_MONTH_ALONE) and (query.of(_FROM) or query.of(_TO)):
        query.refuse(_MONTH_ALONE, _MONTH_OR_DAYS)


ACCOUNTS = listing(
    id="listAccounts",
    tag=Tag.LEDGER,
    summary=Text("列出账户及余额", "List accounts with their sums"),
    detail=Text(
        "审计可见全部；经办机构和财政只见本区划的账户，机构账户归其经办机构。",
        "The auditor sees every account, an agency or finance those of its area; a hospital's accounts belong to "
        "its agency.",
    ),
    action=LEDGER_READ,
    page=AccountPage,
    filters=(_ACCOUNTS_PREFIX, _MONTH_PARAMETER),
)

ENTRIES = listing(
    id="listAccountEntries",
    tag=Tag.LEDGER,
    summary=Text("列出账户明细", "List an account's entries"),
    detail=Text(
        "该账户的每笔发生额，最近的在前，含此前已答复的全部记账。",
        "The answer lists the movement of the account by each transaction, the newest first, including every "
        "posting answered before.",
    ),
    action=LEDGER_READ,
    page=EntryPage,
    filters=(_ACCOUNT, _MONTH_PARAMETER),
    problems=(404,),
)

TRANSACTIONS = listing(
    id="listTransactions",
    tag=Tag.LEDGER,
    summary=Text("列出记账凭证", "List transactions"),
    detail=Text(
        "某期间的凭证，最近的在前，含此前已答复的全部记账；可按账户、业务来源和类型筛选，可导出 CSV 或 Excel。"
        "审计可见全部；经办机构和财政只见涉及本区划账户的凭证。未指定账户时默认本月，一次至多 92 天。"
        "按业务来源或类型筛选时一页可能不满。",
        "The answer lists the transactions of a period, the newest first, including every posting answered "
        "before; account, cause and event narrow the list, which is available as CSV or Excel. The auditor sees "
        "every transaction, an agency or finance those that concern an account of its area. A list without an "
        "account covers the current month by default and at most 92 days. A list by cause or event may hold fewer "
        "transactions on a page than asked for.",
    ),
    action=LEDGER_READ,
    page=ListedTransactionPage,
    filters=(_ANY_ACCOUNT, _CAUSE, _EVENT, _MONTH_ALONE, _FROM, _TO),
    is_file=True,
    problems=(404, 422),
    rules=(_refuse_month_and_days, ends_after(_FROM, _TO)),
)

TRANSACTION = Operation(
    id="readTransaction",
    tag=Tag.LEDGER,
    summary=Text("查询记账凭证", "Read a transaction"),
    detail=Text(
        "全部分录（合计为零）、起因和所依据的条款。",
        "The answer holds the postings, which sum to zero, the cause and the provisions that the transaction rests on.",
    ),
    action=LEDGER_READ,
    parameters=(
        path_value(
            "transaction_id",
            Text("账务编号", "The transaction's id"),
            examples=["settle:clm_abcdefghijklmnopqrstuvwxyz"],
        ),
    ),
    answers={200: Success(Text("账务", "The transaction"), TransactionDocument)},
    problems=(404,),
)

TRIAL_BALANCE = Operation(
    id="readTrialBalance",
    tag=Tag.LEDGER,
    summary=Text("试算平衡", "Read the trial balance"),
    detail=Text(
        "调用方可见的全部账户及合计；审计所见的合计恒为 0.00。可限于某月的发生额。",
        "The answer holds every account that the caller may see and their sums, of a month where a month is "
        "given; the auditor's sum is always 0.00.",
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
        prefix, month = call.asked(_ACCOUNTS_PREFIX) or "", call.asked(_MONTH_PARAMETER)
        listed = call.use(ListAccounts)
        return call.listed(lambda page: listed(principal, prefix, page, month), AccountDocument.from_record)

    @endpoints.route("GET", "/v1/ledger/accounts/entries", ENTRIES)
    def list_account_entries(call: Call, principal: Principal) -> Response:
        account, month = call.asked(_ACCOUNT), call.asked(_MONTH_PARAMETER)
        return call.listed(partial(call.use(ListEntries), principal, account, month), EntryDocument.from_record)

    @endpoints.route("GET", "/v1/ledger/transactions", TRANSACTIONS)
    def list_transactions(call: Call, principal: Principal) -> Response:
        wanted = TransactionFilter(
            account=call.asked(_ANY_ACCOUNT),
            cause=call.asked(_CAUSE),
            event=call.asked(_EVENT),
            month=call.asked(_MONTH_ALONE),
            from_on=call.asked(_FROM),
            to_on=call.asked(_TO),
        )
        find = partial(call.use(ListTransactions), principal, wanted)
        return call.listed(find, listed_transaction_document, transactions_file)

    @endpoints.route("GET", "/v1/ledger/transactions/{transaction_id}", TRANSACTION)
    def read_transaction(call: Call, principal: Principal, transaction_id: TransactionId) -> Response:
        return answer(transaction_document(call.use(ReadTransaction)(principal, transaction_id), call.cite))

    @endpoints.route("GET", "/v1/ledger/trial-balance", TRIAL_BALANCE)
    def trial_balance(call: Call, principal: Principal) -> Response:
        month = call.asked(_MONTH_PARAMETER)
        return answer(TrialBalanceDocument.from_record(call.use(ReadTrialBalance)(principal, month)))

    return endpoints.blueprint
