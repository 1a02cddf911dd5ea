"""Requests and decisions about the repair of a window that could not be proved, by two people of the tier's centre.

An approval resumes the run, whose task `prove` mends the approved faults (`mend.py`) and proves again.
"""

from __future__ import annotations

from chalicelib.clearing.access import REPAIR_DECIDE, REPAIR_REQUEST
from chalicelib.clearing.domain.repair import Repair, RepairId, RepairStatus, is_repairable
from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.ports import RequireRun, RunStore
from chalicelib.clearing.usecases.run import StartRun, run_of
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Conflict, Finding, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import RunId
from chalicelib.kernel.writes import Insert, Replace

_NOTHING_TO_REPAIR = Finding(
    "nothing-to-repair",
    "run_id",
    Text(
        "该清算批次没有可修复的差错，请先查看其状态。",
        "The run did not fail over a window that can be repaired; read its status first.",
    ),
)


@dataclass(frozen=True, slots=True)
class Repairing:
    runs: RunStore
    commits: Commits
    start: StartRun
    clock: Clock
    retrying: Retrying

    def request(self, principal: Principal, run_id: RunId, reason: str) -> Repair:
        """Request the repair of the faults the run shows; while a request is open, the open request is returned.

        Raises `Conflict` where the run did not fail over its window.
        """
        run = run_of(self.runs, run_id)
        require(principal, REPAIR_REQUEST, Resource("clearing", tier=run.window.tier))
        return self.retrying.on_conflict(lambda: self._request_once(principal, run_id, reason))

    def decide(self, principal: Principal, run_id: RunId, repair_id: RepairId, *, approve: bool) -> Repair:
        """Approve or refuse a repair; an approval starts the run again. The same decision again changes nothing.

        Raises `Forbidden` for the requester, `Conflict` where it was decided otherwise or the run has gone on since.
        """
        run = run_of(self.runs, run_id)
        repair = self._repair(run_id, repair_id)
        resource = Resource("clearing", tier=run.window.tier, acted=(repair.requested.actor,))
        require(principal, REPAIR_DECIDE, resource)
        decided = self.retrying.on_conflict(lambda: self._decide_once(principal, run_id, repair_id, approve=approve))
        if approve:
            self._go_on(decided)
        return decided

    def _go_on(self, approved: Repair) -> None:
        """Resume the run, once. An approval cut off after the resumption may still have to begin the execution."""
        run = run_of(self.runs, approved.run_id)
        if run.attempt == approved.attempt:
            self.start.resume(run.run_id)
        elif run.attempt == approved.attempt + 1 and run.status is not RunStatus.SETTLED:
            self.start.machine.start(run.run_id, run.window.tier, run.attempt)

    def _request_once(self, principal: Principal, run_id: RunId, reason: str) -> Repair:
        run, repairs = run_of(self.runs, run_id), self.runs.repairs(run_id)
        if repairs and repairs[-1].status is RepairStatus.REQUESTED:
            return repairs[-1]
        faults = tuple(fault for summary in self.runs.shards(run_id) for fault in summary.faults)
        if not _failed_over_its_window(run) or not any(is_repairable(fault) for fault in faults):
            raise Conflict([_NOTHING_TO_REPAIR.naming(status=run.status.value)])
        number = len(repairs) + 1
        repair = Repair(
            repair_id=RepairId(f"{run_id}-r{number}"),
            run_id=run_id,
            number=number,
            attempt=run.attempt,
            reason=reason,
            requested=Act.of(principal, instant(self.clock.now())),
            faults=faults,
        )
        self.commits.commit([RequireRun(run_id, run.revision), Insert(repair)])
        return repair

    def _decide_once(self, principal: Principal, run_id: RunId, repair_id: RepairId, *, approve: bool) -> Repair:
        run, repair = run_of(self.runs, run_id), self._repair(run_id, repair_id)
        decided = repair.decided(Act.of(principal, instant(self.clock.now())), approve=approve)
        if decided is repair:
            return repair
        if approve and (run.attempt != repair.attempt or not _failed_over_its_window(run)):
            raise Conflict([_NOTHING_TO_REPAIR.naming(status=run.status.value)])
        self.commits.commit([RequireRun(run_id, run.revision), Replace(decided, {"status": RepairStatus.REQUESTED})])
        return decided

    def _repair(self, run_id: RunId, repair_id: RepairId) -> Repair:
        return existing(next((each for each in self.runs.repairs(run_id) if each.repair_id == repair_id), None))


def _failed_over_its_window(run: Run) -> bool:
    return run.status is RunStatus.FAILED and run.failed_in is RunStatus.CLOSING
