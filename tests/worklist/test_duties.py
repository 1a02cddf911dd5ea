"""Duties on the work list: an office that has to act sees the duty, its deadline, and whether it is late."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.clocks import ClockKind, ClockRule, start_clock
from chalicelib.kernel.errors import Conflict, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Put
from chalicelib.platform.working_days import ChineseWorkingDays
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import Duty, Task, TaskKind, TaskStatus, done, duty_task
from chalicelib.worklist.ports import TaskQuery, TaskStore
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World

STARTED = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
PAGE = PageRequest(10)
TREASURER = Principal("treasurer", Role.FINANCE, "530100")


def duty(owner: Role, subject: str, area: AreaCode = KUNMING, office: InstitutionCode | None = None) -> Task:
    rule = ClockRule(ClockKind.HOURS, 24, "cq-2020-3.4.1")
    clock = start_clock(rule, STARTED, ChineseWorkingDays())
    about = Duty("filing-answer", subject, clock)
    return duty_task(about, owner, agency=area, institution=office, areas=frozenset({area}))


def write(world: World, *tasks: Task) -> None:
    world.ports[Commits].commit([Put(task) for task in tasks])


def seen(world: World, principal: Principal, status: TaskStatus | None = None) -> list[Task]:
    return list(world.system[TaskWork].find(principal, status, TaskKind.DUTY, PAGE).items)


def test_an_agency_sees_its_duty_until_it_is_done_and_whether_it_was_late(world: World) -> None:
    task = duty(Role.AGENCY, "fil_1")
    write(world, task)
    assert seen(world, agency(KUNMING), TaskStatus.OPEN) == [task]
    assert seen(world, agency(WUHAN)) == []
    late = instant(STARTED.replace(day=8))
    world.ports[Commits].commit([Put(done(task, late))])
    assert seen(world, agency(KUNMING), TaskStatus.OPEN) == []
    (closed,) = seen(world, agency(KUNMING), TaskStatus.DONE)
    assert closed.duty is not None
    assert closed.duty.clock.stopped == late
    assert closed.duty.clock.is_late(late)


def test_finance_sees_the_duties_that_it_has_to_see_to_and_nothing_else(world: World) -> None:
    own, other = duty(Role.FINANCE, "rei_1"), duty(Role.AGENCY, "rei_2")
    write(world, own, other)
    assert seen(world, TREASURER) == [own]
    work = world.system[TaskWork]
    assert work.read(TREASURER, own.task_id) == own
    with pytest.raises(NotFound):
        work.read(TREASURER, other.task_id)
    assert {task.task_id for task in seen(world, AUDITOR)} == {own.task_id, other.task_id}


def test_a_duty_is_no_claims_task_to_be_tried_again(world: World) -> None:
    task = duty(Role.AGENCY, "fil_1")
    write(world, task)
    with pytest.raises(Conflict):
        world.system[TaskWork].retry(agency(KUNMING), task.task_id)
    with pytest.raises(NotFound):
        world.system[TaskWork].read(hospital("H53010200001"), task.task_id)


def test_both_stores_keep_a_duty_whole_and_find_it_by_office_area_and_owner(ports: Ports) -> None:
    office, area = InstitutionCode("990001001"), AreaCode("990001")
    agencys = duty(Role.AGENCY, "fil_stores_1", area, office)
    finances = duty(Role.FINANCE, "rei_stores_2", area)
    ports[Commits].commit([Put(agencys), Put(finances)])
    tasks = ports[TaskStore]
    assert tasks.get(agencys.task_id) == agencys
    assert tasks.find(TaskQuery(institution=office), PAGE).items == (agencys,)
    assert {each.task_id for each in tasks.find(TaskQuery(areas=(area,)), PAGE).items} == {
        agencys.task_id,
        finances.task_id,
    }
    assert tasks.find(TaskQuery(areas=(area,), owner=Role.FINANCE), PAGE).items == (finances,)
    ports[Commits].commit([Put(done(finances, instant(STARTED)))])
    (closed,) = tasks.find(TaskQuery(areas=(area,), status=TaskStatus.DONE), PAGE).items
    assert closed.duty is not None
    assert closed.duty.clock.stopped == instant(STARTED)
