"""Work on tasks: list and read tasks, retry claims that could not be decided, complete the codes that are owed."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.adjudication.domain.claim import DiagnosisCode
from chalicelib.adjudication.domain.validation import check_codes
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.record import Waiting
from chalicelib.claims.ports import ClaimStore
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.errors import Conflict, Finding, Invalid, NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, ClaimId, TaskId
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import own
from chalicelib.settlement.access import TASK_COMPLETE, TASK_READ, TASK_RETRY
from chalicelib.settlement.domain.anew import Known, Noted
from chalicelib.settlement.usecases.correct_status import put_right
from chalicelib.settlement.usecases.cover_changes import CoverChanges, cover_waiting
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.redecide import Redeciding, redeciding_queue
from chalicelib.worklist.domain import Task, TaskKind, TaskStatus
from chalicelib.worklist.ports import TaskQuery, TaskStore

_DONE = Finding(
    "task-done", "task_id", Text("该事项已办结，请在待办事项中另选。", "The task is done; choose another of the list.")
)
_OTHER_KIND = Finding(
    "task-other-kind",
    "task_id",
    Text(
        "请按该事项的种类办理：补正编码由医院提交编码，重新核定、重新发起结算由经办机构重试，裁定金额由就医地经办机构处置。",
        "See to the task by its kind: a hospital completes codes, an agency tries a decision or a settlement again, "
        "and the treatment place's agency says the outcome of a ruling.",
    ),
)

DUTIES_ONLY = frozenset({Role.FINANCE})
"""Roles that see only their own duties on the work list, and none of its claims."""


@dataclass(frozen=True, slots=True)
class TaskWork:
    tasks: TaskStore
    claims: ClaimStore
    bundles: BundleStore
    redeciding: Redeciding
    cover: CoverChanges
    deferral: Deferral

    def find(
        self, principal: Principal, status: TaskStatus | None, kind: TaskKind | None, page: PageRequest
    ) -> Page[Task]:
        """Return the tasks a principal may see, the open ones first, then oldest first: a hospital its own, an agency
        and a health commission those of their area, finance the duties of its own, the auditor and the operator all.
        """
        require(principal, TASK_READ, own(principal, "task"))
        if principal.role is Role.HOSPITAL:
            return self.tasks.find(TaskQuery(institution=principal.institution, status=status, kind=kind), page)
        if principal.role in DUTIES_ONLY:
            own_duties = TaskQuery(areas=(principal.area,), status=status, kind=kind, owner=principal.role)
            return self.tasks.find(own_duties, page)
        areas: tuple[AreaCode, ...] = (principal.area,)
        if principal.role in (Role.AUDITOR, Role.OPERATOR):
            areas = tuple(sorted(self.bundles.current().registry.agencies))
        return self.tasks.find(TaskQuery(areas=areas, status=status, kind=kind), page)

    def read(self, principal: Principal, task_id: TaskId) -> Task:
        """Return a task. Raises `NotFound` also for a foreign task."""
        return self._task(principal, TASK_READ, task_id)

    def retry(self, principal: Principal, task_id: TaskId) -> Task:
        """Retry a claim's failed settlement or re-decision and return the resulting task. A repeated retry is harmless.
        Raises `Conflict` for a task of codes.
        """
        task = self._open(principal, TASK_RETRY, task_id, TaskKind.REDECIDE, TaskKind.SETTLE)
        claim_id, role = _claim_of(task), principal.role
        if task.kind is TaskKind.SETTLE:
            self.deferral.release(claim_id, role)
        elif task.pending:
            noted = Noted(HistoryEvent.CORRECTION, role, statuses=task.pending)
            self.redeciding.redecide(claim_id, lambda known: put_right(known, task.pending), noted)
        elif task.because is HistoryEvent.ENROLMENT:
            self._follow_cover(claim_id)
        else:
            self._follow(claim_id)
        return self.tasks.get(task_id) or task

    def complete_codes(
        self, principal: Principal, task_id: TaskId, codes: tuple[DiagnosisCode, ...], disease_code: str | None
    ) -> Task:
        """Replace a claim's codes by complete ones; no money moves. While a code is still missing, the task stays and
        names it. Sending the same codes again finishes the work of a lost call. Raises `Invalid` for codes that no
        claim could carry, `Conflict` for other codes once the task is done.
        """
        task = self._open(principal, TASK_COMPLETE, task_id, TaskKind.CODES)

        def completed(known: Known) -> Known:
            diagnosis = replace(
                known.claim.diagnosis, codes=codes, disease_code=disease_code or known.claim.diagnosis.disease_code
            )
            return replace(known, claim=replace(known.claim, diagnosis=diagnosis))

        wrong = check_codes(codes)
        if wrong:
            raise Invalid(wrong)
        if task.status is TaskStatus.DONE and not self._has_codes(task, codes):
            raise Conflict([_DONE.naming(status=task.status.value)])
        self.redeciding.redecide(_claim_of(task), completed, Noted(HistoryEvent.CODES, principal.role))
        return self.tasks.get(task_id) or task

    def _follow_cover(self, claim_id: ClaimId) -> None:
        record = existing(self.claims.get(claim_id))
        self.cover.finish(cover_waiting(record.person, record.changed_at))

    def _follow(self, claim_id: ClaimId) -> None:
        record = self.claims.get(claim_id)
        if record is None or record.settlement is None:
            raise NotFound
        key = redeciding_queue(record.person, record.settlement.year)
        self.redeciding.finish(Waiting(key, claim_id, record.changed_at))

    def _open(self, principal: Principal, action: Action, task_id: TaskId, *kinds: TaskKind) -> Task:
        task = self._task(principal, action, task_id)
        if task.kind not in kinds:
            raise Conflict([_OTHER_KIND.naming(kind=task.kind.value)])
        return task

    def _has_codes(self, task: Task, codes: tuple[DiagnosisCode, ...]) -> bool:
        record = self.claims.get(_claim_of(task))
        settled = None if record is None else record.settlement
        return settled is not None and self.redeciding.documents.claim(settled.decided_hash).diagnosis.codes == codes

    def _task(self, principal: Principal, action: Action, task_id: TaskId) -> Task:
        task = self.tasks.get(task_id)
        require(principal, action, own(principal, "task") if task is None else _resource(task))
        if task is None or (principal.role in DUTIES_ONLY and task.owner is not principal.role):
            raise NotFound
        return task


def _claim_of(task: Task) -> ClaimId:
    """Return the claim of a task about a claim, as are all tasks that are retried or completed."""
    if task.claim_id is None:
        raise Conflict([_OTHER_KIND.naming(kind=task.kind.value)])
    return task.claim_id


def _resource(task: Task) -> Resource:
    return Resource("task", institution=task.institution, areas=frozenset({*task.areas}), agency=task.agency)
