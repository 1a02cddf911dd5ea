"""Each transaction is stored by id and by instant: a part's proof finds every way in which the two can differ, however
many of them are held at once.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.audit.usecases import prove
from chalicelib.audit.usecases.prove import Copied, ProveMonth
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.domain.copy import CopiedItem
from chalicelib.ledger.domain.obligations import month_parts, shard_of
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import LedgerStore, StoredTransaction
from chalicelib.ledger.tables import DynamoLedgerStore, items_of, stored_item
from chalicelib.main.capabilities import build_system
from infra.local.replacing import replaced
from tests.kit.memory.tables import MemoryTable
from tests.kit.memory.world import World
from tests.ledger.test_books import transaction

PERIOD, AFTER = "2026-11", Instant("2026-12")
Item = dict[str, Any]
Change = Callable[[MemoryTable, Item, Item], None]
"""Alters a table that holds a transaction's own item and the item by instant."""


def journal(count: int = 7) -> Iterator[Transaction]:
    """So many transactions of one part of a month."""
    draw, first = random.Random(5), datetime(2026, 11, 2, tzinfo=UTC)
    made = (transaction(number, first + timedelta(minutes=number), draw) for number in range(100 * count))
    here = (each for each in made if shard_of(each.id) % len(month_parts(PERIOD)) == 0)
    for _ in range(count):
        yield next(here)


def found(world: World, change: Change, held_at_once: int) -> list[str]:
    """The codes of the differences after a change to the fourth transaction, whose copies were taken before."""
    table = MemoryTable()
    stored = [items_of(each) for each in journal()]
    for item in (item for items in stored for item in items):
        table.put(item)
    items = map(stored_item, (item for items in stored for item in items))
    copied = Copied(tuple(CopiedItem(each.key, each.content_hash) for each in items))
    change(table, dict(stored[3][0]), dict(stored[3][1]))
    months = build_system(world.ports.give(LedgerStore, DynamoLedgerStore(table)))[ProveMonth]
    with replaced(prove, _HELD_AT_ONCE=held_at_once):
        return sorted(each.what for each in months(PERIOD, 0, AFTER, copied).differences)


def nothing(_table: MemoryTable, _own: Item, _by_instant: Item) -> None:
    pass


def own_is_gone(table: MemoryTable, own: Item, _by_instant: Item) -> None:
    table.remove(own["pk"], own["sk"])


def instant_is_gone(table: MemoryTable, _own: Item, by_instant: Item) -> None:
    table.remove(by_instant["pk"], by_instant["sk"])


def cause_differs(table: MemoryTable, _own: Item, by_instant: Item) -> None:
    table.put({**by_instant, "cause": "clm_other"})


def stored_at_another_instant_too(table: MemoryTable, own: Item, by_instant: Item) -> None:
    later = instant(datetime(2026, 11, 20, tzinfo=UTC))
    table.put({**by_instant, "sk": f"{later}#{own['sk']}", "occurred_at": later})


def unreadable(table: MemoryTable, own: Item, _by_instant: Item) -> None:
    table.put({**own, "event": "no-event"})


def corrects_what_is_not_there(table: MemoryTable, own: Item, by_instant: Item) -> None:
    table.put({**own, "corrects": "settle:never"})
    table.put({**by_instant, "corrects": "settle:never"})


@pytest.mark.parametrize("held_at_once", [1, 3, 1_000])
@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (nothing, []),
        (own_is_gone, ["copy-without-item", "posted-alone"]),
        (instant_is_gone, ["copy-without-item", "not-by-instant"]),
        (cause_differs, ["copy-differs", "posted-differs"]),
        (stored_at_another_instant_too, ["copy-missing", "posted-twice"]),
        (unreadable, ["copy-differs", "posted-differs", "unreadable"]),
        (corrects_what_is_not_there, ["copy-differs", "copy-differs", "corrects-nothing"]),
    ],
)
def test_a_transaction_that_is_not_stored_once_by_id_and_once_by_instant_is_found(
    world: World, change: Change, codes: list[str], held_at_once: int
) -> None:
    assert found(world, change, held_at_once) == codes


class Posted(StoredTransaction):
    """A transaction stored by instant, told from all others."""


class Noting(DynamoLedgerStore):
    """A journal that notes how many transactions stored by instant are held when some are asked for by their ids."""

    def __init__(self, table: MemoryTable) -> None:
        super().__init__(table)
        self.held: list[int] = []

    def posted_in(self, period: str, part: int) -> Iterator[StoredTransaction]:
        return (Posted(each.item, each.transaction) for each in super().posted_in(period, part))

    def stored_by_id(self, ids: Iterable[TransactionId]) -> Mapping[TransactionId, StoredTransaction]:
        self.held.append(sum(type(each) is Posted for each in gc.get_objects()))
        return super().stored_by_id(ids)


def test_no_more_transactions_are_held_than_are_compared_at_once(world: World) -> None:
    table = MemoryTable()
    for item in (item for each in journal(30) for item in items_of(each)):
        table.put(item)
    ledger = Noting(table)
    months = build_system(world.ports.give(LedgerStore, ledger))[ProveMonth]
    with replaced(prove, _HELD_AT_ONCE=5):
        assert months(PERIOD, 0, AFTER, Copied(())).tally.transactions == 30
    assert len(ledger.held) >= 30 / 5
    assert max(ledger.held) == 5


@pytest.mark.parametrize("held_at_once", [1, 3, 1_000])
def test_a_parts_tally_and_root_are_the_same_however_many_are_held_at_once(world: World, held_at_once: int) -> None:
    table, posted = MemoryTable(), list(journal())
    for item in (item for each in posted for item in items_of(each)):
        table.put(item)
    months = build_system(world.ports.give(LedgerStore, DynamoLedgerStore(table)))[ProveMonth]
    whole = months(PERIOD, 0, AFTER, Copied(()))
    with replaced(prove, _HELD_AT_ONCE=held_at_once):
        proof = months(PERIOD, 0, AFTER, Copied(()))
        assert months.root(PERIOD, 0) == proof.root == whole.root
    assert proof.documents() == whole.documents()
    assert proof.tally.transactions == len(posted)
