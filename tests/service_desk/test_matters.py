"""DeskMatters are handled as the provisions of the place and day say, come back when they may, and are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind, Urgency, Way
from chalicelib.service_desk.domain.matters import DeskMatter, DeskMatterStatus
from chalicelib.service_desk.ports import DeskCountStore
from chalicelib.service_desk.usecases.appoint import AppointmentRequest, Appointments
from chalicelib.service_desk.usecases.matters import DeskMatters
from chalicelib.service_desk.usecases.resume import ResumePostponed
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskKind, TaskStatus
from tests.kit.areas import DALI
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import (
    an_admitting_hospital_has_a_green_channel_and_what_can_wait_is_postponed,
    dalian_does_fourteen_services_by_fax_and_counts_them,
    dalian_postpones_five_kinds_but_for_who_cannot_wait,
    matter,
    shandong_handles_each_of_five_kinds_in_its_own_way,
    yunnan_handles_a_patients_matter_at_once_and_takes_papers_later,
)
from tests.kit.worked_cases import shipped_bundle

DALIAN, KUNMING, WEIHAI = agency(AreaCode("210200")), agency(AreaCode("530100")), agency(AreaCode("371000"))
FIRST = PageRequest(50)
LATE = matter(kind=DeskMatterKind.ACCOUNT_WITHDRAWAL, channel=Channel.PHONE)
PLACE = AppointmentRequest("3", date(2020, 2, 12), "09:30", Channel.PHONE, "an operation")


@dataclass
class Desk:
    world: World

    @property
    def matters(self) -> DeskMatters:
        return self.world.system[DeskMatters]

    @property
    def appointments(self) -> Appointments:
        return self.world.system[Appointments]

    def at(self, day: date, hour: int = 4) -> None:
        self.world.clock.move_to(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))

    def duties(self, principal: Principal, status: TaskStatus) -> list[str]:
        found = self.world.system[TaskWork].find(principal, status, TaskKind.DUTY, FIRST).items
        return [each.duty.subject_id for each in found if each.duty is not None]


@pytest.fixture(name="desk")
def fixture_desk(world: World) -> Desk:
    desk = Desk(world)
    desk.at(date(2020, 2, 10))
    return desk


def codes(refused: pytest.ExceptionInfo[Invalid] | pytest.ExceptionInfo[Conflict]) -> list[str]:
    return [each.code for each in refused.value.findings]


@pytest.mark.shows("N-11")
@pytest.mark.shows("D-09")
@pytest.mark.shows("D-12")
@pytest.mark.shows("S-16")
@pytest.mark.shows("Y-18")
def test_each_notice_has_matters_handled_in_its_own_way() -> None:
    an_admitting_hospital_has_a_green_channel_and_what_can_wait_is_postponed(shipped_bundle())
    dalian_does_fourteen_services_by_fax_and_counts_them(shipped_bundle())
    dalian_postpones_five_kinds_but_for_who_cannot_wait(shipped_bundle())
    shandong_handles_each_of_five_kinds_in_its_own_way(shipped_bundle())
    yunnan_handles_a_patients_matter_at_once_and_takes_papers_later(shipped_bundle())


def test_a_way_that_no_provision_names_is_refused_and_the_counter_never_is(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.matters.record(KUNMING, matter(channel=Channel.FAX))
    assert codes(refused) == ["channel-not-provided"]
    desk.at(date(2019, 12, 2))
    with pytest.raises(Invalid):
        desk.matters.record(KUNMING, matter(channel=Channel.WEB))
    plain = desk.matters.record(KUNMING, matter()).matter
    assert (plain.handling.way, plain.handling.citations, plain.clock.due) == (Way.ORDINARY, (), None)


def test_what_comes_after_its_deadline_and_before_its_papers_needs_a_provision(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.matters.record(KUNMING, matter(papers_missing=("invoice",)))
    assert codes(refused) == ["papers-missing"]
    desk.at(date(2019, 12, 2))
    with pytest.raises(Invalid) as refused:
        desk.matters.record(KUNMING, matter(deadline_on=date(2019, 12, 1)))
    assert codes(refused) == ["after-deadline"]
    with pytest.raises(Invalid) as refused:
        desk.matters.record(KUNMING, matter(came_on=date(2019, 12, 3)))
    assert codes(refused) == ["came-later"]


def test_the_same_number_and_content_again_is_the_first_matter_and_counted_once(desk: Desk) -> None:
    first = desk.matters.record(DALIAN, LATE)
    assert desk.matters.record(DALIAN, LATE) == first
    with pytest.raises(Conflict) as refused:
        desk.matters.record(DALIAN, matter())
    assert codes(refused) == ["matter-no-taken"]
    (counted,) = desk.world.ports[DeskCountStore].between(AreaCode("210200"), date(2020, 2, 10), date(2020, 2, 10))
    assert (counted.kind, counted.channel, counted.received) == (DeskMatterKind.ACCOUNT_WITHDRAWAL, Channel.PHONE, 1)


@pytest.mark.shows("D-12")
def test_what_was_postponed_comes_back_on_the_day_the_epidemic_is_lifted_and_not_before(desk: Desk) -> None:
    made = desk.matters.record(DALIAN, LATE).matter
    assert (made.status, desk.duties(DALIAN, TaskStatus.OPEN)) == (DeskMatterStatus.POSTPONED, [])
    desk.at(date(2023, 1, 7))
    assert desk.world.system[ResumePostponed]() == 0
    desk.at(date(2023, 1, 8))
    assert desk.world.system[ResumePostponed]() == 1
    assert desk.world.system[ResumePostponed]() == 0
    assert desk.duties(DALIAN, TaskStatus.OPEN) == [made.matter_id]
    assert desk.matters.read(DALIAN, made.matter_id).matter.status is DeskMatterStatus.OPEN


@pytest.mark.shows("S-16")
def test_what_can_wait_in_shandong_waits_until_the_day_of_the_notice(desk: Desk) -> None:
    desk.at(date(2023, 2, 1))
    made = desk.matters.record(WEIHAI, matter(urgency=Urgency.DEFERRABLE))
    assert (made.matter.status, made.resumes_on) == (DeskMatterStatus.POSTPONED, date(2023, 3, 31))
    desk.at(date(2023, 3, 31))
    assert desk.world.system[ResumePostponed]() == 1
    after = desk.matters.record(WEIHAI, matter(matter_no="JB-2", urgency=Urgency.DEFERRABLE)).matter
    assert after.handling.way is Way.ORDINARY


@pytest.mark.shows("D-12")
def test_whoever_cannot_wait_gets_one_place_that_nobody_else_gets(desk: Desk) -> None:
    made = desk.matters.record(DALIAN, LATE).matter
    other = desk.matters.record(DALIAN, matter(matter_no="JB-2", kind=DeskMatterKind.MATERNITY_BENEFIT)).matter
    booked = desk.appointments.book(DALIAN, made.matter_id, PLACE)
    assert desk.appointments.book(DALIAN, made.matter_id, PLACE) == booked
    assert desk.duties(DALIAN, TaskStatus.OPEN) == [made.matter_id]
    with pytest.raises(Conflict) as refused:
        desk.appointments.book(DALIAN, other.matter_id, PLACE)
    assert codes(refused) == ["place-taken"]
    cancelled = desk.appointments.cancel(DALIAN, booked.appointment_id, "another day")
    assert desk.appointments.cancel(DALIAN, booked.appointment_id, "again") == cancelled
    taken = desk.appointments.book(DALIAN, other.matter_id, PLACE)
    assert desk.appointments.find(DALIAN, None, date(2020, 2, 12), FIRST).items[-1].matter_id in {
        made.matter_id,
        other.matter_id,
    }
    desk.matters.withdraw(DALIAN, other.matter_id, "paid already")
    again = desk.appointments.book(DALIAN, made.matter_id, PLACE)
    assert again.appointment_id not in {booked.appointment_id, taken.appointment_id}


def test_an_appointment_is_only_for_what_is_handled_so_and_by_the_way_named(desk: Desk) -> None:
    plain = desk.matters.record(DALIAN, matter(matter_no="JB-3")).matter
    with pytest.raises(Conflict) as refused:
        desk.appointments.book(DALIAN, plain.matter_id, PLACE)
    assert codes(refused) == ["appointment-not-provided"]
    late = desk.matters.record(DALIAN, LATE).matter
    for channel, day, code in (
        (Channel.MAIL, date(2020, 2, 12), "appointment-channel"),
        (Channel.PHONE, date(2020, 2, 9), "appointment-day"),
    ):
        with pytest.raises(Invalid) as wrong:
            desk.appointments.book(DALIAN, late.matter_id, AppointmentRequest("3", day, "09:30", channel, "now"))
        assert codes(wrong) == [code]


def test_an_urgent_matter_of_a_postponed_kind_is_finished_only_after_an_appointment(desk: Desk) -> None:
    made = desk.matters.record(DALIAN, matter(kind=DeskMatterKind.PENSION_REPORTING, urgency=Urgency.URGENT)).matter
    with pytest.raises(Conflict) as refused:
        desk.matters.finish(DALIAN, made.matter_id, "reported", None, ())
    assert codes(refused) == ["appointment-first"]
    desk.appointments.book(DALIAN, made.matter_id, PLACE)
    assert finished(desk, DALIAN, made).status is DeskMatterStatus.FINISHED


def finished(desk: Desk, principal: Principal, made: DeskMatter, assurance: str | None = None) -> DeskMatter:
    return desk.matters.finish(principal, made.matter_id, "done", assurance, ()).matter


def test_a_worry_is_over_once_it_is_said_to_be_removed(desk: Desk) -> None:
    desk.at(date(2023, 1, 14))
    made = desk.matters.record(WEIHAI, matter(urgency=Urgency.WORRY)).matter
    with pytest.raises(Conflict) as refused:
        finished(desk, WEIHAI, made)
    assert codes(refused) == ["assurance-missing"]
    assert finished(desk, WEIHAI, made, "the bill was checked").assurance == "the bill was checked"


@pytest.mark.shows("Y-18")
def test_a_patients_matter_in_yunnan_is_late_after_eight_hours_of_a_saturday(desk: Desk) -> None:
    desk.at(date(2020, 2, 8), 2)
    made = desk.matters.record(KUNMING, matter(of_patient=True, papers_missing=("invoice", "list"))).matter
    assert made.clock.due == "2020-02-08T10:00:00.000000Z"
    done = desk.matters.finish(KUNMING, made.matter_id, "settled", None, ("invoice",)).matter
    assert (done.owed, done.clock.stopped is not None) == (("list",), True)


def test_a_matter_is_handed_on_within_the_province_and_seen_by_both(desk: Desk) -> None:
    made = desk.matters.record(KUNMING, matter()).matter
    with pytest.raises(Invalid):
        desk.matters.hand_over(KUNMING, made.matter_id, AreaCode("210200"), "insured there")
    moved = desk.matters.hand_over(KUNMING, made.matter_id, DALI, "insured there").matter
    assert desk.matters.hand_over(KUNMING, made.matter_id, DALI, "again").matter == moved
    dali = agency(DALI)
    assert desk.duties(dali, TaskStatus.OPEN) == [made.matter_id]
    with pytest.raises(NotFound):
        desk.matters.withdraw(KUNMING, made.matter_id, "mine")
    done = finished(desk, dali, moved)
    for principal, area in ((KUNMING, None), (dali, None), (AUDITOR, DALI)):
        assert [each.matter for each in desk.matters.find(principal, area, None, None, FIRST).items] == [done]
    assert desk.duties(KUNMING, TaskStatus.OPEN) == []


def test_what_is_over_stays_and_is_counted_on_the_day_it_was_finished(desk: Desk) -> None:
    made = desk.matters.record(DALIAN, matter(kind=DeskMatterKind.COVER_TRANSFER, channel=Channel.FAX)).matter
    desk.at(date(2020, 2, 19))
    done = finished(desk, DALIAN, made)
    assert finished(desk, DALIAN, made) == done
    with pytest.raises(Conflict):
        desk.matters.withdraw(DALIAN, made.matter_id, "twice")
    counted = desk.world.ports[DeskCountStore].between(AreaCode("210200"), date(2020, 2, 1), date(2020, 2, 19))
    assert [(each.on.day, each.received, each.finished) for each in counted] == [(10, 1, 0), (19, 0, 1)]


def test_a_hospital_records_its_own_over_the_web_and_sees_nothing_else(desk: Desk) -> None:
    own = hospital("H21020200001")
    with pytest.raises(Invalid):
        desk.matters.record(own, matter())
    made = desk.matters.record(own, matter(channel=Channel.WEB)).matter
    assert (made.area, made.handling.way) == ("210200", Way.GREEN_CHANNEL)
    desk.matters.record(DALIAN, matter())
    assert [each.matter for each in desk.matters.find(own, None, None, None, FIRST).items] == [made]
    with pytest.raises(NotFound):
        desk.matters.read(hospital("H21020200002"), made.matter_id)
    with pytest.raises(NotFound):
        desk.matters.read(Principal("clerk", Role.AGENCY, "530100"), made.matter_id)
