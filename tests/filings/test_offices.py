"""Filings as the notices of 2020 order them: townships report, calls are kept, the insured place answers in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.claims.usecases.submit import PreviewClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.filings.usecases import Filings
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.time import SHANGHAI, instant
from chalicelib.kernel.words.ids import AreaCode, FilingId
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.model import FilingChannel, FilingKind
from chalicelib.registry.domain.requests import FilingRequest
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskKind, TaskStatus
from tests.filings.test_usecases import ordinary_stay
from tests.kit.areas import CHONGQING, DALI, DALIAN, KUNMING, WUHAN, YUZHONG
from tests.kit.memory.samples import AUDITOR, agency, enrolment, hospital, passport, stated, submission
from tests.kit.memory.world import World
from tests.kit.policy_sets import shipped_files, with_rule

PATIENT = passport(1)["id_no"]
PAGE = PageRequest(20)
FULING = Principal("office-3", Role.TOWNSHIP, "500102")
SATURDAY_NIGHT = datetime(2020, 2, 15, 23, 30, tzinfo=SHANGHAI)


def asked(area: AreaCode = KUNMING, **changes: Any) -> FilingRequest:
    request = FilingRequest(stated(PATIENT), area, FilingKind.TEMPORARY, FilingChannel.PHONE, date(2020, 2, 1), None)
    return replace(request, **changes)


def at(world: World, moment: datetime) -> World:
    world.clock.move_to(moment.astimezone(UTC))
    return world


def insured(world: World, area: AreaCode) -> World:
    at(world, SATURDAY_NIGHT)
    world.system[EnrolPerson](agency(area), enrolment(PATIENT, insured_area=area))
    return world


def duties(world: World, principal: Principal, status: TaskStatus = TaskStatus.OPEN) -> list[str]:
    found = world.system[TaskWork].find(principal, status, TaskKind.DUTY, PAGE).items
    return [task.duty.business for task in found if task.duty is not None]


def late(world: World, filing: FilingRecord) -> bool:
    assert filing.answer is not None
    return filing.answer.is_late(instant(world.clock.now()))


@pytest.mark.parametrize(
    ("area", "kind", "citation"),
    [
        ("500000", FilingKind.TEMPORARY, "cq-2020-3.4.1"),
        ("500000", FilingKind.EMERGENCY, "cq-2020-3.4.1"),
        ("210200", FilingKind.EMERGENCY, "dl-2020.1.3"),
        ("530100", FilingKind.LONG_TERM, "yn-2020-12.3.3-filing"),
    ],
)
def test_the_insured_place_has_a_day_to_answer_also_on_a_weekend(
    world: World, area: AreaCode, kind: FilingKind, citation: str
) -> None:
    """C-13, D-03, Y-05: filed late on a Saturday at another place's hospital, answered by the insured place."""
    insured(world, area)
    filed = world.system[Filings].record(hospital("H42010600001"), asked(WUHAN, kind=kind)).filing
    assert filed.answer is not None
    assert (filed.answer.rule.citation, filed.answer.due) == (
        citation,
        instant(SATURDAY_NIGHT.replace(day=16)),
    )
    assert len(duties(world, agency(area))) == 1
    assert duties(world, agency(WUHAN)) == [], "the treatment place has nothing to answer"
    at(world, SATURDAY_NIGHT.replace(day=16, hour=22))
    answered = world.system[Filings].confirm(agency(area), filed.filing_id)
    assert (duties(world, agency(area)), len(duties(world, agency(area), TaskStatus.DONE))) == ([], 1)
    assert world.system[Filings].confirm(agency(area), filed.filing_id) == answered
    assert not late(at(world, SATURDAY_NIGHT.replace(day=20)), answered)


def test_what_is_answered_after_a_day_stays_late_and_a_withdrawal_answers_too(world: World) -> None:
    insured(world, CHONGQING)
    filed = world.system[Filings].record(hospital(), asked()).filing
    at(world, SATURDAY_NIGHT.replace(day=17))
    assert late(world, filed)
    withdrawn = world.system[Filings].withdraw(agency(CHONGQING), filed.filing_id, "not known here").filing
    assert late(world, withdrawn)
    assert duties(world, agency(CHONGQING)) == []
    with pytest.raises(Conflict):
        world.system[Filings].confirm(agency(CHONGQING), filed.filing_id)


def test_only_the_insured_place_answers(world: World) -> None:
    insured(world, CHONGQING)
    filed = world.system[Filings].record(hospital(), asked()).filing
    for stranger in (agency(KUNMING), agency(DALIAN)):
        with pytest.raises(NotFound):
            world.system[Filings].confirm(stranger, filed.filing_id)
    for role in (hospital(), FULING, AUDITOR):
        with pytest.raises(Forbidden):
            world.system[Filings].confirm(role, filed.filing_id)
    with pytest.raises(NotFound):
        world.system[Filings].confirm(agency(CHONGQING), FilingId("fil_none"))


def test_a_call_at_night_is_kept_and_starts_the_clock_of_who_took_it(world: World) -> None:
    """D-03: the agency writes it down in the morning; had it waited two days, it would be late."""
    insured(world, DALIAN)
    kind, channel = FilingKind.EMERGENCY, FilingChannel.PHONE
    for recorded, expected in ((SATURDAY_NIGHT.replace(day=16, hour=9), False), (SATURDAY_NIGHT.replace(day=18), True)):
        at(world, recorded)
        request = asked(kind=kind, channel=channel, called_at=SATURDAY_NIGHT, ends_on=recorded.date())
        filed = world.system[Filings].record(agency(DALIAN), request).filing
        assert (filed.called_at, filed.called_on) == (instant(SATURDAY_NIGHT), date(2020, 2, 15))
        assert late(world, filed) is expected
        assert not filed.waits
    assert duties(world, agency(DALIAN)) == []


