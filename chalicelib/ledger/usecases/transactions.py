"""Lists transactions, the newest first: of an account, or of a period in all that the caller may see.

An account's transactions are read from the account's entries in the books. Without an account, a caller who may read
everything reads the journal by instant. An office reads the entries of its accounts that moved in the period and puts
them in order; an office with many such accounts reads the journal by instant and keeps what concerns its accounts. The
requests of a page thus follow the page and the period, however long the history is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from heapq import merge
from operator import attrgetter

from chalicelib.kernel.access import Principal, allowed, require
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, page_looked_for
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, civil_date, start_of
from chalicelib.ledger.access import LEDGER_READ
from chalicelib.ledger.domain.books import AccountEntry, ListedTransaction, accounts_of, entries_of
from chalicelib.ledger.domain.months import period_after, period_begins, periods_between
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.ledger.usecases.read import Accounts, books_of, reads_everything, resource_of
from chalicelib.registry.domain.resources import own

SPAN_DAYS_MAX = 92
"""The longest period of a list without an account, in days."""

_ACCOUNTS_MERGED_MAX = 60
"""The most accounts whose entries are put in order; each costs a request."""

_AT_ONCE = 25
_FIRST, _LAST = Instant("0"), Instant("9")
"""Bounds that sort before and after every instant."""


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """What narrows a list of transactions. `month` is a month of posting (`2026-11`); `from_on` and `to_on` are days in
    Asia/Shanghai, both included. Without an account and a period, the list holds the current month.
    """

    account: str | None = None
    cause: str | None = None
    event: LedgerEvent | None = None
    month: str | None = None
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """A period of instants: from `lowest` to before `highest`."""

    lowest: Instant
    highest: Instant


_Listed = AccountEntry | ListedTransaction
_Read = Callable[[str], Iterable[_Listed]]
"""Reads the transactions of a list before a place, the newest first."""


@dataclass(frozen=True, slots=True)
class ListTransactions:
    accounts: Accounts

    def __call__(self, principal: Principal, wanted: TransactionFilter, page: PageRequest) -> Page[ListedTransaction]:
        """Return a page of the transactions that the caller may see, the newest first. A page may hold fewer than asked
        for where few of the transactions of the period match.

        Raises `NotFound` for an account of another owner, `Invalid` for too long a period without an account.
        """
        if wanted.account is None:
            require(principal, LEDGER_READ, own(principal, "account"))
        else:
            require(principal, LEDGER_READ, resource_of(wanted.account, self.accounts.bundles.current().registry))
        span = self._span(wanted)
        read = self._reader(principal, wanted.account, span)

        def entries(after: str | None) -> Iterator[tuple[str, _Listed]]:
            return _once(read(span.highest if after is None else min(span.highest, after)))

        def choose(each: _Listed) -> _Listed | None:
            return each if wanted.cause in (None, each.cause) and wanted.event in (None, each.event) else None

        found: Page[_Listed] = page_looked_for(entries, choose, page)
        return Page(tuple(self._whole(found.items, of_account=wanted.account is not None)), found.next)

    def _span(self, wanted: TransactionFilter) -> _Span:
        """Return the period asked for, or the list's own where none is. Raises `Invalid`."""
        today = civil_date(self.accounts.clock.now())
        from_on, to_on, month = wanted.from_on, wanted.to_on, wanted.month
        if month is None and wanted.account is None and from_on is None:
            month = f"{to_on or today:%Y-%m}"
        if wanted.account is None and from_on is not None:
            to_on = to_on or max(today, from_on)
            if (to_on - from_on).days >= SPAN_DAYS_MAX:
                raise Invalid([_TOO_LONG])
        begins, ends = (_FIRST, _LAST) if month is None else (period_begins(month), period_begins(period_after(month)))
        return _Span(
            begins if from_on is None else start_of(from_on),
            ends if to_on is None else start_of(to_on + timedelta(days=1)),
        )

    def _reader(self, principal: Principal, account: str | None, span: _Span) -> _Read:
        """Return the cheapest way to read the visible transactions of a period."""
        ledger = self.accounts.ledger
        if account is None and reads_everything(principal):
            return lambda below: map(ListedTransaction, ledger.latest(span.lowest, below))
        folded = self.accounts.books.folded()
        through = span.lowest if folded is None else folded.through
        fresh = [
            each for each in entries_of(self.accounts.since(folded, None)) if span.lowest <= each.place < span.highest
        ]
        moved = self._moved(principal, span, through, fresh) if account is None else {account}
        if account is None and len(moved) > _ACCOUNTS_MERGED_MAX:
            return lambda below: (
                ListedTransaction(each)
                for each in ledger.latest(span.lowest, below)
                if not moved.isdisjoint(accounts_of(each))
            )
        newest = sorted((each for each in fresh if each.account in moved), key=attrgetter("place"), reverse=True)

        def read(below: str) -> Iterator[AccountEntry]:
            kept = (self._kept(each, span.lowest, min(below, through)) for each in sorted(moved))
            return merge((each for each in newest if each.place < below), *kept, key=attrgetter("place"), reverse=True)

        return read

    def _moved(
        self, principal: Principal, span: _Span, through: Instant, fresh: Collection[AccountEntry]
    ) -> frozenset[str]:
        """Return the caller's accounts that moved in the months of a period."""
        registry = self.accounts.bundles.current().registry
        names = books_of(principal, registry)
        periods = periods_between(span.lowest, min(span.highest, through))
        kept = (
            each.account for period in periods for name in names for each in self.accounts.books.book(name, period, "")
        )
        accounts = {*kept, *(each.account for each in fresh)}
        return frozenset(each for each in accounts if allowed(principal, LEDGER_READ, resource_of(each, registry)))

    def _kept(self, account: str, lowest: str, below: str) -> Iterator[AccountEntry]:
        """Return the entries of an account in the books, the newest first, read as they are asked for."""
        while lowest < below:
            read = self.accounts.books.entries(account, lowest, below, _AT_ONCE)
            yield from (each for each in read if each.place < below)
            if len(read) < _AT_ONCE:
                return
            below = read[-1].place

    def _whole(self, listed: Collection[_Listed], *, of_account: bool) -> Iterator[ListedTransaction]:
        """Return the transactions of a page, those of an account with the amount by which they moved the account."""
        asked = [each.transaction_id for each in listed if isinstance(each, AccountEntry)]
        found = self.accounts.ledger.read(asked) if asked else {}
        for each in listed:
            if isinstance(each, ListedTransaction):
                yield each
            else:
                yield ListedTransaction(found[each.transaction_id], each.amount_fen if of_account else None)


def _once(found: Iterable[_Listed]) -> Iterator[tuple[str, _Listed]]:
    """Return each transaction once, with its place: an office may own several of its accounts."""
    last = ""
    for each in found:
        if each.place != last:
            last = each.place
            yield last, each


_TOO_LONG = Finding(
    "period-too-long",
    "from",
    Text(
        f"未指定账户时一次至多 {SPAN_DAYS_MAX} 天，请缩短期间或指定账户。",
        f"A list without an account covers at most {SPAN_DAYS_MAX} days: shorten the period or name an account.",
    ),
)
