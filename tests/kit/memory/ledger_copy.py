"""The ledger's copy in memory. Postings reach the copy by a stream that is never late, so that worlds are whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.ledger.archive import item_key
from chalicelib.ledger.domain import obligations
from chalicelib.ledger.domain.copy import CopiedItem, LedgerItem
from chalicelib.ledger.domain.transaction import Transaction, posting_period
from chalicelib.ledger.tables import items_of, stored_item
from chalicelib.ledger.usecases.copy import AddedItem, Change, LedgerChange


class HasStream(Protocol):
    stream: list[LedgerChange]


class FakeLedgerArchive:
    """Copies by key and hash. `reachable` may be taken away; `delayed` keeps the stream from being read."""

    def __init__(self, memory: HasStream) -> None:
        self._memory = memory
        self.kept: dict[tuple[str, str], bytes] = {}
        self.reachable = True
        self.delayed = False

    def keep(self, _period: str, items: Sequence[AddedItem]) -> None:
        for item in items:
            self.kept.setdefault((item.key, sha256_hex(item.content)), item.content)

    def copies(self) -> list[CopiedItem]:
        if not self.delayed:
            for change in self._memory.stream:
                self.keep(change.period, [AddedItem(change.key, change.content)])
            self._memory.stream.clear()
        return [CopiedItem(key, content_hash) for key, content_hash in sorted(self.kept)]

    def copies_of(self, period: str, part: int) -> list[CopiedItem]:
        """All copies lie in the first part of what each belongs to."""
        found = self.copies() if part == 0 else []
        return [each for each in found if _period(self.kept[each.key, each.content_hash]) == period]


def _period(content: bytes) -> str:
    return posting_period(json.loads(content)["occurred_at"])


def added(item: Mapping[str, Any]) -> LedgerChange:
    """Build the stream's record of a new item."""
    key = item_key(item["pk"], item["sk"])
    return LedgerChange("1", Change.ADDED, key, canonical_json(dict(item)))


def stored_items(ledger: Iterable[Transaction]) -> list[LedgerItem]:
    """Every item of the transactions, as the table would hold them."""
    return [item for transaction in ledger for item in _stored(transaction, obligations.PARTS_SINCE)]


@lru_cache(10_000)
def _stored(transaction: Transaction, _parts_since: tuple[tuple[str, int], ...]) -> tuple[LedgerItem, ...]:
    """Return a transaction's items; their keys name parts of a month, whose number a test may change."""
    return tuple(map(stored_item, items_of(transaction)))
