"""The tasks of the work list, which somebody has to do because nothing more can be done automatically: claims that
could not be decided, or not again, codes that a hospital owes, and every duty that runs against a clock of the law.

A task is written in the transaction that finds the need, together with the claim's record, whose revision guards both,
and is closed the same way by the change that settles the need. So no failure is swallowed, and no finished task stays
on anybody's list.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from chalicelib.adjudication.domain.claim import StatusEvent
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, TaskId


class TaskKind(StrEnum):
    """The kind of a task. `re-decide`: the settling agency clears the obstacle to deciding a claim again, or reverses
    the claim. `codes`: the hospital completes the codes of a claim that stands without them. `outcome`: the treatment
    place's agency says what becomes of the amount that a ruling took from the debtor. `settle`: the settling agency has
    a claim started again whose settlement failed again and again. `duty`: a business of the area's offices waits for
    its next step, with its clock.
    """

    REDECIDE = "re-decide"
    CODES = "codes"
    OUTCOME = "outcome"
    SETTLE = "settle"
    DUTY = "duty"


class TaskStatus(StrEnum):
    OPEN = "open"
    DONE = "done"


OWNERS = {
    TaskKind.REDECIDE: Role.AGENCY,
    TaskKind.CODES: Role.HOSPITAL,
    TaskKind.OUTCOME: Role.AGENCY,
    TaskKind.SETTLE: Role.AGENCY,
}
"""The roles that have to act on a claim's task; a duty names its own role."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty with its clock: the business as policy files name it (`filing-answer`), the subject's id (`fil_…`)."""

    business: str
    subject_id: str
    clock: LegalClock


@dataclass(frozen=True, slots=True)
class Task:
    """A task of one claim, or a duty about another thing, which then has no claim. `institution` is the hospital or the
    township office concerned, `agency` the area that sees to the task, `areas` the areas that may see the task beside
    them. `because` is the change for which the claim was to be decided again, `pending` the statuses that are still to
    be corrected on the claim, in their order.
    """

    task_id: TaskId
    kind: TaskKind
    institution: InstitutionCode | None
    agency: AreaCode | None
    areas: tuple[AreaCode, ...]
    since: Instant
    claim_id: ClaimId | None = None
    claim_no: str | None = None
    because: HistoryEvent | None = None
    reasons: tuple[Finding, ...] = ()
    status: TaskStatus = TaskStatus.OPEN
    closed_at: Instant | None = None
    pending: tuple[StatusEvent, ...] = ()
    duty: Duty | None = None
    duty_owner: Role | None = None

    @property
    def owner(self) -> Role:
        return self.duty_owner or OWNERS[self.kind]


def task_id_of(claim_id: ClaimId, kind: TaskKind) -> TaskId:
    """Return the id of a claim's task of a kind: a claim has only one such task, which is opened again when the need
    returns.
    """
    return _task_id(claim_id, kind.value)


def _task_id(subject: str, kind: str) -> TaskId:
    return TaskId(f"tsk_{sha256_hex(f'{subject}|{kind}'.encode())[:26]}")


def task_of(
    record: ClaimRecord,
    kind: TaskKind,
    areas: frozenset[AreaCode],
    because: HistoryEvent,
    reasons: tuple[Finding, ...],
    at: Instant,
) -> Task:
    """Return a task that stands open since `at`."""
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
    """Return the claim's record with a task of the kind standing open."""
    return replace(record, open_tasks=tuple(sorted({*record.open_tasks, kind.value})))


def without_task(record: ClaimRecord, kind: TaskKind) -> ClaimRecord:
    """Return the claim's record with no task of the kind standing open."""
    return replace(record, open_tasks=tuple(each for each in record.open_tasks if each != kind.value))


def duty_task(
    duty: Duty,
    owner: Role,
    *,
    agency: AreaCode | None,
    institution: InstitutionCode | None = None,
    areas: frozenset[AreaCode],
) -> Task:
    """Return a duty standing open since its clock started. A thing has one duty of a business, whoever has to act."""
    return Task(
        task_id=_task_id(duty.subject_id, duty.business),
        kind=TaskKind.DUTY,
        institution=institution,
        agency=agency,
        areas=tuple(sorted(areas)),
        since=duty.clock.started,
        duty=duty,
        duty_owner=owner,
    )


def done(task: Task, at: Instant) -> Task:
    """Return the task closed, and its clock stopped."""
    duty = None if task.duty is None else replace(task.duty, clock=task.duty.clock.stop(at))
    return replace(task, status=TaskStatus.DONE, closed_at=at, pending=(), duty=duty)
