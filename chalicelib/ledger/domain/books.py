"""The books: what each account's movements come to, by month and in all, kept apart from the journal they follow from.

They are brought up to date in steps, each from one instant to before another. A sum says up to where it goes, so that
whoever reads it adds what was posted since and never counts anything twice, whatever a step under way has done by then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.ledger.domain.transaction import AccountBalance, LedgerEvent, Transaction, posting_period

IN_ALL = "TOTAL"
"""In the place of a month: everything that an account ever moved."""

NOBODYS = "00"
_PROVINCE = re.compile(r"[a-z-]+/[HP]?([0-9]{2})[0-9]{4}")


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """How one transaction moved an account, in fen; debit is positive. `told_fen` is what one moved elsewhere that
    concerns the account and leaves it as it is: the bank has paid an advance.
    """

    account: str
    transaction_id: str
    event: LedgerEvent
    occurred_at: str
    cause: str
    amount_fen: Fen
    told_fen: Fen = 0

    @property
    def period(self) -> str:
        return posting_period(self.occurred_at)

    @property
    def place(self) -> str:
        """Where it stands among the account's entries: by instant, then by transaction."""
        return f"{self.occurred_at}#{self.transaction_id}"


@dataclass(frozen=True, slots=True)
class EventSum:
    """What one kind of event came to on an account: how often it was met, what it moved, and what it told."""

    event: LedgerEvent
    count: int = 0
    debit_fen: Fen = 0
    credit_fen: Fen = 0
    told_fen: Fen = 0

    @property
    def balance_fen(self) -> Fen:
        return self.debit_fen - self.credit_fen

    def plus(self, entry: AccountEntry) -> EventSum:
        """With one entry more."""
        return EventSum(
            self.event,
            self.count + 1,
            self.debit_fen + max(0, entry.amount_fen),
            self.credit_fen + max(0, -entry.amount_fen),
            self.told_fen + entry.told_fen,
        )

    def less(self, other: EventSum) -> EventSum:
        """Without what another sum holds of it."""
        return EventSum(
            self.event,
            self.count - other.count,
            self.debit_fen - other.debit_fen,
            self.credit_fen - other.credit_fen,
            self.told_fen - other.told_fen,
        )


@dataclass(frozen=True, slots=True)
class AccountSum:
    """What an account comes to by kind of event, in a month (`2026-11`) or in all, of what is older than `through`."""

    account: str
    period: str
    events: tuple[EventSum, ...] = ()
    through: str = ""
    revision: int = 0

    @property
    def debit_fen(self) -> Fen:
        return sum(each.debit_fen for each in self.events)

    @property
    def credit_fen(self) -> Fen:
        return sum(each.credit_fen for each in self.events)

    def plus(self, entries: Iterable[AccountEntry]) -> AccountSum:
        """With entries that it does not hold yet, whatever else is among them."""
        events = {each.event: each for each in self.events}
        for entry in entries:
            if entry.occurred_at >= self.through:
                events[entry.event] = events.get(entry.event, EventSum(entry.event)).plus(entry)
        return replace(self, events=tuple(events[event] for event in sorted(events)))

    def less(self, other: AccountSum) -> AccountSum:
        """Without what another sum of the same account holds of it."""
        events = tuple(each.less(other.of(each.event)) for each in self.events)
        return replace(self, events=tuple(each for each in events if each.count))

    def of(self, event: LedgerEvent) -> EventSum:
        """What one kind of event came to."""
        return next((each for each in self.events if each.event is event), EventSum(event))

    @property
    def balance(self) -> AccountBalance:
        return AccountBalance(self.account, self.debit_fen, self.credit_fen)


@dataclass(frozen=True, slots=True)
class Folded:
    """Everything posted before `through` is in the books; what was posted from there to before `until` is being brought
    in. `began` is where they begin, before which nothing was posted.
    """

    through: str
    until: str
    revision: int = 0
    began: str = ""


def entries_of(transactions: Iterable[Transaction]) -> Iterator[AccountEntry]:
    """How transactions moved the accounts they name."""
    for each in transactions:
        for posting in each.postings:
            yield AccountEntry(posting.account, each.id, each.event, each.occurred_at, each.cause, posting.amount_fen)
        if each.about is not None:
            told_fen = sum(max(0, posting.amount_fen) for posting in each.postings)
            yield AccountEntry(each.about, each.id, each.event, each.occurred_at, each.cause, 0, told_fen)


def by_account(entries: Iterable[AccountEntry]) -> dict[str, list[AccountEntry]]:
    """The entries of each account."""
    found: dict[str, list[AccountEntry]] = {}
    for each in entries:
        found.setdefault(each.account, []).append(each)
    return found


def book_of(account: str) -> str:
    """The book an account stands in: that of its province, by the first two digits; `00` for the nation's and people's.

    An office sees accounts of its area and of the hospitals it settles with, so it reads one book.
    """
    found = _PROVINCE.match(account)
    return NOBODYS if found is None else found.group(1)
