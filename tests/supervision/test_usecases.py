"""Reviews find, matters are taken up, answered and closed by another person, and offices inspect together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.settlement.usecases.reverse import ReverseClaim
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.supervision.domain.inspections import InspectionOutcome, InspectionStatus
from chalicelib.supervision.domain.matters import MatterOutcome, MatterStatus, SuspiciousMatter
from chalicelib.supervision.domain.signs import SupervisionRule
from chalicelib.supervision.schemas import matter_file
from chalicelib.supervision.tables import MATTERS
from chalicelib.supervision.usecases.follow import MatterFilter, Supervision
from chalicelib.supervision.usecases.inspect import InspectionRequest, Inspections
from chalicelib.supervision.usecases.look import in_transactions
from chalicelib.supervision.usecases.nightly import ReviewNight
from chalicelib.supervision.usecases.review import ReviewClaims
from chalicelib.worklist.domain import TaskStatus
from tests.kit.areas import KUNMING
from tests.kit.instances import instance
from tests.kit.memory.samples import AUDITOR, agency, body, enrol_sample, hospital, passport, submission
from tests.kit.memory.world import World
from tests.kit.service_behaviours import (
    a_service_charged_twice_a_day_in_chongqing_is_picked_out,
    weihais_bureau_and_finance_inspect_together,
)
from tests.kit.worked_cases import shipped_bundle

HERE, CHONGQING, WEIHAI = InstitutionCode("H50010300002"), AreaCode("500000"), AreaCode("371000")
BUREAU, SECOND = agency(CHONGQING), Principal("second", Role.AGENCY, CHONGQING)
TODAY = date(2026, 11, 21)
FIRST = PageRequest(200)
ALL = MatterFilter()


@pytest.fixture(name="twice")
def fixture_twice(world: World) -> str:
    """Return the id of a settled claim with one scan twice on one day."""
    sent = body("chongqing-price-ceilings")
    enrol_sample(world, sent["patient"]["id_no"])
    return send(world, sent)


def send(world: World, sent: dict[str, Any], **changed: Any) -> str:
    scans = [
        {
            "no": no,
            "code": "210300001",
            "name": "CT",
            "date": "2020-02-06",
            "quantity": "1",
            "price": "300.00",
            "amount": "300.00",
        }
        for no in (1, 2)
    ]
    received = world.system[SubmitClaim](hospital(HERE), submission({**sent, "lines": scans, **changed}))
    world.run_all()
    return received.view.claim_id


def found(world: World) -> SuspiciousMatter:
    world.system[ReviewClaims](BUREAU, TODAY, TODAY)
    (matter,) = world.system[Supervision].find(BUREAU, ALL, FIRST).items
    return matter


@pytest.mark.shows("C-18")
@pytest.mark.shows("W-02")
def test_what_looks_wrong_is_picked_out_and_offices_inspect_together() -> None:
    a_service_charged_twice_a_day_in_chongqing_is_picked_out(shipped_bundle())
    weihais_bureau_and_finance_inspect_together(shipped_bundle())


def test_a_review_says_how_many_it_looked_at_and_again_finds_the_same_matters(world: World, twice: str) -> None:
    review = world.system[ReviewClaims](BUREAU, TODAY, TODAY)
    assert (review.claims, review.matters, len(review.citations)) == (1, 1, 6)
    (matter,) = world.system[Supervision].find(BUREAU, ALL, FIRST).items
    assert (matter.claim_id, matter.rule, matter.status) == (twice, SupervisionRule.REPEATED_ITEM, MatterStatus.FOUND)
    world.system[Supervision].ask(BUREAU, matter.matter_id, "why twice?")
    world.clock.move_to(datetime(2026, 11, 21, 5, tzinfo=UTC))
    again = world.system[ReviewClaims](BUREAU, TODAY, TODAY)
    assert (again.matters, again.review_id == review.review_id) == (1, False)
    assert world.system[Supervision].read(BUREAU, matter.matter_id).status is MatterStatus.ASKED
    assert world.system[Supervision].reviewed(BUREAU, None, FIRST).items == (again, review)


def test_open_claims_are_looked_at_and_what_is_over_is_not(world: World, twice: ClaimId) -> None:
    world.system[ReverseClaim](hospital(HERE), twice, "billed twice")
    assert world.system[ReviewClaims](BUREAU, TODAY, TODAY).claims == 0
    assert send(world, body("chongqing-price-ceilings"), claim_no="OPEN", patient=passport(1)), "it is deferred"
    world.clock.move_to(datetime(2026, 11, 21, 5, tzinfo=UTC))
    review = world.system[ReviewClaims](BUREAU, TODAY, TODAY)
    assert (review.claims, review.matters) == (1, 1)


def test_the_nightly_review_looks_at_yesterday_in_every_area_that_has_rules(world: World, twice: str) -> None:
    assert world.system[ReviewNight]() == 0
    world.clock.move_to(datetime(2026, 11, 21, 17, 59, tzinfo=UTC))
    assert world.system[ReviewNight]() == 0, "it is not yet two in the morning"
    world.clock.move_to(datetime(2026, 11, 21, 18, tzinfo=UTC))
    assert world.system[ReviewNight]() == 2, "the claim is looked at in each pass"
    assert world.system[ReviewNight]() == 0, "the day is done"
    (matter,) = world.system[Supervision].find(BUREAU, ALL, FIRST).items
    assert matter.claim_id == twice
    night, *_ = world.system[Supervision].reviewed(BUREAU, None, FIRST).items
    assert (night.by, night.from_on, night.to_on) == (None, TODAY, TODAY)


@pytest.mark.parametrize(
    ("who", "days", "code"),
    [
        (BUREAU, (date(2026, 11, 21), date(2026, 11, 20)), "review-days"),
        (BUREAU, (date(2026, 11, 21), date(2026, 11, 22)), "review-days"),
        (agency(KUNMING), (TODAY, TODAY), "review-not-provided"),
    ],
)
def test_a_review_of_days_to_come_or_where_nothing_is_looked_for_is_refused(
    world: World, who: Principal, days: tuple[date, date], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        world.system[ReviewClaims](who, *days)
    assert [each.code for each in refused.value.findings] == [code]


def test_more_claims_than_one_call_can_look_at_are_refused_as_a_whole(
    world: World, twice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.supervision.usecases.review.CLAIMS_AT_ONCE_MAX", 0)
    with pytest.raises(Invalid) as refused:
        world.system[ReviewClaims](BUREAU, TODAY, TODAY)
    assert [each.code for each in refused.value.findings] == ["review-too-many"]
    assert world.system[Supervision].find(BUREAU, ALL, FIRST).items == ()
    assert twice


def test_a_matter_is_taken_up_answered_and_closed_and_each_step_is_the_same_again(world: World, twice: str) -> None:
    matter, follow = found(world), world.system[Supervision]
    with pytest.raises(NotFound):
        follow.read(hospital(HERE), matter.matter_id)
    with pytest.raises(Conflict):
        follow.close(SECOND, matter.matter_id, MatterOutcome.NOTHING, "harmless")
    asked = follow.ask(BUREAU, matter.matter_id, "why twice?")
    assert follow.ask(BUREAU, matter.matter_id, "why twice?") == asked
    with pytest.raises(Conflict):
        follow.ask(BUREAU, matter.matter_id, "another question")
    (task,) = world.system[TaskWork].find(hospital(HERE), TaskStatus.OPEN, None, FIRST).items
    assert (task.owner, task.duty and task.duty.subject_id) == (Role.HOSPITAL, matter.matter_id)
    with pytest.raises(NotFound):
        follow.answer(hospital("H50010200001"), matter.matter_id, "not ours")
    answered = follow.answer(hospital(HERE), matter.matter_id, "after a fall")
    assert follow.answer(hospital(HERE), matter.matter_id, "after a fall") == answered
    with pytest.raises(Conflict):
        follow.answer(hospital(HERE), matter.matter_id, "another answer")
    with pytest.raises(OwnAct):
        follow.close(BUREAU, matter.matter_id, MatterOutcome.NOTHING, "the record shows it")
    closed = follow.close(SECOND, matter.matter_id, MatterOutcome.NOTHING, "the record shows it")
    assert follow.close(SECOND, matter.matter_id, MatterOutcome.NOTHING, "the record shows it") == closed
    with pytest.raises(Conflict):
        follow.close(SECOND, matter.matter_id, MatterOutcome.PASSED_ON, "to the police")
    assert world.system[TaskWork].find(BUREAU, TaskStatus.OPEN, None, FIRST).items == ()
    assert closed.claim_id == twice


def test_a_recovery_needs_that_the_claim_was_put_right_since(world: World, twice: ClaimId) -> None:
    matter, follow = found(world), world.system[Supervision]
    follow.ask(BUREAU, matter.matter_id, "why twice?")
    with pytest.raises(Invalid) as refused:
        follow.close(SECOND, matter.matter_id, MatterOutcome.RECOVERY, "billed twice")
    assert [each.code for each in refused.value.findings] == ["claim-not-put-right"]
    world.system[ReverseClaim](hospital(HERE), twice, "billed twice")
    closed = follow.close(SECOND, matter.matter_id, MatterOutcome.RECOVERY, "billed twice")
    assert closed.outcome is MatterOutcome.RECOVERY


def test_matters_are_listed_by_area_state_rule_outcome_and_institution_and_as_a_file(world: World, twice: str) -> None:
    matter, follow = found(world), world.system[Supervision]
    for wanted in (
        MatterFilter(status=MatterStatus.FOUND),
        MatterFilter(rule=SupervisionRule.REPEATED_ITEM),
        MatterFilter(institution=HERE),
    ):
        assert follow.find(BUREAU, wanted, FIRST).items == (matter,)
    for wanted in (
        MatterFilter(status=MatterStatus.CLOSED),
        MatterFilter(rule=SupervisionRule.FAR_PRICE),
        MatterFilter(outcome=MatterOutcome.NOTHING),
        MatterFilter(institution=InstitutionCode("H50010200001")),
    ):
        assert follow.find(BUREAU, wanted, FIRST).items == ()
    assert follow.find(AUDITOR, MatterFilter(area=CHONGQING), FIRST).items == (matter,)
    assert follow.find(hospital(HERE), ALL, FIRST).items == ()
    asked = follow.ask(BUREAU, matter.matter_id, "why twice?")
    assert follow.find(hospital(HERE), ALL, FIRST).items == (asked,)
    with pytest.raises(NotFound):
        follow.find(agency(KUNMING), MatterFilter(area=CHONGQING), FIRST)
    row = matter_file((asked,)).as_csv().decode("utf-8-sig").splitlines()[1]
    assert row.startswith(f"{matter.matter_id},repeated-item,")
    assert twice in row


ASKED = InspectionRequest(("H37100200001",), date(2023, 1, 8), date(2023, 1, 31), "the first month", ())
FINANCE = Principal("treasurer", Role.FINANCE, WEIHAI)


def test_an_institution_is_looked_up_beside_a_rule_an_outcome_and_a_status(world: World, twice: str) -> None:
    matter, follow = found(world), world.system[Supervision]
    at_once = MatterFilter(MatterStatus.FOUND, SupervisionRule.REPEATED_ITEM, None, CHONGQING, HERE)
    assert twice in {each.claim_id for each in follow.find(AUDITOR, at_once, FIRST).items}
    follow.ask(BUREAU, matter.matter_id, "why twice?")
    closed = follow.close(SECOND, matter.matter_id, MatterOutcome.NOTHING, "two scans were made")
    assert follow.find(AUDITOR, at_once, FIRST).items == ()
    ended = replace(at_once, status=MatterStatus.CLOSED, outcome=MatterOutcome.NOTHING)
    assert follow.find(AUDITOR, ended, FIRST).items == (closed,)
    assert follow.find(AUDITOR, replace(ended, rule=SupervisionRule.FAR_PRICE), FIRST).items == ()


def test_matters_of_any_number_of_areas_fit_the_transactions_that_write_them() -> None:
    made = instance(SuspiciousMatter)
    areas = [tuple(AreaCode(f"{number:06}") for number in range(size)) for size in (1, 3, 3, 7, 12, 2) * 9]
    new = {"status": MatterStatus.FOUND, "outcome": None}
    matters = [replace(made, matter_id=f"mat_{no}", areas=each, **new) for no, each in enumerate(areas)]
    parts = list(in_transactions(matters))
    assert [matter for part in parts for matter in part] == matters
    items = [sum(1 + len(list(MATTERS.copies(matter))) for matter in part) for part in parts]
    assert max(items) <= 100
    assert sum(items) > 50 * len(items)


def test_an_inspection_closes_once_each_office_took_part_by_a_person_of_its_own(world: World) -> None:
    inspect = world.system[Inspections]
    opened = inspect.open(agency(WEIHAI), ASKED)
    assert inspect.open(Principal("other", Role.AGENCY, WEIHAI), ASKED) == opened
    with pytest.raises(Invalid) as refused:
        inspect.close(agency(WEIHAI), opened.inspection_id, InspectionOutcome.NOTHING, "all in order")
    assert [each.code for each in refused.value.findings] == ["inspection-not-joint"]
    inspect.join(Principal("clerk", Role.FINANCE, WEIHAI), opened.inspection_id)
    with pytest.raises(Invalid):
        inspect.close(agency(WEIHAI), opened.inspection_id, InspectionOutcome.NOTHING, "all in order")
    joined = inspect.join(FINANCE, opened.inspection_id)
    assert inspect.join(FINANCE, opened.inspection_id) == joined
    closed = inspect.close(FINANCE, opened.inspection_id, InspectionOutcome.RECTIFY, "two bills mended")
    assert inspect.close(FINANCE, opened.inspection_id, InspectionOutcome.RECTIFY, "two bills mended") == closed
    with pytest.raises(Conflict):
        inspect.close(FINANCE, opened.inspection_id, InspectionOutcome.NOTHING, "all in order")
    with pytest.raises(Conflict):
        inspect.join(Principal("late", Role.HEALTH, WEIHAI), opened.inspection_id)
    assert inspect.read(AUDITOR, opened.inspection_id) == closed


def test_an_inspection_needs_its_provision_its_area_s_institutions_and_their_matters(world: World, twice: str) -> None:
    inspect, matter = world.system[Inspections], found(world)
    wrong = {
        "inspection-not-provided": (agency(KUNMING), ASKED),
        "inspection-institution": (agency(WEIHAI), InspectionRequest((HERE,), ASKED.from_on, ASKED.to_on, "x", ())),
        "inspection-matter": (
            agency(WEIHAI),
            InspectionRequest(ASKED.institutions, ASKED.from_on, ASKED.to_on, "x", (matter.matter_id,)),
        ),
        "period-order": (agency(WEIHAI), InspectionRequest(ASKED.institutions, ASKED.to_on, ASKED.from_on, "x", ())),
    }
    for code, (who, request) in wrong.items():
        with pytest.raises(Invalid) as refused:
            inspect.open(who, request)
        assert [each.code for each in refused.value.findings] == [code]
    assert twice


def test_inspections_are_listed_for_the_offices_of_their_area(world: World) -> None:
    inspect = world.system[Inspections]
    opened = inspect.open(agency(WEIHAI), ASKED)
    for who, area in ((FINANCE, None), (Principal("h", Role.HEALTH, WEIHAI), None), (AUDITOR, WEIHAI)):
        assert inspect.find(who, InspectionStatus.OPEN, area, FIRST).items == (opened,)
        assert inspect.find(who, InspectionStatus.CLOSED, area, FIRST).items == ()
    with pytest.raises(NotFound):
        inspect.read(agency(KUNMING), opened.inspection_id)
    with pytest.raises(NotFound):
        inspect.find(FINANCE, None, KUNMING, FIRST)
