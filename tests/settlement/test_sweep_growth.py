"""Requests of the sweep as the claims that wait grow, and those that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.kernel.words.ids import ClaimId
from chalicelib.settlement.usecases.defer import STALE_AFTER, Deferral
from tests.kit.growth import SIZES, Asked, assert_as_written, is_flat, is_linear, world_counted_by_request
from tests.kit.memory.samples import body, enrol_sample, passport
from tests.settlement.test_defer import submitted

FEW = 3


def cost(waiting: int, done: int) -> Asked:
    """Count the requests of a sweep over so many claims whose persons nobody enrolled, beside so many settled ones."""
    world, counting = world_counted_by_request()
    for number in range(waiting):
        submitted(world, {**body(), "claim_no": f"W-{number}", "patient": passport(number)})
    assert world.run_all() == ["Deferred"] * waiting
    enrol_sample(world, body()["patient"]["id_no"])
    settled = submitted(world)
    assert world.run_all() == ["Settled"]
    record = world.memory.claims[settled]
    for number in range(done):
        one = ClaimId(f"clm_{number}")
        world.memory.claims[one] = replace(record, claim_id=one, claim_no=f"D-{number}")
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    seen: list[int] = []
    asked = counting.during(lambda: seen.append(world.system[Deferral].sweep().seen))
    assert seen == [waiting]
    return asked


@pytest.mark.schedule("resume-deferred")
@pytest.mark.parametrize("what", ["that wait", "that are settled"])
def test_a_sweep_asks_for_the_claims_that_wait_and_for_no_other(what: str, tell: Callable[[str], None]) -> None:
    asked = [cost(size, FEW) if what == "that wait" else cost(FEW, size) for size in SIZES]
    tell(f"the sweep, {SIZES} claims {what}: {asked}")
    assert is_linear(asked) if what == "that wait" else is_flat(asked)
    assert_as_written(f"a sweep of deferred claims, so many {what}", [each.requests for each in asked])
