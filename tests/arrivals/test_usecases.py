"""The watch over arrivals from abroad: the order of its steps, their clocks, its readers, and its effect on claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.arrivals.domain.counts import CityCounts
from chalicelib.arrivals.domain.model import Arrival, ArrivalId, ArrivalStatus, StepKind, StepOutcome
from chalicelib.arrivals.usecases import ArrivalRequest, Arrivals, RegisteredEntries, StepRequest
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.registry.domain.model import Insurance
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import AUDITOR, agency, enrolment, hospital, passport, stated, submission
from tests.kit.memory.world import World
from tests.kit.service_behaviours import (
    TAIYUAN,
    returnee,
    taiyuan_hands_arrivals_over_and_refers_who_has_symptoms,
    taiyuan_watches_who_arrives_and_its_register_decides_the_entry,
)
from tests.kit.worked_cases import shipped_bundle

PROVINCE = Principal("health", Role.HEALTH, "140000")
POINT = "示例隔离点"
ENTERED = ArrivalRequest(stated(passport(1)["id_no"]), "示例", AreaCode("140100"), date(2020, 3, 27), "太原机场")
HANDOVER, ISOLATION, ASSESSMENT, TEST, REFERRAL, RELEASE, WITHDRAWAL = StepKind


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=UTC)


def step(kind: StepKind, when: datetime, **said: Any) -> StepRequest:
    return StepRequest(kind, when, **said)


def negative(when: datetime) -> StepRequest:
    return step(TEST, when, outcome=StepOutcome.NEGATIVE)


CARRIED = (step(HANDOVER, at(27, 7), place=POINT), step(ISOLATION, at(27, 8), place=POINT))


@pytest.fixture(name="desk")
def fixture_desk(world: World) -> Arrivals:
    world.clock.move_to(at(20, 4, month=4))
    return world.system[Arrivals]


def followed(desk: Arrivals, *steps: StepRequest) -> Arrival:
    made = desk.register(TAIYUAN, ENTERED)
    for each in steps:
        made = desk.record(TAIYUAN, made.arrival_id, each)
    return made


def refused(desk: Arrivals, made: Arrival, wrong: StepRequest) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as found:
        desk.record(TAIYUAN, made.arrival_id, wrong)
    return [(each.code, each.field) for each in found.value.findings]


@pytest.mark.shows("X-07")
def test_the_register_decides_who_returned_and_the_first_test_has_its_clock() -> None:
    taiyuan_watches_who_arrives_and_its_register_decides_the_entry(shipped_bundle())


@pytest.mark.shows("X-09")
def test_arrivals_are_handed_over_to_their_point_and_the_symptomatic_referred() -> None:
    taiyuan_hands_arrivals_over_and_refers_who_has_symptoms(shipped_bundle())


def test_a_watch_ends_after_fourteen_days_two_tests_and_a_negative_last_one(desk: Arrivals) -> None:
    """Isolated on 27 March: released on 10 April at the earliest."""
    made = followed(desk, *CARRIED, negative(at(29, 7)))
    assert made.first_test is not None
    assert not made.first_test.is_late(Instant("2020-04-20T00:00:00.000000Z"))
    assert refused(desk, made, step(RELEASE, at(9, month=4))) == [("watch-not-over", "at")]
    assert refused(desk, made, step(RELEASE, at(10, month=4))) == [("end-test-missing", "step")]
    desk.record(TAIYUAN, made.arrival_id, step(TEST, at(10, 1, month=4), outcome=StepOutcome.POSITIVE))
    assert refused(desk, made, step(RELEASE, at(10, 2, month=4))) == [("end-test-positive", "step")]
    for each in (
        step(REFERRAL, at(10, 3, month=4), institution="H14010500001"),
        step(ISOLATION, at(12, 3, month=4), place="another point"),
        negative(at(13, month=4)),
    ):
        desk.record(TAIYUAN, made.arrival_id, each)
    released = desk.record(TAIYUAN, made.arrival_id, step(RELEASE, at(13, 5, month=4)))
    assert released.status is ArrivalStatus.RELEASED
    with pytest.raises(Conflict):
        desk.record(TAIYUAN, made.arrival_id, negative(at(14, month=4)))
    assert desk.record(TAIYUAN, made.arrival_id, step(RELEASE, at(13, 5, month=4))) == released


def test_a_first_test_after_48_hours_is_late_and_so_the_days_report_says(desk: Arrivals) -> None:
    made = followed(desk, *CARRIED, negative(at(29, 9)))
    assert made.first_test is not None
    assert made.first_test.is_late(Instant("2020-03-30T00:00:00.000000Z"))
    (before,) = desk.counts(PROVINCE, None, date(2020, 4, 20))
    assert before == CityCounts(AreaCode("140100"), 1, 1, 1, 0, 0, 0, 1)


@pytest.mark.parametrize("age", [0, 14, 70, 99])
def test_the_young_and_the_old_are_isolated_at_home_once_assessed(desk: Arrivals, age: int) -> None:
    made = followed(desk, step(ASSESSMENT, at(27, 9), age=age, outcome=StepOutcome.SUITABLE))
    assert (made.status, made.isolated_on) == (ArrivalStatus.AT_HOME, date(2020, 3, 27))


@pytest.mark.parametrize("age", [15, 69])
def test_nobody_of_another_age_is_isolated_at_home(desk: Arrivals, age: int) -> None:
    asked = step(ASSESSMENT, at(27, 9), age=age, outcome=StepOutcome.SUITABLE)
    assert refused(desk, followed(desk), asked) == [("home-isolation-age", "age")]


def test_who_is_found_unsuitable_for_home_is_not_isolated_there(desk: Arrivals) -> None:
    made = followed(desk, step(ASSESSMENT, at(27, 9), age=80, outcome=StepOutcome.UNSUITABLE))
    assert made.status is ArrivalStatus.REGISTERED


@pytest.mark.parametrize(
    ("wrong", "findings"),
    [
        (step(HANDOVER, at(27)), [("step-field-missing", "place")]),
        (step(RELEASE, at(27), reason="why"), [("step-field-unexpected", "reason")]),
        (step(TEST, at(27), outcome=StepOutcome.SUITABLE), [("step-outcome", "outcome")]),
        (negative(at(28)), [("not-isolated", "step")]),
        (step(HANDOVER, at(25), place=POINT), [("step-order", "at")]),
        (step(HANDOVER, at(25, month=4), place=POINT), [("date-in-future", "at")]),
        (step(REFERRAL, at(28), institution="H53010200002"), [("not-designated-for-treatment", "institution")]),
    ],
)
def test_a_step_that_does_not_fit_is_refused_with_its_field(desk: Arrivals, wrong: StepRequest, findings: Any) -> None:
    assert refused(desk, followed(desk), wrong) == findings


def test_the_same_entry_again_is_the_first_and_one_taken_back_may_be_made_anew(desk: Arrivals) -> None:
    made = desk.register(TAIYUAN, ENTERED)
    assert desk.register(PROVINCE, ENTERED) == made
    desk.record(TAIYUAN, made.arrival_id, step(WITHDRAWAL, at(28), reason="another passenger"))
    anew = desk.register(TAIYUAN, ENTERED)
    assert anew.arrival_id != made.arrival_id
    assert [each.arrival_id for each in desk.find(TAIYUAN, None, PageRequest(9)).items] == [
        anew.arrival_id, made.arrival_id,
    ]  # fmt: skip


def test_a_register_answers_for_the_days_between_entry_and_release_and_for_the_name(world: World) -> None:
    desk = world.system[Arrivals]
    world.clock.move_to(at(20, 4, month=4))
    made = followed(desk, *CARRIED, negative(at(28)), negative(at(10, month=4)), step(RELEASE, at(10, 5, month=4)))
    answers = world.system[RegisteredEntries]
    said = [answers.returned(made.person, made.name_key, date(2020, month, day)) for month, day in _DAYS]
    assert said == [False, True, True, False]
    assert not answers.returned(made.person, "another name", date(2020, 3, 28))


def patients_part(world: World, claim_id: ClaimId) -> str:
    shown = world.system[ReadClaim](hospital("H14010500001"), claim_id).determination
    assert shown is not None
    return str(shown["shares"]["patient"])


def test_a_late_entry_and_its_withdrawal_decide_a_settled_claim_again(world: World) -> None:
    """Settled while in no register, so finance paid; then registered; then taken back."""
    world.clock.move_to(at(20, 4, month=4))
    world.system[EnrolPerson](
        agency(AreaCode("140100")), enrolment(passport(1)["id_no"], insured_area=None, insurance=Insurance.NONE)
    )
    claim_id = world.system[SubmitClaim](hospital("H14010500001"), submission(returnee())).view.claim_id
    assert world.run_all() == ["Settled"]
    assert patients_part(world, claim_id) == "0.00"
    made = world.system[Arrivals].register(TAIYUAN, ENTERED)
    assert patients_part(world, claim_id) == "6000.00"
    world.system[Arrivals].record(TAIYUAN, made.arrival_id, step(WITHDRAWAL, at(28), reason="another passenger"))
    assert patients_part(world, claim_id) == "0.00"


_DAYS = ((3, 26), (3, 27), (4, 10), (4, 11))


def test_the_register_is_the_health_sides_of_the_place_and_no_one_elses(desk: Arrivals) -> None:
    made = desk.register(TAIYUAN, ENTERED)
    assert desk.read(AUDITOR, made.arrival_id) == desk.read(PROVINCE, made.arrival_id) == made
    assert desk.find(AUDITOR, None, PageRequest(9)).items == (made,)
    with pytest.raises(Forbidden):
        desk.register(agency(AreaCode("140100")), ENTERED)
    kunming = Principal("health", Role.HEALTH, "530100")
    for refuse in (
        lambda: desk.register(kunming, ENTERED),
        lambda: desk.read(kunming, made.arrival_id),
        lambda: desk.record(kunming, made.arrival_id, CARRIED[0]),
        lambda: desk.counts(kunming, AreaCode("140100"), date(2020, 4, 1)),
        lambda: desk.read(TAIYUAN, ArrivalId("arr_none")),
    ):
        with pytest.raises(NotFound):
            refuse()


def test_nothing_is_registered_where_or_when_no_provision_has_a_register(world: World) -> None:
    kunming = Principal("health", Role.HEALTH, "530100")
    world.clock.move_to(at(20, 4, month=4))
    with pytest.raises(Invalid) as found:
        world.system[Arrivals].register(kunming, replace(ENTERED, area=KUNMING))
    assert [each.code for each in found.value.findings] == ["arrivals-not-provided"]
    world.clock.move_to(at(25, 4))
    with pytest.raises(Invalid):
        world.system[Arrivals].register(TAIYUAN, replace(ENTERED, entered_on=date(2020, 3, 24)))
