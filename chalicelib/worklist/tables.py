"""Tasks in the state table: `TASK#id` / `TASK`, its institution's in the first index, its areas' in the second.

| pk | sk | what | gsi1 | gsi2 |
|---|---|---|---|---|
| TASK#id | TASK | a task | its institution's, by instant | its agency's, by instant |
| TASK#id | AREA#area | a copy for another area that may see it | | that area's, by instant |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.platform.aws.codec import read_values, write_values
from chalicelib.platform.aws.table import GSI1, GSI2, Span, Table, to_item, without_nones
from chalicelib.worklist.domain import Task, WriteTask
from chalicelib.worklist.ports import TaskQuery

_TASK = "TASK"


class DynamoTaskStore:
    """The tasks on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, task_id: str) -> Task | None:
        item = self._table.get(_pk(task_id), _TASK)
        return None if item is None else _read(item)

    def find(self, query: TaskQuery, page: PageRequest) -> Page[Task]:
        equal = [(name, each.value) for name, each in (("status", query.status), ("kind", query.kind)) if each]
        index, partitions = GSI2, tuple(_of_area(area) for area in query.areas)
        if query.institution is not None:
            index, partitions = GSI1, (_of_institution(query.institution),)
        return read_page(partitions, page, self._table.reader(index, Span(equal=tuple(equal)), _read))


def task_operations(part: WriteTask, state_table: str) -> list[dict[str, Any]]:
    """The writes of a task and of its copies."""
    task = part.task
    own = {"pk": _pk(task.task_id), "sk": _TASK, "gsi1pk": _of_institution(task.institution), "gsi1sk": _place(task)}
    if task.agency is not None:
        own |= {"gsi2pk": _of_area(task.agency), "gsi2sk": _place(task)}
    copies = [
        {"pk": _pk(task.task_id), "sk": f"AREA#{area}", "gsi2pk": _of_area(area), "gsi2sk": _place(task)}
        for area in task.areas
        if area != task.agency
    ]
    values = _values(task)
    return [{"Put": {"TableName": state_table, "Item": to_item({**keys, **values})}} for keys in (own, *copies)]


def _pk(task_id: str) -> str:
    return f"TASK#{task_id}"


def _of_institution(code: str) -> str:
    return f"TASKS#INSTITUTION#{code}"


def _of_area(area: str) -> str:
    return f"TASKS#AREA#{area}"


def _place(task: Task) -> str:
    return f"{task.since}#{task.task_id}"


def _values(task: Task) -> dict[str, Any]:
    """A reason's two texts lie beside its code; what it is about is not kept."""
    values = write_values(task)
    reasons = [{**row, **row["message"]} for row in values["reasons"]]
    kept = [{name: value for name, value in row.items() if name not in ("message", "about")} for row in reasons]
    return without_nones({**values, "reasons": kept})


def _read(item: Mapping[str, Any]) -> Task:
    return read_values(Task, {**item, "reasons": [{**row, "message": row} for row in item["reasons"]]})
