"""The ledger table: written by one function, always as something new, and read by id or as the journal.

A transaction is one item with all its postings. The items lie in sixteen partitions by the hash of their id, so that
the id alone finds them, no partition is hot, and the whole journal can be read consistently without a scan.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from chalicelib.adapters.dynamodb import BASE, Span, Table, to_item, without_nones
from chalicelib.application.paging import read_page
from chalicelib.application.requests import Page, PageRequest
from chalicelib.domain.ledger import LedgerEvent, Posting, Transaction

JOURNAL_SHARDS = tuple(f"JOURNAL#{shard:x}" for shard in range(16))


def put_new(table: str, transaction: Transaction) -> dict[str, Any]:
    """The one write to the ledger, as a part of a transaction: it fails where the id exists."""
    return {
        "Put": {
            "TableName": table,
            "Item": to_item(_write(transaction)),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


class DynamoLedgerStore:
    """The journal on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, transaction_id: str) -> Transaction | None:
        item = self._table.get(_shard(transaction_id), transaction_id)
        return None if item is None else _read(item)

    def journal(self, page: PageRequest) -> Page[Transaction]:
        return read_page(JOURNAL_SHARDS, page, self._table.reader(BASE, Span(), _read))


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
        }
    )


def _read(item: Mapping[str, Any]) -> Transaction:
    return Transaction(
        id=item["sk"],
        event=LedgerEvent(item["event"]),
        occurred_at=item["occurred_at"],
        cause=item["cause"],
        postings=tuple(Posting(row["account"], row["amount_fen"]) for row in item["postings"]),
        citations=tuple(item["citations"]),
        corrects=item.get("corrects"),
    )
