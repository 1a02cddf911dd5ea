"""Tasks in the state table: `TASK#id` / `TASK`, its institution's in the first index, its areas' in the second.

| pk | sk | item | gsi1, by instant | gsi2, by instant |
|---|---|---|---|---|
| TASK#id | TASK | a task | its institution's or township office's of its status | its agency's of its status |
| TASK#id | AREA#area | a copy for another area that may see the task | | that area's of its status |

A partition of an index holds open tasks or done ones, so that whoever looks for open tasks reads none that is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.kernel.pages import Key, Page, PageRequest, ReadPartition, read_page
from chalicelib.kernel.words.ids import AreaCode, TaskId
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import GSI1, GSI2, Span, Table
from chalicelib.worklist.domain import Task, TaskStatus
from chalicelib.worklist.ports import TaskQuery

_TASK = "TASK"


def _own(task: Task) -> dict[str, str]:
    indexes: dict[str, str] = {}
    if task.institution is not None:
        indexes |= {"gsi1pk": _of_institution(task.institution, task.status), "gsi1sk": _place(task)}
    if task.agency is not None:
        indexes |= {"gsi2pk": _of_area(task.agency, task.status), "gsi2sk": _place(task)}
    return indexes


def _copies(task: Task) -> Iterator[dict[str, str]]:
    for area in task.areas:
        if area != task.agency:
            yield {
                "pk": _pk(task.task_id),
                "sk": f"AREA#{area}",
                "gsi2pk": _of_area(area, task.status),
                "gsi2sk": _place(task),
            }


TASKS = Record(Task, lambda task: (_pk(task.task_id), _TASK), _own, copies=_copies)


class DynamoTaskStore:
    """The tasks on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, task_id: TaskId) -> Task | None:
        item = self._table.get(_pk(task_id), _TASK)
        return None if item is None else TASKS.read(item)

    def find(self, query: TaskQuery, page: PageRequest) -> Page[Task]:
        statuses = tuple(TaskStatus) if query.status is None else (query.status,)
        wanted = (("kind", query.kind), ("duty_owner", query.owner))
        equal = [(name, each.value) for name, each in wanted if each]
        index, partitions = GSI2, tuple(_of_area(area, status) for status in statuses for area in query.areas)
        if query.institution is not None:
            index, partitions = GSI1, tuple(_of_institution(query.institution, status) for status in statuses)
        return read_page(
            partitions, page, _once(self._table.reader(index, Span(equal=tuple(equal)), TASKS.read), query)
        )


def _once(read: ReadPartition[Task], query: TaskQuery) -> ReadPartition[Task]:
    """Wrap a reader so that a task held in the partitions of several areas is shown once, by the first area."""

    def read_new(partition: str, after: Key | None, limit: int) -> tuple[Sequence[tuple[Key, Task]], Key | None]:
        found, following = read(partition, after, limit)
        return [(key, task) for key, task in found if _shown_in(task, query) in (None, partition)], following

    return read_new


def _shown_in(task: Task, query: TaskQuery) -> str | None:
    places = {task.agency, *task.areas}
    return next((_of_area(area, task.status) for area in query.areas if area in places), None)


def _pk(task_id: TaskId) -> str:
    return f"TASK#{task_id}"


def _of_institution(code: str, status: TaskStatus) -> str:
    return f"TASKS#INSTITUTION#{code}#{status.value}"


def _of_area(area: AreaCode, status: TaskStatus) -> str:
    return f"TASKS#AREA#{area}#{status.value}"


def _place(task: Task) -> str:
    return f"{task.since}#{task.task_id}"
