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
        """What was posted from one instant to before another. Asks for the months between them and for no other."""
        ...

    def stored_posted(self, period: str) -> Iterable[LedgerItem]:
        """The items beside the journal that hold a month by its instants, as they stand."""
        ...

    def stored_owing(self, tier: str, period: str) -> Iterable[LedgerItem]:
        """The items beside the journal that say what a month owes between areas in a tier, as they stand."""
        ...
