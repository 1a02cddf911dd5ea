"""The ledger table: written by `put_new` alone, always as new items, and read by id, by time or as the journal.

A transaction is one item with all its postings. The items lie in sixteen partitions by the hash of their id, so that
the id alone finds them, no partition is hot, and the whole journal can be read consistently without a scan. A copy of
each transaction lies by month and instant, so a question about a month reads that month alone.

The books kept from the ledger table lie in the state table:

| pk | sk | what |
|---|---|---|
| BOOKS | FOLDED | the progress of the books |
| BOOK#province | period#account | an account's sums of a month, or in all (`TOTAL`) |
| ENTRIES#account | instant#transaction | a transaction's movement of the account |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from heapq import merge
from typing import Any

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.ledger.archive import item_key
from chalicelib.ledger.domain.books import AccountEntry, AccountSum, Folded, book_of, place_in_time
from chalicelib.ledger.domain.copy import LedgerItem
from chalicelib.ledger.domain.months import period_begins, periods_between, periods_until
from chalicelib.ledger.domain.obligations import SHARDS, entries, month_parts, shard_of
from chalicelib.ledger.domain.transaction import BudgetUse, LedgerEvent, Posting, Transaction, posting_period
from chalicelib.ledger.ports import CopyPlace, StoredTransaction
from chalicelib.platform.aws.codec import Record, read_row, write_row
from chalicelib.platform.aws.table import BASE, LOOKED_AT_MIN, Span, Table, to_item, without_nones

JOURNAL_SHARDS = tuple(f"JOURNAL#{shard:x}" for shard in range(16))
_INSTANT_END = "#"
_POSTED = "POSTED#"
_BESIDE = re.compile(r"(?:POSTED|OWING#(?P<tier>\d{6}))#\d{4}-\d{2}#(?P<part>[0-9a-f]{1,2})")
_AT_ONCE = 100


def put_new(table: str, transaction: Transaction) -> list[dict[str, Any]]:
    """Build the only write to the ledger, as parts of a DynamoDB transaction; the write fails where the id exists.

    A transaction is copied beside the others of its month. A transaction with obligations between areas is also copied
    beside those of its tier and month, so that the clearing finds it without relying on the code that posted it.
    """
    return [
        {"Put": {"TableName": table, "Item": to_item(each), "ConditionExpression": "attribute_not_exists(pk)"}}
        for each in items_of(transaction)
    ]


def items_of(transaction: Transaction) -> tuple[dict[str, Any], ...]:
    """Return a transaction's own item, the item by instant, and an item for every tier with obligations. The items
    beside the transaction's own leave out the citations; the citations are read from the transaction itself.
    """
    item = _write(transaction)
    beside = {name: value for name, value in item.items() if name != "citations"}
    period, shard = transaction.period, shard_of(transaction.id)
    by_instant = {
        **beside,
        "pk": posted_partition(period, shard),
        "sk": f"{transaction.occurred_at}{_INSTANT_END}{transaction.id}",
    }
    return (
        item,
        by_instant,
        *({**beside, "pk": owing_partition(tier, period, shard)} for tier in entries(transaction)),
    )


def posted_partition(period: str, shard: int) -> str:
    """Return the partition of a month's transactions by instant; a month has a partition for each of its parts."""
    return f"{_POSTED}{period}#{shard % len(month_parts(period)):x}"


def owing_partition(tier: AreaCode, period: str, shard: int) -> str:
    """Return the partition of the transactions with obligations between areas, by tier, month and gate."""
    return f"OWING#{tier}#{period}#{shard:x}"


