"""Policy duties of institutions' systems: opened once, reported, confirmed by another person, and marked late."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.coding.domain import REMINDERS_MAX, CodingDutyId, CodingItem, CodingStatus
from chalicelib.coding.schemas import coding_file
from chalicelib.coding.usecases import CodingDuties, CodingFilter
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskStatus
from tests.kit.areas import CHONGQING, KUNMING, WEIHAI, YUZHONG
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import (
    a_named_hospital_of_chongqing_is_seen_to_by_its_district,
    a_named_hospital_of_fuling_adds_the_disease_and_maps_its_code,
    institutions_of_shandong_test_their_interfaces_and_bureaus_change_settings,
)
from tests.kit.worked_cases import shipped_bundle

FULING = hospital("H50010200001")
BUREAU = Principal("bureau", Role.AGENCY, "500102")
FIRST = PageRequest(200)
ALL = CodingFilter()


@pytest.fixture(name="coding")
def fixture_coding(world: World) -> CodingDuties:
    world.clock.move_to(datetime(2020, 2, 3, 4, tzinfo=UTC))
    return world.system[CodingDuties]


def opened(coding: CodingDuties) -> CodingDutyId:
    """Return the id of the only duty of the hospital of Fuling."""
    coding.open(BUREAU)
    (duty,) = coding.find(FULING, ALL, FIRST).items
    return duty.duty_id


@pytest.mark.shows("C-02")
@pytest.mark.shows("C-23")
@pytest.mark.shows("S-19")
def test_each_notice_asks_its_institutions_and_says_who_sees_to_it() -> None:
    a_named_hospital_of_fuling_adds_the_disease_and_maps_its_code(shipped_bundle())
    a_named_hospital_of_chongqing_is_seen_to_by_its_district(shipped_bundle())
    institutions_of_shandong_test_their_interfaces_and_bureaus_change_settings(shipped_bundle())


def test_a_duty_is_opened_once_by_the_bureau_or_at_night_also_once_it_is_done(coding: CodingDuties) -> None:
    assert coding.open(BUREAU) == 1
    assert coding.open(BUREAU) == 0
    assert coding.open_everywhere() > 0
    assert coding.open_everywhere() == 0
    duty_id = opened(coding)
    coding.report(FULING, duty_id, "mapped")
    coding.decide(BUREAU, duty_id, approve=True, reason=None)
    assert (coding.open(BUREAU), coding.open_everywhere()) == (0, 0)
    assert coding.read(FULING, duty_id).status is CodingStatus.DONE


def test_the_duty_of_a_code_is_the_same_whichever_notice_asks_for_it(world: World) -> None:
    """Chongqing asks from 23 January on, Fuling passes it on from the 27th."""
    world.clock.move_to(datetime(2020, 1, 24, 4, tzinfo=UTC))
    coding = world.system[CodingDuties]
    assert coding.open(BUREAU) == 1
    (duty,) = coding.find(FULING, ALL, FIRST).items
    assert duty.citation.startswith("cq-2020-3")
    world.clock.move_to(datetime(2020, 2, 3, 4, tzinfo=UTC))
    assert coding.open(BUREAU) == 0


def test_a_report_is_the_same_again_and_another_one_has_to_wait_until_it_is_sent_back(coding: CodingDuties) -> None:
    duty_id = opened(coding)
    reported = coding.report(FULING, duty_id, "mapped")
    assert coding.report(FULING, duty_id, "mapped") == reported
    for again in (FULING, Principal("other", Role.HOSPITAL, FULING.subject)):
        with pytest.raises(Conflict):
            coding.report(again, duty_id, "mapped otherwise")
    returned = coding.decide(BUREAU, duty_id, approve=False, reason="no protocol")
    assert (returned.status, returned.clock.stopped) == (CodingStatus.OPEN, None)
    assert [(each.because, each.evidence) for each in returned.sent_back] == [("no protocol", "mapped")]
    assert coding.decide(BUREAU, duty_id, approve=False, reason="no protocol") == returned
    reported_again = coding.report(FULING, duty_id, "mapped, protocol 7")
    assert reported_again.sent_back == returned.sent_back
    done = coding.decide(BUREAU, duty_id, approve=True, reason=None)
    assert coding.decide(BUREAU, duty_id, approve=True, reason=None) == done
    with pytest.raises(Conflict):
        coding.decide(BUREAU, duty_id, approve=False, reason="too late")


def test_nothing_is_decided_before_it_is_reported_nor_sent_back_without_a_reason(coding: CodingDuties) -> None:
    duty_id = opened(coding)
    with pytest.raises(Conflict):
        coding.decide(BUREAU, duty_id, approve=True, reason=None)
    coding.report(FULING, duty_id, "mapped")
    with pytest.raises(Invalid):
        coding.decide(BUREAU, duty_id, approve=False, reason=" ")


def test_a_bureaus_own_settings_are_confirmed_by_a_second_person(world: World) -> None:
    world.clock.move_to(datetime(2023, 1, 10, 4, tzinfo=UTC))
    coding, weihai = world.system[CodingDuties], agency(WEIHAI)
    coding.open(weihai)
    (duty,) = coding.find(weihai, CodingFilter(item=CodingItem.POLICY_SETTINGS), FIRST).items
    coding.report(weihai, duty.duty_id, "parameters of 8 January loaded")
    with pytest.raises(OwnAct):
        coding.decide(weihai, duty.duty_id, approve=True, reason=None)
    second = Principal("second", Role.AGENCY, "371000")
    assert coding.decide(second, duty.duty_id, approve=True, reason=None).status is CodingStatus.DONE
    with pytest.raises(NotFound):
        coding.report(hospital("H37100200001"), duty.duty_id, "not ours")


def test_who_owes_reports_who_sees_to_it_decides_and_reminds_and_others_find_nothing(coding: CodingDuties) -> None:
    duty_id = opened(coding)
    for stranger in (hospital("H50010300002"), BUREAU):
        with pytest.raises(NotFound):
            coding.report(stranger, duty_id, "mapped")
    coding.report(FULING, duty_id, "mapped")
    for stranger in (agency(YUZHONG), agency(CHONGQING)):
        with pytest.raises(NotFound):
            coding.decide(stranger, duty_id, approve=True, reason=None)
    assert coding.read(agency(CHONGQING), duty_id).duty_id == duty_id
    for reader in (agency(KUNMING), hospital("H50010300002")):
        with pytest.raises(NotFound):
            coding.read(reader, duty_id)


def test_a_reminder_is_kept_once_a_day_and_not_for_what_is_reported(coding: CodingDuties, world: World) -> None:
    duty_id = opened(coding)
    reminded = coding.remind(BUREAU, duty_id, "finish")
    assert coding.remind(BUREAU, duty_id, "finish") == reminded
    world.clock.move_to(datetime(2020, 2, 4, 4, tzinfo=UTC))
    assert len(coding.remind(BUREAU, duty_id, "finish").reminders) == 2
    for number in range(REMINDERS_MAX - 2):
        coding.remind(BUREAU, duty_id, f"finish {number}")
    with pytest.raises(Conflict):
        coding.remind(BUREAU, duty_id, "finish at last")
    coding.report(FULING, duty_id, "mapped")
    with pytest.raises(Conflict):
        coding.remind(BUREAU, duty_id, "finish")


def test_what_is_late_is_listed_and_stands_on_the_work_list_of_the_bureau(coding: CodingDuties, world: World) -> None:
    """Five working days from 27 January 2020, whose holiday ran to 2 February: the 7th is the last day."""
    duty_id = opened(coding)
    late = CodingFilter(late=True)
    world.clock.move_to(datetime(2020, 2, 7, 15, 59, tzinfo=UTC))
    assert coding.find(BUREAU, late, FIRST).items == ()
    world.clock.move_to(datetime(2020, 2, 7, 16, tzinfo=UTC))
    assert [each.duty_id for each in coding.find(BUREAU, late, FIRST).items] == [duty_id]
    tasks = world.system[TaskWork]
    (task,) = tasks.find(BUREAU, TaskStatus.OPEN, None, FIRST).items
    assert task.duty is not None
    assert (task.owner, task.duty.subject_id, task.duty.clock.is_late(Instant("2020-02-07T16:00:00.000000Z"))) == (
        Role.HOSPITAL,
        duty_id,
        True,
    )
    assert tasks.find(FULING, TaskStatus.OPEN, None, FIRST).items == (task,)
    coding.report(FULING, duty_id, "mapped")
    (task,) = tasks.find(BUREAU, TaskStatus.OPEN, None, FIRST).items
    assert task.owner is Role.AGENCY
    coding.decide(BUREAU, duty_id, approve=True, reason=None)
    assert tasks.find(BUREAU, TaskStatus.OPEN, None, FIRST).items == ()
    assert [each.duty_id for each in coding.find(BUREAU, late, FIRST).items] == [duty_id], "it was reported too late"


def test_duties_are_listed_by_institution_area_state_and_kind_and_as_a_file(coding: CodingDuties, world: World) -> None:
    duty_id = opened(coding)
    for principal, wanted in (
        (BUREAU, ALL),
        (BUREAU, CodingFilter(status=CodingStatus.OPEN, item=CodingItem.DISEASE_MAPPING)),
        (agency(CHONGQING), CodingFilter(institution=InstitutionCode("H50010200001"))),
        (AUDITOR, CodingFilter(area=AreaCode("500102"))),
    ):
        assert [each.duty_id for each in coding.find(principal, wanted, FIRST).items] == [duty_id]
    assert coding.find(BUREAU, CodingFilter(status=CodingStatus.DONE), FIRST).items == ()
    with pytest.raises(NotFound):
        coding.find(BUREAU, CodingFilter(institution=InstitutionCode("H50019900001")), FIRST)
    with pytest.raises(NotFound):
        coding.find(BUREAU, CodingFilter(area=YUZHONG), FIRST)
    text = coding_file(coding.find(BUREAU, ALL, FIRST).items, world.clock.now()).as_csv().decode("utf-8-sig")
    heading, row = text.splitlines()
    assert heading.startswith("编号 duty,事项 item")
    assert row.startswith(f"{duty_id},disease-mapping,B99.900,H50010200001,'500102,open")
