"""What somebody has to do because nothing more can be done by itself: a claim that could not be decided again, codes
that a hospital owes.

A task is written in the transaction that finds it out, together with the claim's record, whose revision guards both,
and is closed the same way by the change that settles it. So nothing that could not be done is swallowed, and nothing
that is done stays on anybody's list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from chalicelib.application.claim_history import HistoryEvent
from chalicelib.application.records import ClaimRecord
from chalicelib.application.requests import Page, PageRequest
from chalicelib.application.writes import Part
from chalicelib.domain.access import Role
from chalicelib.domain.canonical import sha256_hex
from chalicelib.domain.claims import StatusEvent
from chalicelib.domain.errors import Finding


class TaskKind(StrEnum):
    """`re-decide`: the settling agency clears what keeps a claim from being decided again, or reverses it. `codes`: the
    hospital completes the codes of a claim that stands without them. `outcome`: the treatment place's agency says what
    becomes of what a ruling took from the debtor.
    """

    REDECIDE = "re-decide"
    CODES = "codes"
    OUTCOME = "outcome"


class TaskStatus(StrEnum):
    OPEN = "open"
    DONE = "done"


OWNERS = {TaskKind.REDECIDE: Role.AGENCY, TaskKind.CODES: Role.HOSPITAL, TaskKind.OUTCOME: Role.AGENCY}
"""Who has to act."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of one claim. `because` is what asked for the claim to be decided again, `pending` the statuses that are
    still to be put right on it, in their order. `areas` are those that may see it beside the institution.
    """

    task_id: str
    kind: TaskKind
    claim_id: str
    claim_no: str
    institution: str
    agency: str | None
    areas: tuple[str, ...]
    since: str
    because: HistoryEvent
    reasons: tuple[Finding, ...]
    status: TaskStatus = TaskStatus.OPEN
    closed_at: str | None = None
    pending: tuple[StatusEvent, ...] = ()

    @property
    def owner(self) -> Role:
        return OWNERS[self.kind]


@dataclass(frozen=True, slots=True)
class WriteTask(Part):
    """Write a task as it now is; unconditional, since the claim that is written with it guards it."""

    task: Task


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """The tasks of one institution, or those that one of some areas may see. Exactly one of both is given."""

    institution: str | None = None
    areas: tuple[str, ...] = ()
    status: TaskStatus | None = None
    kind: TaskKind | None = None


class TaskStore(Protocol):
    def get(self, task_id: str) -> Task | None: ...

    def find(self, query: TaskQuery, page: PageRequest) -> Page[Task]:
        """Oldest first in each partition, from an index that may lag. Raises `Malformed` for a foreign cursor."""
        ...


def task_id_of(claim_id: str, kind: TaskKind) -> str:
    """A claim has one task of a kind, which is opened again when it comes back."""
    return f"tsk_{sha256_hex(f'{claim_id}|{kind.value}'.encode())[:26]}"


def task_of(
    record: ClaimRecord,
    kind: TaskKind,
    areas: frozenset[str],
    because: HistoryEvent,
    reasons: tuple[Finding, ...],
    at: str,
) -> Task:
    """A task that stands open since now."""
    return Task(
        task_id=task_id_of(record.claim_id, kind),
        kind=kind,
        claim_id=record.claim_id,
        claim_no=record.claim_no,
        institution=record.institution,
        agency=record.agency,
        areas=tuple(sorted(areas | set(record.areas))),
        since=at,
        because=because,
        reasons=reasons,
    )


def with_task(record: ClaimRecord, kind: TaskKind) -> ClaimRecord:
    """The claim's record with a task of the kind standing open."""
    return replace(record, open_tasks=tuple(sorted({*record.open_tasks, kind.value})))


def without_task(record: ClaimRecord, kind: TaskKind) -> ClaimRecord:
    """The claim's record with no task of the kind standing open."""
    return replace(record, open_tasks=tuple(each for each in record.open_tasks if each != kind.value))


def done(task: Task, at: str) -> WriteTask:
    """What closes a task."""
    return WriteTask(replace(task, status=TaskStatus.DONE, closed_at=at, pending=()))
