"""The ledger table: written by one function, always as something new, and read by id or as the journal.

A transaction is one item with all its postings. The items lie in sixteen partitions by the hash of their id, so that
the id alone finds them, no partition is hot, and the whole journal can be read consistently without a scan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.ledger.archive import item_key
from chalicelib.ledger.domain.copy import LedgerItem
from chalicelib.ledger.domain.obligations import SHARDS, entries, shard_of
from chalicelib.ledger.domain.transaction import BudgetUse, LedgerEvent, Posting, Transaction
from chalicelib.platform.aws.table import BASE, Span, Table, to_item, without_nones

JOURNAL_SHARDS = tuple(f"JOURNAL#{shard:x}" for shard in range(16))


def put_new(table: str, transaction: Transaction) -> list[dict[str, Any]]:
    """The one write to the ledger, as parts of a transaction: it fails where the id exists.

    A transaction that owes between areas is copied beside the others of its tier and month, for the clearing to find
    whether or not whoever posted it remembered the clearing.
    """
    return [
        {"Put": {"TableName": table, "Item": to_item(each), "ConditionExpression": "attribute_not_exists(pk)"}}
        for each in items_of(transaction)
    ]


def items_of(transaction: Transaction) -> tuple[dict[str, Any], ...]:
    """A transaction's own item, and one for each tier it owes in."""
    item = _write(transaction)
    period, shard = transaction.period, shard_of(transaction.id)
    return (item, *({**item, "pk": owing_partition(tier, period, shard)} for tier in entries(transaction)))


def owing_partition(tier: str, period: str, shard: int) -> str:
    """Where the transactions that owe between areas lie by tier, month and gate."""
    return f"OWING#{tier}#{period}#{shard:x}"


class DynamoLedgerStore:
    """The journal on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, transaction_id: str) -> Transaction | None:
        item = self._table.get(_shard(transaction_id), transaction_id)
        return None if item is None else read_transaction(item)

    def owing(self, tier: str, period: str, shard: int) -> tuple[Transaction, ...]:
        """The transactions of a month that owe between areas in a tier, of one gate."""
        partition = owing_partition(tier, period, shard)
        return tuple(read_all(partition, self._table.reader(BASE, Span(), read_transaction)))

    def journal(self, page: PageRequest) -> Page[Transaction]:
        return read_page(JOURNAL_SHARDS, page, self._table.reader(BASE, Span(), read_transaction))

    def stored(self, page: PageRequest) -> Page[LedgerItem]:
        return read_page(JOURNAL_SHARDS, page, self._table.reader(BASE, Span(), stored_item))

    def stored_owing(self, tier: str, period: str) -> Iterator[LedgerItem]:
        for shard in SHARDS:
            yield from read_all(owing_partition(tier, period, shard), self._table.reader(BASE, Span(), stored_item))


def stored_item(item: Mapping[str, Any]) -> LedgerItem:
    """An item as an audit compares it, whatever it has become."""
    return LedgerItem(item_key(item["pk"], item["sk"]), fingerprint(dict(item)), str(item.get("occurred_at", "")))


def _shard(transaction_id: str) -> str:
    return JOURNAL_SHARDS[sha256(transaction_id.encode()).digest()[0] % len(JOURNAL_SHARDS)]


def _write(transaction: Transaction) -> dict[str, Any]:
    return without_nones(
        {
            "pk": _shard(transaction.id),
            "sk": transaction.id,
            "event": transaction.event.value,
            "occurred_at": transaction.occurred_at,
            "cause": transaction.cause,
            "postings": [
                {"account": posting.account, "amount_fen": posting.amount_fen} for posting in transaction.postings
            ],
            "citations": list(transaction.citations),
            "corrects": transaction.corrects,
            "budget": [asdict(use) for use in transaction.budget] or None,
        }
    )


def read_transaction(item: Mapping[str, Any]) -> Transaction:
    """A transaction from its item or a copy."""
    return Transaction(
        id=item["sk"],
        event=LedgerEvent(item["event"]),
        occurred_at=item["occurred_at"],
        cause=item["cause"],
        postings=tuple(Posting(row["account"], row["amount_fen"]) for row in item["postings"]),
        citations=tuple(item["citations"]),
        corrects=item.get("corrects"),
        budget=tuple(BudgetUse(**use) for use in item.get("budget", ())),
    )