def test_backdated_filings_are_listed(world: World) -> None:
    insured(world, CHONGQING)
    filings = world.system[Filings]
    early = filings.record(agency(CHONGQING), asked(starts_on=date(2020, 2, 1))).filing
    filings.record(agency(CHONGQING), asked(starts_on=date(2020, 2, 15), kind=FilingKind.LONG_TERM))
    assert filings.of_subject(agency(CHONGQING), None, PAGE, backdated=True).items == (early,)
    assert len(filings.of_subject(agency(CHONGQING), None, PAGE).items) == 2


@pytest.mark.parametrize(
    ("principal", "changes"),
    [
        (hospital(), {"called_at": SATURDAY_NIGHT}),
        (agency(CHONGQING), {"called_at": SATURDAY_NIGHT, "channel": FilingChannel.COUNTER}),
        (agency(CHONGQING), {"called_at": SATURDAY_NIGHT.replace(day=17)}),
    ],
)
def test_a_call_is_told_by_who_took_it_on_the_phone_and_not_ahead(
    world: World, principal: Principal, changes: dict[str, Any]
) -> None:
    insured(world, CHONGQING)
    with pytest.raises(Invalid) as refused:
        world.system[Filings].record(principal, asked(**changes))
    assert [each.code for each in refused.value.findings] == ["called-at"]


# ---------------------------------------------------------------------- townships


@pytest.mark.parametrize("area", ["500102", "500000"])
def test_a_township_files_for_those_insured_in_its_district_and_reports_by_its_clock(
    world: World, area: AreaCode
) -> None:
    """C-05: the district bureau sees it at once, and has to answer it."""
    insured(world, area)
    filings = world.system[Filings]
    filed = filings.record(FULING, asked(called_at=SATURDAY_NIGHT.replace(hour=20))).filing
    assert filed.report is not None
    assert (filed.report.rule.citation, filed.report.is_late(instant(world.clock.now()))) == (
        "fl-2020-6.3-filing-clock",
        False,
    )
    assert filings.of_subject(agency(area), None, PAGE).items == (filed,)
    assert duties(world, agency(area)) == ["filing-answer"]
    assert filed.counts_from == date(2020, 2, 15), "from the day of the call, whatever day is asked for"


def test_a_township_sees_what_its_districts_offices_filed_and_nothing_else(world: World) -> None:
    insured(world, AreaCode("500102"))
    filings = world.system[Filings]
    filings.record(agency(AreaCode("500102")), asked())
    filings.record(hospital(), asked())
    own = filings.record(FULING, asked()).filing
    assert filings.of_subject(FULING, None, PAGE).items == (own,)
    assert filings.of_person(FULING, own.person, PAGE).items == (own,)
    elsewhere = Principal("office-1", Role.TOWNSHIP, "500103")
    assert filings.of_subject(elsewhere, None, PAGE).items == ()
    with pytest.raises(NotFound):
        filings.of_person(elsewhere, own.person, PAGE)
    with pytest.raises(NotFound):
        filings.withdraw(elsewhere, own.filing_id, "no")
    with pytest.raises(Forbidden):
        world.system[TaskWork].find(FULING, None, None, PAGE)
    assert filings.withdraw(FULING, own.filing_id, "called by mistake").filing.withdrawn is not None


def test_a_township_files_for_nobody_elses_insured(world: World) -> None:
    insured(world, KUNMING)
    with pytest.raises(NotFound):
        world.system[Filings].record(FULING, asked())


def test_where_no_notice_makes_townships_a_desk_they_are_told_so(world: World) -> None:
    insured(world, YUZHONG)
    with pytest.raises(Invalid) as refused:
        world.system[Filings].record(Principal("office-1", Role.TOWNSHIP, "500103"), asked())
    assert [each.code for each in refused.value.findings] == ["no-township-desk"]


# ---------------------------------------------------------------------- the requirement lifted (Y-05)


def paid(files: dict[str, bytes], *, filed: bool) -> tuple[str, set[str]]:
    """Return the basic fund's payment for a Dali resident's unprotected stay in Wuhan, and the notices that cut it."""
    world = at(World(compile_files(files)), datetime(2020, 4, 1, tzinfo=UTC))
    world.system[EnrolPerson](agency(DALI), enrolment(PATIENT, insured_area=DALI))
    if filed:
        world.system[Filings].record(agency(DALI), asked(WUHAN))
    stay = {**ordinary_stay(), "institution": "H42010600001"}
    shown = world.system[PreviewClaim](hospital("H42010600001"), submission(stay)).determination
    steps = [step for step in shown["steps"] if step["step"] == "remote-cut"]
    return shown["shares"]["basic"], {each["notice"] for step in steps for each in step["decided_by"]}


def test_where_a_prefecture_lifts_the_requirement_treatment_without_a_filing_counts_as_filed() -> None:
    """Dali's own provision has the effect of a filing, and is cited; Yunnan's alone has none."""
    lifted = with_rule(DALI, "filing-requirement", "{required: false}", "{remote: true}")
    shipped = shipped_files()
    assert float(paid(shipped, filed=False)[0]) < float(paid(shipped, filed=True)[0])
    amount, cited = paid(lifted, filed=False)
    assert amount == paid(lifted, filed=True)[0] == paid(shipped, filed=True)[0]
    assert "rule-532900-1" in cited
    assert "rule-532900-1" not in paid(lifted, filed=True)[1]
