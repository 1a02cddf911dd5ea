"""What the ledger needs of the world: its journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.books import AccountEntry, AccountSum, Folded
from chalicelib.ledger.domain.copy import LedgerItem
from chalicelib.ledger.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StoredTransaction:
    """An item as it stands, and the transaction it says; None where it no longer says one."""

    item: LedgerItem
    transaction: Transaction | None


@dataclass(frozen=True, slots=True)
class CopyPlace:
    """The part of its month an item is in; its transaction where it is one's own item, its tier where it says what is
    owed in one.
    """

    part: int
    transaction_id: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class PostTransaction(Part):
    """Write a ledger transaction. Condition: its id is new."""

    transaction: Transaction


class Books(Protocol):
    """What the accounts come to, as far as it was brought in."""

    def folded(self) -> Folded | None:
        """How far the books go; None before anything was brought in."""
        ...

    def sums(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], AccountSum]:
        """Sums by account and period, as they stand; those that are not there are left out."""
        ...

    def book(self, name: str, period: str, prefix: str) -> Iterable[AccountSum]:
        """The sums of a period of the accounts in one book whose name begins so, by name."""
        ...

    def entries(self, account: str, lowest: str, highest: str, limit: int) -> tuple[AccountEntry, ...]:
        """Up to so many entries of an account between two places, both inside, the newest first."""
        ...


class LedgerStore(Protocol):
    def get(self, transaction_id: str) -> Transaction | None: ...

    def journal(self, page: PageRequest) -> Page[Transaction]:
        """The whole journal in a stable order, a page at a time."""
        ...

    def stored(self, page: PageRequest) -> Page[LedgerItem]:
        """The journal's items as they stand, whatever they have become."""
        ...

    def between(self, from_at: str, before_at: str) -> Iterable[Transaction]:
        """What was posted from one instant to before another, without its citations. Asks for the months between them
        and for no other.
        """
        ...

    def stored_posted(self, period: str) -> Iterable[LedgerItem]:
        """The items beside the journal that hold a month by its instants, as they stand."""
        ...

    def posted_in(self, period: str, part: int) -> Iterable[StoredTransaction]:
        """One of `MONTH_PARTS` parts of a month by its instants, as it stands."""
        ...

    def stored_by_id(self, ids: Iterable[str]) -> Mapping[str, StoredTransaction]:
        """The journal's own items of some transactions, as they stand; those that are not there are left out."""
        ...

    def place_of(self, key: str) -> CopyPlace:
        """Where the item of a copy would lie."""
        ...

    def owing_at(self, tier: str, period: str, gate: int) -> Iterable[LedgerItem]:
        """Of the items that say what a month owes between areas in a tier, those of one gate, as they stand."""
        ...

    def stored_owing(self, tier: str, period: str) -> Iterable[LedgerItem]:
        """The items beside the journal that say what a month owes between areas in a tier, as they stand."""
        ...
