"""Requests for bringing the sums of claims up to date as claims grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.ports import InsertClaim
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.summary.usecases import CountClaims
from tests.kit.growth import Asked, assert_as_written, is_flat, is_linear, world_counted_by_request
from tests.kit.memory.world import World
from tests.summary.test_summary import settled

CLAIMS = (60, 120, 240)
FEW = 10
NOW = datetime(2026, 12, 20, tzinfo=UTC)


def receive(world: World, record: ClaimRecord, count: int, on: datetime) -> None:
    """Insert so many copies of a claim, all received within a minute."""
    for number in range(count):
        at = instant(on + timedelta(microseconds=number))
        one = ClaimId(f"clm_{on:%d}{number}")
        copy = replace(record, claim_id=one, claim_no=one, received_at=at, changed_at=at, revision=1, as_read=None)
        world.calm_ports[Commits].commit([InsertClaim(copy)])


def cost(before: int, since: int) -> Asked:
    """Count the requests of a run over so many new claims, with so many in the sums."""
    world, counting = world_counted_by_request()
    record = world.memory.claims[settled(world)]
    receive(world, record, before, NOW - timedelta(days=20))
    world.clock.move_to(NOW - timedelta(hours=1))
    world.system[CountClaims]()
    receive(world, record, since, NOW - timedelta(minutes=50))
    world.clock.move_to(NOW)
    return counting.during(world.system[CountClaims])


@pytest.mark.schedule("summary-count")
@pytest.mark.parametrize("what", ["since the last run", "before it"])
def test_the_sums_ask_for_what_changed_since_and_for_nothing_before(what: str, tell: Callable[[str], None]) -> None:
    asked = [cost(FEW, size) if what == "since the last run" else cost(size, FEW) for size in CLAIMS]
    tell(f"the sums of claims are brought up to date, {CLAIMS} claims {what}: {asked}")
    assert is_linear(asked) if what == "since the last run" else is_flat(asked)
    assert_as_written(f"the sums of claims are brought up to date, so many {what}", [each.requests for each in asked])
