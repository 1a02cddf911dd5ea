"""Requests of the daily top-up as the history of a hospital's advances grows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.advances.usecases.advance import Advances
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.words.ids import AdvanceId
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.settlement.ports import MoveAdvance
from tests.advances.test_usecases import MILLION, WEIHAI, WEIHAI_HEAD, approve, ask, pay
from tests.kit.growth import SIZES, Asked, assert_as_written, counted_world, is_flat
from tests.kit.memory.world import World

ROW = "the daily top-up of a hospital with so many advances behind it"


def topped_up(world: World) -> AdvanceId:
    """Let Weihai's hospital spend nine tenths of its advance, and have it topped up."""
    world.calm_ports[Commits].commit([MoveAdvance(WEIHAI, AdvanceFund.SPECIAL, -9 * MILLION)])
    (asked,) = world.system[Advances].top_up()
    return asked


def cost(advances: int) -> Asked:
    """Count the requests of a top-up after one advance of ten million and so many top-ups of it."""
    world, counting = counted_world()
    first = ask(world, WEIHAI, 10 * MILLION)
    approve(world, WEIHAI_HEAD, first)
    pay(world, WEIHAI_HEAD, first)
    for _ in range(advances):
        asked = topped_up(world)
        assert approve(world, WEIHAI_HEAD, asked).approved_fen == 9 * MILLION
        pay(world, WEIHAI_HEAD, asked)
        world.clock.sleep(86_400)
    return counting.during(world.system[Advances].top_up)


@pytest.mark.schedule("top-up-advances")
def test_a_top_up_asks_the_same_however_many_advances_a_hospital_had(tell: Callable[[str], None]) -> None:
    asked = [cost(size) for size in SIZES]
    tell(f"the daily top-up after {SIZES} advances: {asked}")
    assert is_flat(asked)
    assert_as_written(ROW, [each.requests for each in asked])
