"""Requests to DynamoDB as history grows, held against the table "What grows" of docs/scale.md."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.claims.domain.reconciliation import Totals
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.domain.submission import ClaimFilter, ClaimSort
from chalicelib.claims.ports import InsertClaim
from chalicelib.claims.usecases.listing import ListClaims
from chalicelib.claims.usecases.reconcile import Reconcile
from chalicelib.events.domain import KeptEvents, ToldEvent, institution_audience
from chalicelib.events.ports import EventStore
from chalicelib.events.tables import DynamoEventStore
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import ClaimId, EventId
from chalicelib.ledger.ports import PostTransaction
from chalicelib.ledger.usecases.copy import LedgerArchive
from chalicelib.ledger.usecases.fold import FoldBooks
from chalicelib.main.capabilities import build_system
from chalicelib.platform.aws.table import Table
from infra.local.stack import LocalStack
from tests.kit.growth import assert_as_written, counted_world
from tests.kit.memory.audits import audit_tonight
from tests.kit.memory.samples import KUNMING_HOSPITAL, body, enrol_sample, hospital, policies
from tests.kit.memory.world import World
from tests.kit.tables import TableArchive, tables
from tests.ledger.test_books import Counting, transaction
from tests.settlement.test_worked_corrections import settle

MONTHS = (1, 2, 4)
CLAIMS = (60, 120, 240)
A_DAYS_CLAIMS = (400, 800, 1_600)


@pytest.fixture(name="client")
def fixture_client(cloud: LocalStack) -> Counting:
    return Counting(cloud.client("dynamodb"))


def month_begins(number: int) -> datetime:
    """The third of a month, from May on: then the one before it is sealed."""
    return datetime(2026, 5 + number, 3, tzinfo=UTC)


def audits_of(months: int, cloud: LocalStack, client: Counting) -> list[int]:
    """Count the requests of each night that seals a month of twenty transactions; the place of a count in the list is
    the number of months sealed before.
    """
    counts = []
    with tables(client) as names:
        world = World(policies())
        archive = TableArchive(cloud.client("dynamodb"), names.ledger)
        ports = names.under(world.ports, client).give(LedgerArchive, archive)
        system, draw = build_system(ports), random.Random(3)
        world.clock.move_to(month_begins(0))
        system[FoldBooks]()
        for month in range(months):
            for number in range(20 * month, 20 * month + 20):
                at = month_begins(month).replace(day=5 + number % 20)
                ports[Commits].commit([PostTransaction(transaction(number, at, draw))])
            world.clock.move_to(month_begins(month + 1))
            system[FoldBooks]()
            before = client.asked
            audit_tonight(system)
            counts.append(client.asked - before)
    return counts


@pytest.mark.schedule("audit-books")
@pytest.mark.stack
def test_a_nights_audit_asks_for_its_months_and_not_for_those_that_are_sealed(
    cloud: LocalStack, client: Counting, tell: Callable[[str], None]
) -> None:
    counts = audits_of(max(MONTHS) + 1, cloud, client)
    asked = [counts[months] for months in MONTHS]
    tell(f"a night's audit after {MONTHS} sealed months: {asked} requests")
    assert_as_written("the nightly audit that seals a month, so many months sealed before it", asked)


def settled_record(world: World) -> ClaimRecord:
    enrol_sample(world, body()["patient"]["id_no"])
    return world.memory.claims[settle(world, body())]


def copies_of(record: ClaimRecord, count: int) -> list[ClaimRecord]:
    """Return so many copies of a claim, each received after the one before."""
    at = datetime.fromisoformat(record.received_at)
    return [
        replace(
            record,
            claim_id=ClaimId(f"clm_{n}"),
            claim_no=f"GROWN-{n}",
            received_at=instant(at.replace(microsecond=n)),
            revision=1,
            as_read=None,
        )
        for n in range(1, count + 1)
    ]


@pytest.mark.stack
def test_the_first_page_of_claims_asks_the_same_however_many_there_are(client: Counting) -> None:
    asked = []
    for count in CLAIMS:
        with tables(client) as names:
            world = World(policies())
            ports: Ports = names.under(world.ports, client)
            for each in copies_of(settled_record(world), count):
                ports[Commits].commit([InsertClaim(each)])
            before = client.asked
            listed = build_system(ports)[ListClaims](hospital(), ClaimFilter(), PageRequest(50))
            asked.append(client.asked - before)
            assert len(listed.items) == 50
    assert_as_written("the first page of a hospital's claims, the newest first", asked)


@pytest.mark.stack
def test_claims_by_change_and_by_amount_ask_the_same_however_many_went_before(client: Counting) -> None:
    asked: dict[str, list[int]] = {}
    for count in CLAIMS:
        with tables(client) as names:
            world = World(policies())
            events = DynamoEventStore(Table(client, names.state))
            ports = names.under(world.ports, client).give(EventStore, events)
            earlier = copies_of(settled_record(world), count + 40)
            for each in earlier:
                ports[Commits].commit([InsertClaim(each)])
            today = earlier[-40:]
            world.clock.move_to(datetime.fromisoformat(today[0].received_at))
            keep_events(events, Instant("2026-10-01T00:00:00.000000Z"), earlier[:-40])
            keep_events(events, instant(world.clock.now()), today)
            day = world.clock.today()
            for what, wanted in {
                "a page of what changed since an instant": ClaimFilter(changed_since=today[0].changed_at),
                "a page of a day's claims by amount": ClaimFilter(from_on=day, to_on=day, sort=ClaimSort.AMOUNT),
            }.items():
                before = client.asked
                found = build_system(ports)[ListClaims](hospital(), wanted, PageRequest(40))
                asked.setdefault(what, []).append(client.asked - before)
                assert len(found.items) == 40
    for what, counts in asked.items():
        assert_as_written(what, counts)


def keep_events(events: EventStore, at: Instant, claims: Sequence[ClaimRecord]) -> None:
    """Keep an event of each claim for the sample hospital."""
    told = [
        ToldEvent(EventId(f"evt_{each.claim_id}"), "claim.settled", at, (("claim_id", each.claim_id),), ())
        for each in claims
    ]
    audience = institution_audience(KUNMING_HOSPITAL)
    events.keep(KeptEvents(audience, at, (each,), 2**31) for each in told)


def test_reconciling_a_day_asks_for_pages_of_its_claims_and_for_no_document() -> None:
    asked = []
    for count in A_DAYS_CLAIMS:
        world, counting = counted_world()
        record = settled_record(world)
        world.memory.claims |= {each.claim_id: each for each in copies_of(record, count - 1)}
        day = world.clock.today()
        found: list[Any] = []

        def reconcile(world: World = world, day: date = day, found: list[Any] = found) -> None:
            totals = Totals(0, 0, 0, 0, 0)
            found.append(world.system[Reconcile](hospital(), KUNMING_HOSPITAL, day, day, totals, None))

        asked.append(counting.during(reconcile).requests)
        assert found[0].ours.claims == count
    assert_as_written("a day of a hospital is reconciled", asked)
