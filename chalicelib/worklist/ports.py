"""Ports of the work list: its store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.access import Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, TaskId
from chalicelib.worklist.domain import Task, TaskKind, TaskStatus


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """A query for the tasks of one institution or township office, or for those that any of some areas may see: exactly
    one of the two is given. `owner` keeps the duties that one role has to see to.
    """

    institution: InstitutionCode | None = None
    areas: tuple[AreaCode, ...] = ()
    status: TaskStatus | None = None
    kind: TaskKind | None = None
    owner: Role | None = None


class TaskStore(Protocol):
    def get(self, task_id: TaskId) -> Task | None: ...

    def find(self, query: TaskQuery, page: PageRequest) -> Page[Task]:
        """Return tasks, the open ones first, in each area the oldest first, from an index that may lag. Raises
        `Malformed` for a foreign cursor.
        """
        ...
