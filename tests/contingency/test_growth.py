"""Requests for the nightly analysis of funds as the versions of a plan and the analysed months grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.contingency.domain import ContingencyPlanId, FundAnalysisId
from chalicelib.contingency.ports import FundAnalysisStore
from chalicelib.contingency.usecases import AnalyseEveryFund, ContingencyPlans
from chalicelib.kernel.pages import PageRequest
from tests.contingency.test_usecases import PLAN, WEIHAI, approved
from tests.kit.growth import Asked, assert_as_written, is_flat, is_linear, world_counted_by_request
from tests.kit.nation import grown

MANY = (60, 120, 240)


def cost(versions: int, months: int, institutions: int = 0) -> Asked:
    """Count the requests of a night that analyses February, with so many earlier versions of the plan, so many analyses
    of months before and so many institutions more in the area.
    """
    world, counting = world_counted_by_request(grown(institutions, 0, provinces=1, at=WEIHAI.subject))
    plans = world.system[ContingencyPlans]
    world.clock.move_to(datetime(2023, 2, 3, 4, tzinfo=UTC))
    plan = approved(plans)
    for number in range(1, versions + 1):
        starts = PLAN.starts_on - timedelta(days=number)
        world.memory.tables.keep(replace(plan, plan_id=ContingencyPlanId(f"plan-{number:04}"), starts_on=starts))
    world.system[AnalyseEveryFund]()
    (january,) = world.ports[FundAnalysisStore].find((f"AREA#{plan.area}",), PageRequest(10)).items
    for number in range(1, months + 1):
        world.memory.tables.keep(
            replace(
                january,
                analysis_id=FundAnalysisId(f"fa-{number:04}"),
                month=f"{2022 - number // 12}-{number % 12 + 1:02}",
            )
        )
    world.clock.move_to(datetime(2023, 3, 3, 4, tzinfo=UTC))
    analysed: list[int] = []
    asked = counting.during(lambda: analysed.append(world.system[AnalyseEveryFund]()))
    assert analysed == [1]
    return asked


@pytest.mark.schedule("fund-analyse")
@pytest.mark.parametrize("what", ["earlier versions of the plan", "months analysed before"])
def test_an_analysis_asks_the_same_whatever_was_planned_and_analysed_before(
    what: str, tell: Callable[[str], None]
) -> None:
    asked = [cost(size, 1) if what.startswith("earlier") else cost(1, size) for size in MANY]
    tell(f"the nightly analysis of a fund, {MANY} {what}: {asked}")
    assert is_flat(asked)
    assert_as_written(f"the nightly analysis of a fund, so many {what}", [each.requests for each in asked])


@pytest.mark.schedule("fund-analyse")
def test_an_analysis_asks_in_proportion_to_the_areas_institutions(tell: Callable[[str], None]) -> None:
    asked = [cost(1, 1, size) for size in MANY]
    tell(f"the nightly analysis of a fund, {MANY} institutions: {asked}")
    assert is_linear(asked)
    assert_as_written("the nightly analysis of a fund, so many institutions of the area", [e.requests for e in asked])
