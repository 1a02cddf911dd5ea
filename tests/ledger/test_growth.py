"""Requests for bringing the books up to date as the journal grows."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.tables import DynamoLedgerStore, items_of
from chalicelib.ledger.usecases.fold import FoldBooks
from chalicelib.main.capabilities import build_system
from tests.kit.growth import Asked, assert_as_written, is_flat, is_linear, world_counted_by_request
from tests.ledger.test_books import transaction

POSTED = (200, 400, 800)
FEW = 40
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def cost(before: int, since: int) -> Asked:
    """Count the requests of a run over so many new transactions, with so many in the books since a year ago."""
    world, counting = world_counted_by_request()
    system = build_system(world.ports.give(LedgerStore, DynamoLedgerStore(world.memory.tables.ledger)))
    draw = random.Random(7)

    def post(first: int, count: int, from_at: datetime, length: timedelta) -> None:
        for number in range(count):
            for item in items_of(transaction(first + number, from_at + length * number / count, draw)):
                world.memory.tables.ledger.put(item)

    post(0, before, NOW - timedelta(days=365), timedelta(days=360))
    world.clock.move_to(NOW - timedelta(hours=1))
    system[FoldBooks]()
    post(before, since, NOW - timedelta(hours=1), timedelta(minutes=5))
    world.clock.move_to(NOW)
    return counting.during(system[FoldBooks])


@pytest.mark.schedule("books-fold")
@pytest.mark.parametrize("what", ["since the last run", "before it"])
def test_the_books_ask_for_what_was_posted_since_and_for_nothing_before(what: str, tell: Callable[[str], None]) -> None:
    asked = [cost(FEW, size) if what == "since the last run" else cost(size, FEW) for size in POSTED]
    tell(f"the books are brought up to date, {POSTED} transactions {what}: {asked}")
    assert is_linear(asked) if what == "since the last run" else is_flat(asked)
    assert_as_written(f"the books are brought up to date, so many transactions {what}", [e.requests for e in asked])
