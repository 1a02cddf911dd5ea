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
    """How one transaction moved an account, in fen; debit is positive."""

    account: str
    transaction_id: str
    event: LedgerEvent
    occurred_at: str
    cause: str
    amount_fen: Fen

    @property
    def period(self) -> str:
        return posting_period(self.occurred_at)

    @property
    def place(self) -> str:
        """Where it stands among the account's entries: by instant, then by transaction."""
        return f"{self.occurred_at}#{self.transaction_id}"


@dataclass(frozen=True, slots=True)
class AccountSum:
    """An account's debits and credits of a month (`2026-11`) or in all, of what was posted before `through`."""

    account: str
    period: str
    debit_fen: Fen = 0
    credit_fen: Fen = 0
    through: str = ""
    revision: int = 0

    def plus(self, entries: Iterable[AccountEntry]) -> AccountSum:
        """With entries that it does not hold yet, whatever else is among them."""
        fresh = [each.amount_fen for each in entries if each.occurred_at >= self.through]
        return replace(
            self,
            debit_fen=self.debit_fen + sum(amount_fen for amount_fen in fresh if amount_fen > 0),
            credit_fen=self.credit_fen - sum(amount_fen for amount_fen in fresh if amount_fen < 0),
        )

    @property
    def balance(self) -> AccountBalance:
        return AccountBalance(self.account, self.debit_fen, self.credit_fen)


@dataclass(frozen=True, slots=True)
class Folded:
    """Everything posted before `through` is in the books; what was posted from there to before `until` is being brought
    in.
    """

    through: str
    until: str
    revision: int = 0


def entries_of(transactions: Iterable[Transaction]) -> Iterator[AccountEntry]:
    """How transactions moved the accounts they name."""
    for each in transactions:
        for posting in each.postings:
            yield AccountEntry(posting.account, each.id, each.event, each.occurred_at, each.cause, posting.amount_fen)


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