class DynamoLedgerStore:
    """The journal on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, transaction_id: TransactionId) -> Transaction | None:
        item = self._table.get(_shard(transaction_id), transaction_id)
        return None if item is None else read_transaction(item)

    def owing(self, tier: AreaCode, period: str, shard: int) -> tuple[Transaction, ...]:
        """Return the transactions of a month and gate with obligations between areas in a tier, without citations."""
        partition = owing_partition(tier, period, shard)
        return tuple(read_all(partition, self._table.reader(BASE, Span(), read_transaction)))

    def journal(self, page: PageRequest) -> Page[Transaction]:
        return read_page(JOURNAL_SHARDS, page, self._table.reader(BASE, Span(), read_transaction))

    def stored(self, page: PageRequest) -> Page[LedgerItem]:
        return read_page(JOURNAL_SHARDS, page, self._table.reader(BASE, Span(), stored_item))

    def between(self, from_at: Instant, before_at: Instant) -> Iterator[Transaction]:
        reader = self._table.reader(BASE, Span(from_at, before_at), _read_by_instant)
        for period in periods_between(from_at, before_at):
            for part in month_parts(period):
                yield from read_all(posted_partition(period, part), reader)

    def latest(self, from_at: Instant, below: str) -> Iterator[Transaction]:
        reader = self._table.reader(BASE, Span(from_at, below, newest_first=True), _read_by_instant)
        periods = periods_until(posting_period(from_at), posting_period(Instant(below.partition(_INSTANT_END)[0])))
        for period in reversed([each for each in periods if period_begins(each) < below]):
            parts = (read_all(posted_partition(period, part), reader, LOOKED_AT_MIN) for part in month_parts(period))
            found = merge(*parts, key=place_in_time, reverse=True)
            yield from (each for each in found if place_in_time(each) < below)

    def read(self, ids: Iterable[TransactionId]) -> Mapping[TransactionId, Transaction]:
        keys = [(_shard(each), each) for each in ids]
        found: dict[TransactionId, Transaction] = {}
        for first in range(0, len(keys), _AT_ONCE):
            items = self._table.get_many(keys[first : first + _AT_ONCE])
            found |= {TransactionId(sk): read_transaction(item) for (_, sk), item in items.items()}
        return found

    def stored_posted(self, period: str) -> Iterator[LedgerItem]:
        for part in month_parts(period):
            yield from (each.item for each in self.posted_in(period, part))

    def posted_in(self, period: str, part: int) -> Iterator[StoredTransaction]:
        return read_all(posted_partition(period, part), self._table.reader(BASE, Span(), _stored_by_instant))

    def stored_by_id(self, ids: Iterable[TransactionId]) -> Mapping[TransactionId, StoredTransaction]:
        keys = [(_shard(each), each) for each in ids]
        found: dict[TransactionId, StoredTransaction] = {}
        for first in range(0, len(keys), _AT_ONCE):
            items = self._table.get_many(keys[first : first + _AT_ONCE])
            found |= {
                TransactionId(sk): StoredTransaction(stored_item(item), _said(item)) for (_, sk), item in items.items()
            }
        return found

    def place_of(self, key: str, period: str) -> CopyPlace:
        return place_of(key, period)

    def owing_at(self, tier: AreaCode, period: str, gate: int) -> Iterator[LedgerItem]:
        return read_all(owing_partition(tier, period, gate), self._table.reader(BASE, Span(), stored_item))

    def stored_owing(self, tier: AreaCode, period: str) -> Iterator[LedgerItem]:
        for shard in SHARDS:
            yield from self.owing_at(tier, period, shard)


def place_of(key: str, period: str) -> CopyPlace:
    """Return the place in the ledger of the key of an item copied in a month; a foreign key has a part as well."""
    parts = len(month_parts(period))
    partition, _, name = key.partition("/")
    if partition in JOURNAL_SHARDS:
        transaction_id = TransactionId(name)
        return CopyPlace(shard_of(transaction_id) % parts, transaction_id)
    beside = _BESIDE.fullmatch(partition)
    if beside is None:
        return CopyPlace(sha256(key.encode()).digest()[0] % parts)
    return CopyPlace(int(beside["part"], 16) % parts, tier=AreaCode(beside["tier"]))


def stored_item(item: Mapping[str, Any]) -> LedgerItem:
    """Return an item in the form that an audit compares; an altered item is read as well."""
    return LedgerItem(
        item_key(item["pk"], item["sk"]), fingerprint(dict(item)), Instant(str(item.get("occurred_at", "")))
    )


def _shard(transaction_id: TransactionId) -> str:
    return JOURNAL_SHARDS[sha256(transaction_id.encode()).digest()[0] % len(JOURNAL_SHARDS)]


def _write(transaction: Transaction) -> dict[str, Any]:
    return without_nones(
        {
            "pk": _shard(transaction.id),
            "sk": transaction.id,
            "event": transaction.event.value,
            "occurred_at": transaction.occurred_at,
            "cause": transaction.cause,
            "postings": [write_row(posting) for posting in transaction.postings],
            "citations": list(transaction.citations),
            "corrects": transaction.corrects,
            "budget": [write_row(use) for use in transaction.budget] or None,
            "about": transaction.about,
        }
    )


def stored_transaction(item: Mapping[str, Any]) -> StoredTransaction:
    """Read an item stored by id or by instant, with its transaction."""
    by_instant = str(item["pk"]).startswith(_POSTED)
    return _stored_by_instant(item) if by_instant else StoredTransaction(stored_item(item), _said(item))


def _stored_by_instant(item: Mapping[str, Any]) -> StoredTransaction:
    return StoredTransaction(stored_item(item), _said({**item, "sk": item["sk"].partition(_INSTANT_END)[2]}))


def _said(item: Mapping[str, Any]) -> Transaction | None:
    """Read the transaction of an item that somebody may have altered; None where the item is unreadable."""
    try:
        return read_transaction(item)
    except (KeyError, TypeError, ValueError):
        return None


def _read_by_instant(item: Mapping[str, Any]) -> Transaction:
    return read_transaction({**item, "sk": item["sk"].partition(_INSTANT_END)[2]})


def read_transaction(item: Mapping[str, Any]) -> Transaction:
    """Read a transaction from its item, or a transaction without citations from an item beside the journal."""
    return Transaction(
        id=item["sk"],
        event=LedgerEvent(item["event"]),
        occurred_at=item["occurred_at"],
        cause=item["cause"],
        postings=tuple(read_row(Posting, row) for row in item["postings"]),
        citations=tuple(item.get("citations", ())),
        corrects=item.get("corrects"),
        budget=tuple(read_row(BudgetUse, row) for row in item.get("budget", ())),
        about=item.get("about"),
    )


_FOLDED = ("BOOKS", "FOLDED")


def _place_of(account: str, period: str) -> tuple[str, str]:
    return f"BOOK#{book_of(account)}", f"{period}#{account}"


FOLDED = Record(Folded, lambda _: _FOLDED)
SUMS = Record(AccountSum, lambda each: _place_of(each.account, each.period), rows=("events",))
ENTRIES = Record(AccountEntry, lambda each: (_entries_of(each.account), each.place))


def _entries_of(account: str) -> str:
    return f"ENTRIES#{account}"


class DynamoBooks:
    """The books on DynamoDB. Every read is consistent."""

    def __init__(self, state: Table) -> None:
        self._state = state

    def folded(self) -> Folded | None:
        item = self._state.get(*_FOLDED)
        return None if item is None else FOLDED.read(item)

    def sums(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], AccountSum]:
        wanted = [_place_of(*key) for key in keys]
        found: dict[tuple[str, str], AccountSum] = {}
        for first in range(0, len(wanted), _AT_ONCE):
            for item in self._state.get_many(wanted[first : first + _AT_ONCE]).values():
                each = SUMS.read(item)
                found[each.account, each.period] = each
        return found

    def book(self, name: str, period: str, prefix: str) -> Iterator[AccountSum]:
        return read_all(f"BOOK#{name}", self._state.reader(BASE, Span(prefix=f"{period}#{prefix}"), SUMS.read))

    def entries(self, account: str, lowest: str, highest: str, limit: int) -> tuple[AccountEntry, ...]:
        reader = self._state.reader(BASE, Span(lowest, highest, newest_first=True), ENTRIES.read)
        return read_page((_entries_of(account),), PageRequest(limit), reader).items
