"""Leaves tasks to somebody where nothing more can be done automatically, and takes finished tasks off the list.

Every write here is part of a transaction that writes the claim too, so a task and its claim never disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.adjudication.domain.claim import StatusEvent
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.record import ClaimRecord, Notes, with_statuses
from chalicelib.claims.ports import UpdateClaim
from chalicelib.claims.usecases.documents import Documents
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Part, Put
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import of_case
from chalicelib.worklist.domain import Task, TaskKind, done, task_id_of, task_of, with_task, without_task
from chalicelib.worklist.ports import TaskStore

Moved = tuple[ClaimRecord, list[Part]]
"""A claim's record with its tasks as they now stand, and the writes that must be made beside the record."""


@dataclass(frozen=True, slots=True)
class Leaving:
    tasks: TaskStore
    bundles: BundleStore
    documents: Documents
    commits: Commits
    clock: Clock

    def leave(
        self,
        record: ClaimRecord,
        because: HistoryEvent,
        reasons: Sequence[Finding],
        statuses: tuple[StatusEvent, ...] = (),
    ) -> None:
        """Make a claim that cannot be decided again its agency's task; repeating the call changes nothing.

        Raises `VersionConflict` where somebody wrote the claim meanwhile.
        """
        now = instant(self.clock.now())
        standing = self._standing(record, TaskKind.REDECIDE)
        task = task_of(record, TaskKind.REDECIDE, self._health(record), because, tuple(reasons), now)
        if standing is not None:
            pending = standing.pending if _ends_with(standing.pending, statuses) else (*standing.pending, *statuses)
            first = standing.because if standing.pending else because
            task = replace(task, since=standing.since, because=first, pending=pending)
        else:
            task = replace(task, pending=statuses)
        if task == standing:
            return
        moved = with_task(with_statuses(record, statuses), TaskKind.REDECIDE)
        moved = replace(moved, revision=record.revision + 1, changed_at=now)
        self.commits.commit([UpdateClaim(moved), Put(task)])

    def decided(
        self, record: ClaimRecord, event: HistoryEvent, statuses: tuple[StatusEvent, ...], at: Instant
    ) -> Moved:
        """Close the task that waited for this decision. A status that is still to be corrected stays open where the
        status is of an earlier day than the status corrected now.
        """
        task = self._standing(record, TaskKind.REDECIDE)
        if task is None or task.because is not event:
            return record, []
        since = min((each.on for each in statuses), default=None)
        pending = tuple(each for each in task.pending if each not in statuses and (since is None or each.on < since))
        if pending:
            return record, [Put(replace(task, pending=pending))]
        return without_task(record, TaskKind.REDECIDE), [Put(done(task, at))]

    def owed(self, record: ClaimRecord, event: HistoryEvent, duties: tuple[Finding, ...], at: Instant) -> Moved:
        """Record the codes a hospital still owes after a claim was decided again: among the claim's warnings, and as
        the hospital's task until the codes are complete.
        """
        standing = self._standing(record, TaskKind.CODES)
        if not duties and standing is None:
            return record, []
        known = {each.code for each in (standing.reasons if standing else ())} | {each.code for each in duties}
        notes = self.documents.notes(record.notes_hash)
        warnings = (*(each for each in notes.warnings if each.code not in known), *duties)
        said = replace(record, notes_hash=self.documents.put_notes(Notes(notes.findings, warnings)))
        if not duties and standing is not None:
            return without_task(said, TaskKind.CODES), [Put(done(standing, at))]
        task = task_of(record, TaskKind.CODES, self._health(record), event, duties, at)
        if standing is not None:
            task = replace(task, since=standing.since, because=standing.because)
        return with_task(said, TaskKind.CODES), [Put(task)]

    def failed(self, record: ClaimRecord, reasons: tuple[Finding, ...], at: Instant) -> Moved:
        """Make a claim whose settlement failed again and again its agency's task until the claim is started again."""
        task = task_of(record, TaskKind.SETTLE, frozenset(), HistoryEvent.DEFERRED, reasons, at)
        return with_task(record, TaskKind.SETTLE), [Put(task)]

    def taken_back(self, record: ClaimRecord, at: Instant) -> Moved:
        """Close all open tasks of a claim that is reversed, withdrawn or started again."""
        open_now = [task for kind in TaskKind if (task := self._standing(record, kind)) is not None]
        return replace(record, open_tasks=()), [Put(done(task, at)) for task in open_now]

    def _standing(self, record: ClaimRecord, kind: TaskKind) -> Task | None:
        return self.tasks.get(task_id_of(record.claim_id, kind)) if kind.value in record.open_tasks else None

    def _health(self, record: ClaimRecord) -> frozenset[AreaCode]:
        """Return the areas whose health side may correct the patient's status, which see the result."""
        if record.settlement is None:
            return frozenset()
        registry = self.bundles.load(record.settlement.bundle_hash).registry
        institution = registry.institutions.get(record.institution)
        return frozenset() if institution is None else of_case(registry, institution.area).areas


def _ends_with(pending: tuple[StatusEvent, ...], statuses: tuple[StatusEvent, ...]) -> bool:
    return not statuses or pending[-len(statuses) :] == statuses
