"""Requests for starting the month's clearing as the months and windows before grow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chalicelib.clearing.usecases.run import StartRun
from tests.kit.areas import YUNNAN
from tests.kit.growth import Asked, assert_as_written, is_flat, is_linear, world_counted_by_request

BEFORE = (2, 4, 8)
PERIOD = "2026-10"


def cost(months: int, windows: int) -> Asked:
    """Count the requests of the first of November, after so many months and so many windows of October in one tier."""
    world, counting = world_counted_by_request()
    start = world.system[StartRun]
    for number in range(months):
        world.clock.move_to(datetime(2026, 10 - number, 1, tzinfo=UTC))
        assert start.schedule_all() > 0
    world.clock.move_to(datetime(2026, 11, 1, tzinfo=UTC))
    for _ in range(windows):
        start.start(YUNNAN, PERIOD, "centre", empty=True)
    started: list[int] = []
    asked = counting.during(lambda: started.append(start.schedule_all()))
    assert started[0] > 0
    return asked


@pytest.mark.schedule("clearing-schedule")
@pytest.mark.parametrize("what", ["months before", "windows of the month in one tier"])
def test_the_start_of_a_months_clearing_asks_for_that_month_alone(what: str, tell: Callable[[str], None]) -> None:
    asked = [cost(size, 0) if what == "months before" else cost(1, size) for size in BEFORE]
    tell(f"a month's clearing is started, {BEFORE} {what}: {asked}")
    assert is_flat(asked) if what == "months before" else is_linear(asked)
    assert_as_written(f"a month's clearing is started, so many {what}", [each.requests for each in asked])
