"""What the ledger needs of the world: its journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.copy import LedgerItem
from chalicelib.ledger.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PostTransaction(Part):
    """Write a ledger transaction. Condition: its id is new."""

    transaction: Transaction


class LedgerStore(Protocol):
    def get(self, transaction_id: str) -> Transaction | None: ...

    def journal(self, page: PageRequest) -> Page[Transaction]:
        """The whole journal in a stable order, a page at a time."""
        ...

    def stored(self, page: PageRequest) -> Page[LedgerItem]:
        """The journal's items as they stand, whatever they have become."""
        ...

    def stored_owing(self, tier: str, period: str) -> Iterable[LedgerItem]:
        """The items beside the journal that say what a month owes between areas in a tier, as they stand."""
        ...
