"""The books: account sums by month and in total, of bank accounts also by day, kept apart from the journal they are
derived from.

The books are brought up to date in steps, from one instant to before another. A sum records the instant it reaches, so
that a reader adds the later postings and never counts a posting twice, whatever a step in progress has done by then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import BEFORE_ALL, Instant, civil_date_of
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.domain.accounts import is_bank_cash
from chalicelib.ledger.domain.transaction import AccountBalance, LedgerEvent, Transaction, posting_period

IN_ALL = "TOTAL"
"""Stands in the place of a month for the total over all months."""

NOBODYS = "00"
_PROVINCE = re.compile(r"[a-z-]+/[HP]?([0-9]{2})[0-9]{4}")


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """A transaction's movement of an account, in fen; debit is positive. `told_fen` is the amount of a movement
    elsewhere that concerns the account and leaves its balance unchanged, such as the bank's payment of an advance.
    """

    account: str
    transaction_id: TransactionId
    event: LedgerEvent
    occurred_at: Instant
    cause: str
    amount_fen: Fen
    told_fen: Fen = 0

    @property
    def period(self) -> str:
        return posting_period(self.occurred_at)

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods in whose sums the entry counts: in total and its month; for a bank account also its day."""
        day = (day_period(civil_date_of(self.occurred_at)),) if is_bank_cash(self.account) else ()
        return (IN_ALL, self.period, *day)

    @property
    def place(self) -> str:
        """The entry's place among the account's entries: by instant, then by transaction."""
        return f"{self.occurred_at}#{self.transaction_id}"


@dataclass(frozen=True, slots=True)
class ListedTransaction:
    """A transaction of a list. `movement_fen` is the amount by which it moved the account asked for, None where the
    list is not an account's.
    """

    transaction: Transaction
    movement_fen: Fen | None = None

    @property
    def event(self) -> LedgerEvent:
        return self.transaction.event

    @property
    def cause(self) -> str:
        return self.transaction.cause

    @property
    def place(self) -> str:
        """The transaction's place among others: by instant, then by id."""
        return place_in_time(self.transaction)

    @property
    def amount_fen(self) -> Fen:
        """The sum of the transaction's debits, which is also that of its credits."""
        return _debit_fen(self.transaction)


@dataclass(frozen=True, slots=True)
class EventSum:
    """The sum of a kind of event on an account: the number of entries, their debit and credit, and their `told_fen`."""

    event: LedgerEvent
    count: int = 0
    debit_fen: Fen = 0
    credit_fen: Fen = 0
    told_fen: Fen = 0

    @property
    def balance_fen(self) -> Fen:
        return self.debit_fen - self.credit_fen

    def plus(self, entry: AccountEntry) -> EventSum:
        """Return the sum with another entry added."""
        return EventSum(
            self.event,
            self.count + 1,
            self.debit_fen + max(0, entry.amount_fen),
            self.credit_fen + max(0, -entry.amount_fen),
            self.told_fen + entry.told_fen,
        )

    def less(self, other: EventSum) -> EventSum:
        """Return the sum less another sum of the event."""
        return EventSum(
            self.event,
            self.count - other.count,
            self.debit_fen - other.debit_fen,
            self.credit_fen - other.credit_fen,
            self.told_fen - other.told_fen,
        )


@dataclass(frozen=True, slots=True)
class AccountSum:
    """The sum of an account by kind of event, for a month (`2026-11`), for a bank account's day (`2026-11-05`) or in
    total, of entries before `through`.
    """

    account: str
    period: str
    events: tuple[EventSum, ...] = ()
    through: Instant = BEFORE_ALL
    revision: int = 0

    @property
    def debit_fen(self) -> Fen:
        return sum(each.debit_fen for each in self.events)

    @property
    def credit_fen(self) -> Fen:
        return sum(each.credit_fen for each in self.events)

    def plus(self, entries: Iterable[AccountEntry]) -> AccountSum:
        """Return the sum with the given entries added; entries before `through` are skipped as already counted."""
        events = {each.event: each for each in self.events}
        for entry in entries:
            if entry.occurred_at >= self.through:
                events[entry.event] = events.get(entry.event, EventSum(entry.event)).plus(entry)
        return replace(self, events=tuple(events[event] for event in sorted(events)))

    def less(self, other: AccountSum) -> AccountSum:
        """Return the sum less another sum of the same account."""
        events = tuple(each.less(other.of(each.event)) for each in self.events)
        return replace(self, events=tuple(each for each in events if each.count))

    def of(self, event: LedgerEvent) -> EventSum:
        """Return the sum of a kind of event."""
        return next((each for each in self.events if each.event is event), EventSum(event))

    @property
    def balance(self) -> AccountBalance:
        return AccountBalance(self.account, self.debit_fen, self.credit_fen)


@dataclass(frozen=True, slots=True)
class Folded:
    """The progress of the books. Every transaction posted before `through` is entered; those from there to before
    `until` are being entered. `began` is the beginning of the books, before which nothing was posted. Sums by day are
    complete for the days that begin at `daily_from` or later; none is where `daily_from` is not stated.
    """

    through: Instant
    until: Instant
    revision: int = 0
    began: Instant = BEFORE_ALL
    daily_from: Instant = BEFORE_ALL

    def keeps_day(self, begins: Instant) -> bool:
        """Tell whether the sums of the day that begins at an instant are kept."""
        return BEFORE_ALL < self.daily_from <= begins


def day_period(day: date) -> str:
    """Return the period of a day's sums."""
    return day.isoformat()


def entries_of(transactions: Iterable[Transaction]) -> Iterator[AccountEntry]:
    """Return the entries that transactions make on the accounts they name."""
    for each in transactions:
        for posting in each.postings:
            yield AccountEntry(posting.account, each.id, each.event, each.occurred_at, each.cause, posting.amount_fen)
        if each.about is not None:
            yield AccountEntry(each.about, each.id, each.event, each.occurred_at, each.cause, 0, _debit_fen(each))


def accounts_of(transaction: Transaction) -> frozenset[str]:
    """Return the accounts that a transaction moves or concerns."""
    about = () if transaction.about is None else (transaction.about,)
    return frozenset((*(posting.account for posting in transaction.postings), *about))


def place_in_time(transaction: Transaction) -> str:
    """Return a transaction's place among others: by instant, then by id."""
    return f"{transaction.occurred_at}#{transaction.id}"


def _debit_fen(transaction: Transaction) -> Fen:
    return sum(max(0, posting.amount_fen) for posting in transaction.postings)


def by_account(entries: Iterable[AccountEntry]) -> dict[str, list[AccountEntry]]:
    """Group entries by account."""
    found: dict[str, list[AccountEntry]] = {}
    for each in entries:
        found.setdefault(each.account, []).append(each)
    return found


def book_of(account: str) -> str:
    """Return the book of an account: its province's, by the first two digits; `00` for the nation's and for people's.

    An office sees the accounts of its area and of the hospitals that it settles with, so the office reads one book.
    """
    found = _PROVINCE.match(account)
    return NOBODYS if found is None else found.group(1)
