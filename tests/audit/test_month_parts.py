"""The number of a month's parts may change from a month on: readers, copies, audit and seals take each month's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from chalicelib.audit.ports import SealStore
from chalicelib.audit.usecases.audit import Audit, BooksDiffer
from chalicelib.audit.usecases.since import AuditSinceSeal
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.archive import S3LedgerArchive
from chalicelib.ledger.domain import obligations
from chalicelib.ledger.domain.books import place_in_time
from chalicelib.ledger.domain.obligations import PARTS_SINCE, SHARDS, month_parts
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.ledger.tables import DynamoLedgerStore, items_of
from chalicelib.ledger.usecases.copy import AddedItem
from infra.local.replacing import replaced
from infra.local.stack import LocalStack
from tests.audit.test_since_seal import begin, local, months_pass
from tests.kit.memory.audits import audit_tonight
from tests.kit.memory.tables import MemoryTable
from tests.kit.memory.world import World
from tests.ledger.test_archive import new_bucket

BEFORE, SINCE = "2026-11", "2026-12"
PARTS = {BEFORE: 16, SINCE: 64}


def parts_since(*rows: tuple[str, int]) -> AbstractContextManager[None]:
    return replaced(obligations, PARTS_SINCE=rows)


@pytest.fixture(name="changed")
def fixture_changed() -> Iterator[None]:
    """From December on a month has 64 parts."""
    with parts_since(("", 16), (SINCE, 64)):
        yield


def transaction(number: int) -> Transaction:
    """One of many around the turn of the month."""
    period = BEFORE if number % 2 else SINCE
    at = Instant(f"{period}-{30 if number % 2 else 1:02}T08:{number % 60:02}:00Z")
    postings = (Posting("hub/000000", 1), Posting("hospital/H53010200001/payable", -1))
    return Transaction(TransactionId(f"settle:{number:04}"), LedgerEvent.SETTLED, at, f"clm_{number}", postings)


def test_the_rows_begin_with_the_first_month_and_name_numbers_that_divide_the_gates() -> None:
    months = [since for since, _ in PARTS_SINCE]
    assert months[0] == ""
    assert months == sorted(set(months))
    assert {number for _, number in PARTS_SINCE} <= {16, 32, 64}
    assert len(SHARDS) == 64


@pytest.mark.usefixtures("changed")
def test_a_month_keeps_its_own_number_of_parts_on_both_sides_of_a_change() -> None:
    assert [len(month_parts(each)) for each in ("2026-01", BEFORE, SINCE, "2027-05")] == [16, 16, 64, 64]


@pytest.mark.usefixtures("changed")
def test_every_reader_finds_each_transaction_once_across_the_change() -> None:
    table = MemoryTable()
    posted = [transaction(number) for number in range(400)]
    for each in posted:
        for item in items_of(each):
            table.put_new(item)
    store, in_time = DynamoLedgerStore(table), sorted(posted, key=place_in_time)
    first, end = Instant(f"{BEFORE}-01T00:00:00Z"), Instant(f"{SINCE}-31T00:00:00Z")
    assert sorted(store.between(first, end), key=place_in_time) == in_time
    assert list(store.latest(first, end)) == in_time[::-1]
    for period, number in PARTS.items():
        found = [[each.item.key for each in store.posted_in(period, part)] for part in month_parts(period)]
        assert len(found) == number
        assert sum(map(len, found)) == len(posted) // 2
        assert max(map(len, found)) < 3 * len(posted) // number, "the parts share the month"


@pytest.mark.usefixtures("changed")
def test_the_parts_of_the_copies_hold_each_object_once_in_either_number(cloud: LocalStack) -> None:
    archive = S3LedgerArchive(cloud.client("s3"), new_bucket(cloud))
    kept = {period: [f"JOURNAL#0/{period}:{number}" for number in range(80)] for period in PARTS}
    for period, keys in kept.items():
        for key in keys:
            archive.keep(period, [AddedItem(key, canonical_json({"id": key}))])
    for period, number in PARTS.items():
        found = [[each.key for each in archive.copies_of(period, part)] for part in month_parts(period)]
        assert Counter(key for part in found for key in part) == Counter(kept[period])
        assert sum(1 for part in found if part) > number // 2


@pytest.mark.usefixtures("changed")
def test_the_audit_proves_and_seals_the_months_before_and_after_a_change(world: World) -> None:
    begin(world)
    local(world, 0)
    months_pass(world)
    audit_tonight(world.system)
    local(world, 1)
    months_pass(world)
    audit_tonight(world.system)
    seals = world.ports[SealStore].all()
    assert [(each.period, len(each.roots)) for each in seals] == list(PARTS.items())
    local(world, 2)
    audit_tonight(world.system)
    assert world.system[AuditSinceSeal].run().differences == ()
    assert world.system[Audit].run_or_raise().differences == ()


def test_a_number_that_changes_for_a_month_with_postings_is_found_that_night(world: World) -> None:
    begin(world)
    local(world, 0)
    months_pass(world)
    with parts_since(("", 16), (BEFORE, 64)), pytest.raises(BooksDiffer):
        audit_tonight(world.system)
    world.clock.move_to(world.clock.now() + timedelta(days=1))
    audit_tonight(world.system)
    with parts_since(("", 16), (BEFORE, 64)):
        assert {each.what for each in world.system[AuditSinceSeal].run().differences} >= {"seal-broken"}
