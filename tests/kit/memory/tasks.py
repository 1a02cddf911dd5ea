"""Tasks in memory."""

from __future__ import annotations

from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.worklist.domain import Task
from chalicelib.worklist.ports import TaskQuery


class FakeTaskStore:
    """The tasks that were written, by id."""

    def __init__(self, tasks: dict[str, Task]) -> None:
        self._tasks = tasks

    def get(self, task_id: str) -> Task | None:
        return self._tasks.get(task_id)

    def find(self, query: TaskQuery, page: PageRequest) -> Page[Task]:
        found = [task for task in self._tasks.values() if _matches(query, task)]
        ordered = sorted(found, key=lambda task: (task.since, task.task_id))
        return page_of(ordered, lambda task: f"{task.since}#{task.task_id}", page)


def _matches(query: TaskQuery, task: Task) -> bool:
    if query.institution is not None:
        partition = task.institution == query.institution
    else:
        partition = bool({*task.areas, task.agency} & set(query.areas))
    return partition and query.status in (None, task.status) and query.kind in (None, task.kind)
