"""Tasks in the state table: `TASK#id` / `TASK`, its institution's in the first index, its areas' in the second.

| pk | sk | what | gsi1 | gsi2 |
|---|---|---|---|---|
| TASK#id | TASK | a task | its institution's, by instant | its agency's, by instant |
| TASK#id | AREA#area | a copy for another area that may see it | | that area's, by instant |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.text import Text
from chalicelib.platform.aws.table import GSI1, GSI2, Span, Table, to_item, without_nones
from chalicelib.worklist.domain import Task, TaskKind, TaskStatus, WriteTask
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
    return without_nones(
        {
            "task_id": task.task_id,
            "kind": task.kind.value,
            "claim_id": task.claim_id,
            "claim_no": task.claim_no,
            "institution": task.institution,
            "agency": task.agency,
            "areas": list(task.areas),
            "since": task.since,
            "because": task.because.value,
            "reasons": [
                {
                    "code": each.code,
                    "field": each.field,
                    "zh": each.message.zh,
                    "en": each.message.en,
                    "citation": each.citation,
                }
                for each in task.reasons
            ],
            "status": task.status.value,
            "closed_at": task.closed_at,
            "pending": [{"status": each.status.value, "on": each.on.isoformat()} for each in task.pending],
        }
    )


def _read(item: Mapping[str, Any]) -> Task:
    return Task(
        task_id=item["task_id"],
        kind=TaskKind(item["kind"]),
        claim_id=item["claim_id"],
        claim_no=item["claim_no"],
        institution=item["institution"],
        agency=item.get("agency"),
        areas=tuple(item["areas"]),
        since=item["since"],
        because=HistoryEvent(item["because"]),
        reasons=tuple(
            Finding(row["code"], row["field"], Text(row["zh"], row["en"]), row["citation"]) for row in item["reasons"]
        ),
        status=TaskStatus(item["status"]),
        closed_at=item.get("closed_at"),
        pending=tuple(StatusEvent(CaseStatus(row["status"]), date.fromisoformat(row["on"])) for row in item["pending"]),
    )
