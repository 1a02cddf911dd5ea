"""Requests of the daily top-up as the history of a hospital's advances grows, and as the hospitals do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.advances.usecases.advance import Advances
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.words.ids import AdvanceId, InstitutionCode
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.settlement.ports import MoveAdvance
from tests.advances.test_usecases import MILLION, WEIHAI, WEIHAI_HEAD, approve, ask, pay
from tests.kit.growth import (
    SIZES,
    Asked,
    assert_as_written,
    counted_world,
    is_flat,
    is_linear,
    world_counted_by_request,
)
from tests.kit.memory.world import World
from tests.kit.nation import grown

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


def cost_of_hospitals(hospitals: int) -> Asked:
    """Count the requests of a top-up of a city in which so many hospitals hold an advance and one has spent it."""
    world, counting = world_counted_by_request(grown(hospitals, 0, provinces=1, at=WEIHAI_HEAD.subject))
    codes = [InstitutionCode(f"H{WEIHAI_HEAD.subject}{number:05d}") for number in range(hospitals)]
    for code in codes:
        first = ask(world, code, 10 * MILLION)
        approve(world, WEIHAI_HEAD, first)
        pay(world, WEIHAI_HEAD, first)
    world.calm_ports[Commits].commit([MoveAdvance(codes[0], AdvanceFund.SPECIAL, -9 * MILLION)])
    asked: list[AdvanceId] = []
    found = counting.during(lambda: asked.extend(world.system[Advances].top_up()))
    assert len(asked) == 1
    return found


@pytest.mark.schedule("top-up-advances")
def test_a_top_up_asks_in_proportion_to_the_hospitals_that_hold_an_advance(tell: Callable[[str], None]) -> None:
    asked = [cost_of_hospitals(size) for size in SIZES]
    tell(f"the daily top-up of {SIZES} hospitals: {asked}")
    assert is_linear(asked)
    assert_as_written("the daily top-up of so many hospitals", [each.requests for each in asked])
