"""What somebody has to do because nothing more can be done by itself: a claim that could not be decided again, codes
that a hospital owes.

A task is written in the transaction that finds it out, together with the claim's record, whose revision guards both,
and is closed the same way by the change that settles it. So nothing that could not be done is swallowed, and nothing
that is done stays on anybody's list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.adjudication.domain.claim import StatusEvent
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import Finding


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


def done(task: Task, at: str) -> Task:
    """The task closed."""
    return replace(task, status=TaskStatus.DONE, closed_at=at, pending=())
