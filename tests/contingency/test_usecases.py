"""An area's plan, kept in versions that two people make; a past month is held against the version in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from chalicelib.budgets.domain import MonthSpending
from chalicelib.contingency.domain import (
    AnalysisStatus,
    ContingencyPlan,
    ContingencyPlanId,
    FundFigures,
    FundTrigger,
    PlanStatus,
    plan_in_force,
)
from chalicelib.contingency.usecases import AnalyseEveryFund, AnalyseFund, ContingencyPlans, PlanRequest
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.services.vocabulary import FundMeasure
from chalicelib.ledger.domain.months import periods_before
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskStatus
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import weihai_plans_for_its_fund_and_sees_when_a_month_reaches_the_plan
from tests.kit.worked_cases import shipped_bundle

WEIHAI = agency(AreaCode("371000"))
SECOND = Principal("second", Role.AGENCY, "371000")
FINANCE = Principal("payer", Role.FINANCE, "371000")
AMOUNT = FundTrigger.of(FundMeasure.EPIDEMIC_AMOUNT, Decimal(100), "ask the province")
PLAN = PlanRequest("YA-1", "Fund of the city", date(2023, 1, 8), (AMOUNT,))
PAGE = PageRequest(50)


@pytest.fixture(name="plans")
def fixture_plans(world: World) -> ContingencyPlans:
    world.clock.move_to(datetime(2023, 3, 3, 4, tzinfo=UTC))
    world.memory.money.spending["H37100200001", "2023-02"] = MonthSpending("2023-02", 0, 10_000)
    return world.system[ContingencyPlans]


def approved(plans: ContingencyPlans, request: PlanRequest = PLAN) -> ContingencyPlan:
    return plans.decide(SECOND, plans.propose(WEIHAI, request).plan_id, PlanStatus.APPROVED, None)


@pytest.mark.shows("S-15")
def test_weihai_plans_for_its_fund() -> None:
    weihai_plans_for_its_fund_and_sees_when_a_month_reaches_the_plan(shipped_bundle())


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (FundFigures(700, 300, (200, 200, 200)), (30_000, 3_000, 50_000)),
        (FundFigures(0, 0, (0, 0, 0)), (0, None, None)),
        (FundFigures(-100, 50, (100,)), (5_000, None, -5_000)),
        (FundFigures(2, 1, (1, 0)), (100, 3_333, 60_000)),
    ],
)
def test_a_month_is_measured_in_whole_ten_thousandths_and_beside_nothing_not_at_all(
    figures: FundFigures, expected: tuple[int | None, ...]
) -> None:
    """1 of 3 is 0.3333 and a rest; 3 beside an average of a half is six times as much."""
    assert tuple(figures.measured(each) for each in FundMeasure) == expected


def test_the_months_before_run_over_the_turn_of_the_year() -> None:
    assert periods_before("2023-02", 3) == ("2023-01", "2022-12", "2022-11")


def test_the_plan_in_force_is_the_approved_one_that_began_last_and_was_approved_last() -> None:
    act = Act("planner", Role.AGENCY, "371000", Instant("2023-01-09T04:00:00.000000Z"))
    first = ContingencyPlan(
        ContingencyPlanId("a"),
        AreaCode("371000"),
        "1",
        "t",
        date(2023, 1, 8),
        (AMOUNT,),
        act,
        "any",
        PlanStatus.APPROVED,
        act,
    )
    second = replace(first, plan_id=ContingencyPlanId("b"), starts_on=date(2023, 2, 1))
    anew = replace(
        second, plan_id=ContingencyPlanId("c"), decided=replace(act, at=Instant("2023-02-09T04:00:00.000000Z"))
    )
    open_one = replace(anew, plan_id=ContingencyPlanId("d"), status=PlanStatus.PROPOSED, decided=None)
    latest_first = [open_one, anew, second, first]
    found = [plan_in_force(latest_first, date(2023, *day)) for day in ((1, 7), (1, 8), (1, 31), (2, 1))]
    assert [each and each.plan_id for each in found] == [None, "a", "a", "c"]


def test_a_plan_is_proposed_once_and_approved_by_another_person(plans: ContingencyPlans) -> None:
    proposed = plans.propose(WEIHAI, PLAN)
    assert plans.propose(WEIHAI, PLAN) == proposed
    with pytest.raises(Conflict):
        plans.propose(WEIHAI, replace(PLAN, title="Another"))
    with pytest.raises(OwnAct):
        plans.decide(WEIHAI, proposed.plan_id, PlanStatus.APPROVED, None)
    with pytest.raises(Invalid):
        plans.decide(SECOND, proposed.plan_id, PlanStatus.REFUSED, None)
    decided = plans.decide(SECOND, proposed.plan_id, PlanStatus.REFUSED, "too low")
    assert plans.decide(SECOND, proposed.plan_id, PlanStatus.REFUSED, "too low") == decided
    with pytest.raises(Conflict):
        plans.decide(SECOND, proposed.plan_id, PlanStatus.APPROVED, None)


def test_a_plan_that_cannot_be_kept_is_refused_with_everything_that_is_wrong(plans: ContingencyPlans) -> None:
    nothing = FundTrigger.of(FundMeasure.GROWTH, Decimal(0), "nothing")
    with pytest.raises(Invalid) as refused:
        plans.propose(WEIHAI, replace(PLAN, triggers=(AMOUNT, nothing, AMOUNT)))
    assert [each.code for each in refused.value.findings] == ["threshold-not-positive", "trigger-repeated"]
    with pytest.raises(Invalid) as elsewhere:
        plans.propose(agency(KUNMING), PLAN)
    assert [each.code for each in elsewhere.value.findings] == ["contingency-not-provided"]


def test_a_figure_that_the_provision_does_not_name_is_no_trigger(plans: ContingencyPlans, world: World) -> None:
    shipped = shipped_bundle()
    narrower = tuple(
        replace(each, value={**each.value, "measures": ["growth"]}) if each.id == "8-analysis" else each
        for each in shipped.provisions
    )
    bundle = Bundle(shipped.hash, shipped.notices, narrower, shipped.registry)
    world.bundles.current = lambda: bundle  # type: ignore[method-assign]
    with pytest.raises(Invalid) as refused:
        plans.propose(WEIHAI, PLAN)
    assert [each.code for each in refused.value.findings] == ["measure-not-provided"]


def test_what_a_month_reaches_waits_for_the_agency_until_it_says_what_was_done(
    plans: ContingencyPlans, world: World
) -> None:
    analyse = world.system[AnalyseFund]
    with pytest.raises(Invalid) as refused:
        analyse(WEIHAI, "2023-02")
    assert [each.code for each in refused.value.findings] == ["no-plan-in-force"]
    approved(plans)
    found = analyse(WEIHAI, "2023-02")
    assert (found.status, found.met) == (AnalysisStatus.OPEN, (AMOUNT,))
    (task,) = world.system[TaskWork].find(WEIHAI, TaskStatus.OPEN, None, PAGE).items
    assert task.duty is not None
    assert (task.duty.business, task.duty.subject_id) == ("fund-contingency", found.analysis_id)
    world.memory.money.spending["H37100200001", "2023-02"] = MonthSpending("2023-02", 0, 0)
    assert analyse(WEIHAI, "2023-02") == found, "again it is the first one"
    said = analyse.answer(WEIHAI, found.analysis_id, "asked")
    assert analyse.answer(WEIHAI, found.analysis_id, "asked") == said
    with pytest.raises(Conflict):
        analyse.answer(WEIHAI, found.analysis_id, "something else")
    assert world.system[TaskWork].find(WEIHAI, TaskStatus.OPEN, None, PAGE).items == ()


def test_a_new_version_has_the_month_analysed_anew_and_a_quiet_month_waits_for_nobody(
    plans: ContingencyPlans, world: World
) -> None:
    analyse = world.system[AnalyseFund]
    approved(plans)
    first = analyse(WEIHAI, "2023-02")
    higher = FundTrigger.of(FundMeasure.EPIDEMIC_AMOUNT, Decimal("100.01"), "ask the province")
    approved(plans, replace(PLAN, plan_no="YA-2", starts_on=date(2023, 2, 28), triggers=(higher,)))
    quiet = analyse(WEIHAI, "2023-02")
    assert (quiet.status, quiet.met, quiet.clock.stopped) == (AnalysisStatus.QUIET, (), quiet.analysed.at)
    assert analyse.find(WEIHAI, AnalysisStatus.OPEN, None, PAGE).items == (first,)
    with pytest.raises(Conflict):
        analyse.answer(WEIHAI, quiet.analysis_id, "nothing")
    assert len(world.system[TaskWork].find(WEIHAI, TaskStatus.OPEN, None, PAGE).items) == 1


@pytest.mark.parametrize(
    ("month", "code"),
    [("2023-03", "month-not-over"), ("2023-04", "month-not-over"), ("2022-12", "contingency-not-provided")],
)
def test_a_month_is_analysed_once_it_is_over_and_where_a_provision_says_so(
    plans: ContingencyPlans, world: World, month: str, code: str
) -> None:
    approved(plans)
    with pytest.raises(Invalid) as refused:
        world.system[AnalyseFund](WEIHAI, month)
    assert [each.code for each in refused.value.findings] == [code]


def test_plans_and_analyses_are_seen_by_agency_finance_and_auditor_alone(plans: ContingencyPlans, world: World) -> None:
    plan, analyse = approved(plans), world.system[AnalyseFund]
    found = analyse(WEIHAI, "2023-02")
    for principal, area in ((WEIHAI, None), (FINANCE, None), (AUDITOR, AreaCode("371000"))):
        assert plans.read(principal, plan.plan_id) == plan
        assert plans.find(principal, PlanStatus.APPROVED, area, PAGE).items == (plan,)
        assert analyse.read(principal, found.analysis_id) == found
        assert analyse.find(principal, None, area, PAGE).items == (found,)
    for read in (lambda who: plans.read(who, plan.plan_id), lambda who: analyse.read(who, found.analysis_id)):
        with pytest.raises(NotFound):
            read(agency(KUNMING))
        with pytest.raises(Forbidden):
            read(hospital("H37100200001"))
    with pytest.raises(Forbidden):
        plans.propose(FINANCE, PLAN)
    with pytest.raises(Forbidden):
        analyse(FINANCE, "2023-02")


def test_the_schedule_analyses_last_month_of_every_area_that_keeps_a_plan_once(
    world: World, plans: ContingencyPlans
) -> None:
    """Weihai keeps a plan, Jinan and Kunming do not; the night after, and a person's own analysis, find the same."""
    every, analyses = world.system[AnalyseEveryFund], world.system[AnalyseFund]
    assert every() == 0
    approved(plans)
    world.memory.money.spending["H37108200003", "2023-02"] = MonthSpending("2023-02", 5_000, 7_000)
    assert every() == 1
    (made,) = analyses.find(WEIHAI, None, None, PAGE).items
    assert (made.month, made.status, made.analysed.actor) == ("2023-02", AnalysisStatus.OPEN, "schedule")
    assert (made.figures.total_control_fen, made.figures.separate_fen) == (5_000, 17_000)
    world.clock.move_to(datetime(2023, 3, 4, 4, tzinfo=UTC))
    assert every() == 1
    assert analyses(WEIHAI, "2023-02") == made
    assert analyses.find(WEIHAI, None, None, PAGE).items == (made,)


def test_a_plan_that_is_approved_late_is_met_the_next_night_under_its_own_name(
    world: World, plans: ContingencyPlans
) -> None:
    approved(plans)
    world.system[AnalyseEveryFund]()
    approved(plans, replace(PLAN, plan_no="YA-2", starts_on=date(2023, 2, 1)))
    world.system[AnalyseEveryFund]()
    assert len(world.system[AnalyseFund].find(WEIHAI, None, None, PAGE).items) == 2


def test_a_month_that_a_person_analysed_is_read_without_the_hospitals(world: World, plans: ContingencyPlans) -> None:
    approved(plans)
    made = world.system[AnalyseFund](WEIHAI, "2023-02")
    world.memory.money.spending.clear()
    assert world.system[AnalyseFund](WEIHAI, "2023-02").figures == made.figures
