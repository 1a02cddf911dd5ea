"""Ports of the ledger: the journal and the books, with the records they exchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.books import AccountEntry, AccountSum, Folded
from chalicelib.ledger.domain.copy import LedgerItem
from chalicelib.ledger.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StoredTransaction:
    """A stored item with the transaction read from the item; None where the item is no longer readable as a
    transaction.
    """

    item: LedgerItem
    transaction: Transaction | None


@dataclass(frozen=True, slots=True)
class CopyPlace:
    """The place of an item: its part of the month; the transaction's id for a transaction's own item; the tier for an
    item that records obligations of a tier.
    """

    part: int
    transaction_id: TransactionId | None = None
    tier: AreaCode | None = None


@dataclass(frozen=True, slots=True)
class PostTransaction(Part):
    """The write of a new ledger transaction. Condition: its id is new."""

    transaction: Transaction


class Books(Protocol):
    """The account sums and entries, up to the instant the books have reached."""

    def folded(self) -> Folded | None:
        """Return the progress of the books; None before anything was entered."""
        ...

    def sums(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], AccountSum]:
        """Return the stored sums by account and period; absent sums are left out."""
        ...

    def book(self, name: str, period: str, prefix: str) -> Iterable[AccountSum]:
        """Return a period's sums for a book's accounts whose names begin with the prefix, by name."""
        ...

    def entries(self, account: str, lowest: str, highest: str, limit: int) -> tuple[AccountEntry, ...]:
        """Return at most `limit` entries of an account between two places, both included, the newest first."""
        ...


class LedgerStore(Protocol):
    def get(self, transaction_id: TransactionId) -> Transaction | None: ...

    def journal(self, page: PageRequest) -> Page[Transaction]:
        """Return a page of the whole journal, in a stable order."""
        ...

    def stored(self, page: PageRequest) -> Page[LedgerItem]:
        """Return a page of the journal's stored items, altered items included."""
        ...

    def between(self, from_at: Instant, before_at: Instant) -> Iterable[Transaction]:
        """Return the transactions posted from one instant to before another, without their citations. Only the months
        between the two instants are read.
        """
        ...

    def latest(self, from_at: Instant, below: str) -> Iterable[Transaction]:
        """Return the transactions posted from an instant to before a place (an instant, or an instant, `#` and an id),
        the newest first, without their citations. They are read as they are asked for.
        """
        ...

    def read(self, ids: Iterable[TransactionId]) -> Mapping[TransactionId, Transaction]:
        """Return the transactions of the given ids, which are all in the journal."""
        ...

    def stored_posted(self, period: str) -> Iterable[LedgerItem]:
        """Return a month's stored items that lie beside the journal by instant."""
        ...

    def posted_in(self, period: str, part: int) -> Iterable[StoredTransaction]:
        """Return one of the parts of a month (`month_parts`) by instant, as stored."""
        ...

    def stored_by_id(self, ids: Iterable[TransactionId]) -> Mapping[TransactionId, StoredTransaction]:
        """Return the journal's own stored items of the given transactions; absent items are left out."""
        ...

    def place_of(self, key: str, period: str) -> CopyPlace:
        """Return the place in the ledger that corresponds to the key of an item copied in a month."""
        ...

    def owing_at(self, tier: AreaCode, period: str, gate: int) -> Iterable[LedgerItem]:
        """Return the stored items of a gate that record a month's obligations between areas in a tier."""
        ...

    def stored_owing(self, tier: AreaCode, period: str) -> Iterable[LedgerItem]:
        """Return the stored items beside the journal that record a month's obligations between areas in a tier."""
        ...
