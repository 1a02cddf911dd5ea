"""Requests of the desk's daily task as postponed and finished matters grow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chalicelib.service_desk.domain.kinds import DeskMatterKind
from chalicelib.service_desk.usecases.matters import DeskMatters
from chalicelib.service_desk.usecases.resume import ResumePostponed
from tests.kit.growth import SIZES, Asked, assert_as_written, is_flat, is_linear, world_counted_by_request
from tests.kit.service_behaviours import matter
from tests.service_desk.test_matters import DALIAN, LATE

FEW = 3


def cost(waiting: int, taken_in: int) -> Asked:
    """Count the requests of a day on which so many matters wait, beside so many that never waited."""
    world, counting = world_counted_by_request()
    world.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    desk = world.system[DeskMatters]
    for number in range(waiting):
        desk.record(DALIAN, matter(matter_no=f"W-{number}", kind=LATE.kind, channel=LATE.channel))
    for number in range(taken_in):
        desk.record(DALIAN, matter(matter_no=f"T-{number}", kind=DeskMatterKind.OTHER))
    assert counting.during(world.system[ResumePostponed]) == counting.during(world.system[ResumePostponed])
    return counting.during(world.system[ResumePostponed])


@pytest.mark.schedule("desk-resume")
@pytest.mark.parametrize("what", ["that wait", "that do not"])
def test_the_desk_asks_for_the_matters_that_wait_and_for_no_other(what: str, tell: Callable[[str], None]) -> None:
    asked = [cost(size, FEW) if what == "that wait" else cost(FEW, size) for size in SIZES]
    tell(f"the desk's daily task, {SIZES} matters {what}: {asked}")
    assert is_linear(asked) if what == "that wait" else is_flat(asked)
    assert_as_written(f"the desk's daily task, so many matters {what}", [each.requests for each in asked])
