"""Tasks keep the same promises in memory and on DynamoDB."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.kernel.errors import Finding, Malformed
from chalicelib.kernel.pages import PageRequest, every
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.kernel.writes import Put
from chalicelib.worklist.domain import Task, TaskKind, TaskStatus, done, task_id_of
from chalicelib.worklist.ports import TaskQuery, TaskStore
from chalicelib.worklist.tables import DynamoTaskStore
from tests.kit.areas import KUNMING
from tests.kit.growth import Asked, CountedTable, assert_as_written, counted_world, is_flat

_numbers = itertools.count(1)
PAGE = PageRequest(50)
SINCE = Instant("2026-11-21T04:00:00Z")
FINISHED = (60, 120, 240)
REASON = Finding(
    "codes-missing", "lines[0].code", Text("缺少编码。", "A code is missing."), "yn-2020-12.codes", (("line", 1),)
)


def a_task(kind: TaskKind = TaskKind.REDECIDE, *, agency: AreaCode | None = KUNMING, at: Instant = SINCE) -> Task:
    number = next(_numbers)
    claim_id = ClaimId(f"clm_{number:026d}")
    return Task(
        task_id=task_id_of(claim_id, kind),
        kind=kind,
        claim_id=claim_id,
        claim_no=f"Z-{number}",
        institution=InstitutionCode(f"H{number:011d}"),
        agency=agency,
        areas=(AreaCode(f"{880_000 + number:06d}"), KUNMING),
        since=at,
        because=HistoryEvent.RECALCULATION,
        reasons=(REASON,),
        pending=(StatusEvent(CaseStatus.CONFIRMED, date(2026, 11, 20)),),
    )


def kept(ports: Ports, *tasks: Task) -> None:
    ports[Commits].commit([Put(task) for task in tasks])


@pytest.mark.parametrize("agency", ["530100", None])
def test_a_task_is_read_back_with_everything_that_was_said_of_it(ports: Ports, agency: AreaCode | None) -> None:
    task = a_task(agency=agency)
    assert ports[TaskStore].get(task.task_id) is None
    kept(ports, task)
    assert ports[TaskStore].get(task.task_id) == task
    found = ports[TaskStore].find(TaskQuery(areas=task.areas[:1]), PAGE).items
    assert found == (task,)
    assert found[0].reasons[0].about == (("line", 1),)


def test_who_may_see_several_areas_sees_a_task_of_several_once(ports: Ports) -> None:
    tasks = [a_task(), a_task(agency=None)]
    kept(ports, *tasks)
    areas = [area for task in tasks for area in task.areas[:1]]
    for query in (TaskQuery(areas=(*areas, KUNMING)), TaskQuery(areas=(KUNMING, *areas))):
        listed = [each.task_id for each in every(partial(ports[TaskStore].find, query), limit=1)]
        assert [listed.count(task.task_id) for task in tasks] == [1, 1]


def test_what_is_done_is_found_as_done_wherever_the_task_is_listed(ports: Ports) -> None:
    task = a_task()
    kept(ports, task)
    closed = done(task, Instant("2026-11-22T04:00:00Z"))
    kept(ports, closed)
    for query in (TaskQuery(institution=task.institution), TaskQuery(areas=task.areas[:1])):
        assert ports[TaskStore].find(replace(query, status=TaskStatus.OPEN), PAGE).items == ()
        assert ports[TaskStore].find(replace(query, status=TaskStatus.DONE), PAGE).items == (closed,)


def test_open_tasks_come_before_those_that_are_done(ports: Ports) -> None:
    older, newer = a_task(at=Instant("2026-11-20T04:00:00Z")), a_task()
    newer = replace(newer, institution=older.institution, areas=older.areas)
    closed = done(older, Instant("2026-11-22T04:00:00Z"))
    kept(ports, closed, newer)
    for query in (TaskQuery(institution=older.institution), TaskQuery(areas=older.areas[:1])):
        assert list(every(partial(ports[TaskStore].find, query), limit=1)) == [newer, closed]


def open_tasks_cost(finished: int) -> Asked:
    """Count the requests of a hospital's open tasks after so many that are done."""
    world, counting = counted_world()
    standing = a_task(at=Instant("2026-11-25T04:00:00Z"))
    kept(world.calm_ports, standing)
    for _ in range(finished):
        task = replace(a_task(at=Instant("2026-11-20T04:00:00Z")), institution=standing.institution)
        kept(world.calm_ports, done(task, Instant("2026-11-22T04:00:00Z")))
    query = TaskQuery(institution=standing.institution, status=TaskStatus.OPEN)
    store = DynamoTaskStore(CountedTable(counting, world.memory.tables.state))
    asked = counting.during(lambda: store.find(query, PAGE))
    assert store.find(query, PAGE).items == (standing,)
    return asked


def test_the_open_tasks_ask_the_same_however_many_were_done(tell: Callable[[str], None]) -> None:
    asked = [open_tasks_cost(size) for size in FINISHED]
    tell(f"open tasks behind {FINISHED} done: {asked}")
    assert is_flat(asked)
    assert_as_written("a hospital's open tasks, so many done before them", [each.requests for each in asked])


def test_the_tasks_of_a_place_come_oldest_first_page_by_page_and_by_kind(ports: Ports) -> None:
    first = a_task(at=Instant("2026-11-20T04:00:00Z"))
    said = [a_task(TaskKind.CODES, at=Instant("2026-11-22T04:00:00Z")), a_task()]
    rest = [replace(each, institution=first.institution, areas=first.areas) for each in said]
    kept(ports, *rest, first)
    find = ports[TaskStore].find
    for query in (TaskQuery(institution=first.institution), TaskQuery(areas=first.areas[:1])):
        assert list(every(partial(find, query), limit=1)) == [first, rest[1], rest[0]]
        assert find(replace(query, kind=TaskKind.CODES), PAGE).items == (rest[0],)
    cursor = find(TaskQuery(institution=first.institution), PageRequest(1)).next
    with pytest.raises(Malformed):
        find(TaskQuery(institution=a_task().institution), PageRequest(1, cursor))
