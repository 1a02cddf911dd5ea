"""Queues of claims that cannot be settled yet: deferral, resumption when the awaited record arrives, and a sweep for
the rest.

An open claim always stands in exactly one queue, also while its execution runs: nothing received is ever forgotten
after a crash. Entering a queue and updating the record are one transaction, with the condition that the awaited record
has not arrived meanwhile.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.history import told as told_of
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, QueueKind, Waiting, start_queue
from chalicelib.claims.ports import ClaimStore, UpdateClaim, Workflows
from chalicelib.claims.usecases.documents import Bodies
from chalicelib.claims.usecases.examine import DEPENDENCY_UNAVAILABLE, Decider, Examination, Wait
from chalicelib.claims.usecases.versions import into_queue, out_of_queue
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import Finding, QuebaoError, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import PageRequest, every
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.kernel.writes import Part, Put
from chalicelib.settlement.ports import SweepStore
from chalicelib.settlement.usecases.cover_changes import CoverChanges
from chalicelib.settlement.usecases.pay import Payment
from chalicelib.settlement.usecases.redecide import Redeciding
from chalicelib.worklist.usecases import Leaving

STALE_AFTER = timedelta(minutes=10)
"""Time that a claim stands in a queue before the sweep looks at it: longer than a settlement with all its retries."""

RESTARTS_MAX = 5
"""Maximum restarts by the sweep of a claim whose executions come to no end, before the claim waits for a person."""

SETTLEMENT_FAILED = "settlement-failed"
"""The reason of a claim that was put aside because its settlement failed again and again."""

TURN = 100
"""Maximum places of one kind of queue that the sweep looks at before the next kind's turn."""

SWEEP_FOR = timedelta(seconds=40)
"""Time after which a sweep begins no further turn, below its function's limit. The next sweep goes on from there."""

SWEPT = (
    QueueKind.START,
    QueueKind.PAY,
    QueueKind.REDECIDE,
    QueueKind.COVER,
    QueueKind.DEPENDENCY,
    QueueKind.TRANSFER,
    QueueKind.ENROLMENT,
)

_FAILED = Finding(
    SETTLEMENT_FAILED,
    "claim_id",
    Text(
        "该申请多次发起结算均未完成，已暂停。请查明原因（见告警与日志），排除后重试；或由医院撤回后重新申报。",
        "See in alarms and logs what keeps this claim from being settled, have it cleared, then try again: it was "
        "started again and again and came to no end. Otherwise its hospital withdraws it and submits it anew.",
    ),
)

_LOG = logging.getLogger("quebao.sweep")


def quarantine_queue(claim_id: ClaimId) -> str:
    """Return the queue of one claim that only a person starts again."""
    return f"{QueueKind.QUARANTINE.value}#{claim_id}"


@dataclass(frozen=True, slots=True)
class SweepResult:
    """Numbers of queue places that the sweep looked at, started again, and failed to reach."""

    seen: int
    resumed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Deferral:
    claims: ClaimStore
    bodies: Bodies
    decider: Decider
    commits: Commits
    workflows: Workflows
    payment: Payment
    redeciding: Redeciding
    cover: CoverChanges
    leaving: Leaving
    sweeps: SweepStore
    clock: Clock
    retrying: Retrying

    def defer(self, claim_id: ClaimId) -> None:
        """Put aside a claim whose decision could not reach a dependency. The claim is not examined again, since the
        examination failed.
        """
        self.retrying.on_conflict(lambda: self._defer_once(claim_id))

    def put_aside(self, record: ClaimRecord, wait: Wait) -> ClaimStatus:
        """Put an examined claim into its awaited record's queue, with its agency and areas known by now; a claim
        already waiting there stays unchanged. Raises `VersionConflict` where the awaited record has arrived meanwhile.
        """
        if record.status is not ClaimStatus.DEFERRED or record.waiting != wait.key:
            self._queue(record, wait)
        return ClaimStatus.DEFERRED

    def resume(self, claim_id: ClaimId) -> None:
        """Start a deferred claim again; any other claim is left alone."""

        def once() -> None:
            record = self.claims.get(claim_id)
            if record is not None and record.status is ClaimStatus.DEFERRED:
                self.restart(record)

        self.retrying.on_conflict(once)

    def resume_queue(self, key: str) -> None:
        """Start every claim in a queue again."""
        for waiting in every(lambda page: self.claims.waiting_for(key, page)):
            self.resume(waiting.claim_id)

    def release(self, claim_id: ClaimId, role: Role) -> None:
        """Start again a claim put aside for its failed settlement, after a person looked at it; any other claim is left
        alone, so a repeated release starts the claim once.
        """

        def once() -> None:
            record = self.claims.get(claim_id)
            if record is not None and record.status is ClaimStatus.DEFERRED and record.reason == SETTLEMENT_FAILED:
                self.restart(record, role)

        self.retrying.on_conflict(once)

    def restart(self, record: ClaimRecord, role: Role | None = None) -> None:
        """Count a new attempt and start it. Raises `VersionConflict` where the record has moved on."""
        now = instant(self.clock.now())
        started = replace(
            record,
            status=ClaimStatus.RECEIVED,
            reason=None,
            attempt=record.attempt + 1,
            restarts=0,
            revision=record.revision + 1,
            changed_at=now,
        )
        was_deferred = record.status is ClaimStatus.DEFERRED
        told: list[Part] = [told_of(started, HistoryEvent.RESUMED, role)] if was_deferred else []
        started, closed = self.leaving.taken_back(started, now)
        told += closed
        self._move(record, started, Wait("", start_queue(record.claim_id)), told)
        self.workflows.start_settlement(record.claim_id, started.attempt)

    def sweep(self) -> SweepResult:
        """Look at the queue places open for long and start the claims that need not wait. The kinds of queues take
        turns, oldest first in each, and each kind goes on where the sweep before left it: neither a kind with very many
        claims nor a failing claim keeps the others waiting. The next round meets the failed claims again.
        """
        now = self.clock.now()
        before, last = instant(now - STALE_AFTER), now + SWEEP_FOR
        turns = deque(self.sweeps.place(kind) for kind in SWEPT)
        looked = list[bool | None]()
        while turns and self.clock.now() <= last:
            place = turns.popleft()
            page = self.claims.open_since(place.kind, before, PageRequest(TURN, place.cursor))
            looked += [self._look_after(waiting) for waiting in page.items]
            following = replace(place, cursor=page.next)
            if following != place:
                self.commits.commit([Put(following)])
            if page.next is not None:
                turns.append(following)
        return SweepResult(len(looked), looked.count(True), looked.count(None))

    def _look_after(self, waiting: Waiting) -> bool | None:
        """Tell whether a claim was started or work was finished; None where that failed."""
        try:
            return self._finish(waiting) or self._start_again(waiting)
        except QuebaoError:
            return None
        except Exception as error:  # noqa: BLE001 a defect that one claim meets must not keep the others waiting
            _LOG.error("unexpected error", exc_info=error)
            return None

    def _finish(self, waiting: Waiting) -> bool:
        """Finish the work left after a claim's decision; False for the queue of an open claim."""
        match waiting.kind:
            case QueueKind.REDECIDE:
                self.redeciding.finish(waiting)
            case QueueKind.COVER:
                self.cover.finish(waiting)
            case QueueKind.PAY:
                self.payment.pay(waiting.claim_id)
            case _:
                return False
        return True

    def _start_again(self, waiting: Waiting) -> bool:
        record = self.claims.get(waiting.claim_id)
        if record is None or not record.is_open or record.waiting != waiting.key:
            return False
        if record.status is ClaimStatus.RECEIVED:
            return self._start_once_more(record)
        if self._must_wait(record):
            return False
        self.restart(record)
        return True

    def _start_once_more(self, record: ClaimRecord) -> bool:
        """Start a claim again whose execution came to no end, if any ran: only the claim counts its restarts."""
        if record.restarts >= RESTARTS_MAX:
            at = instant(self.clock.now())
            left, task = self.leaving.failed(record, (_FAILED,), at)
            self._queue(left, Wait(SETTLEMENT_FAILED, quarantine_queue(record.claim_id), tuple(task)))
            return False
        attempt = record.attempt + 1
        counted = replace(record, attempt=attempt, restarts=record.restarts + 1, revision=record.revision + 1)
        self.commits.commit([UpdateClaim(counted)])
        self.workflows.start_settlement(record.claim_id, attempt)
        return True

    def _defer_once(self, claim_id: ClaimId) -> None:
        record = existing(self.claims.get(claim_id))
        if record.status is ClaimStatus.RECEIVED:
            self._queue(record, Wait(DEPENDENCY_UNAVAILABLE, f"dependency#{claim_id}"))

    def _queue(self, record: ClaimRecord, wait: Wait) -> None:
        deferred = replace(
            record,
            status=ClaimStatus.DEFERRED,
            reason=wait.reason,
            restarts=0,
            revision=record.revision + 1,
            changed_at=instant(self.clock.now()),
        )
        self._move(record, deferred, wait, [told_of(deferred, HistoryEvent.DEFERRED, reason=wait.reason)])

    def _examine(self, record: ClaimRecord) -> Examination:
        return self.decider.examine(self.bodies.submitted(record))

    def _must_wait(self, record: ClaimRecord) -> bool:
        """Tell whether a claim still waits for a record; a claim with findings does not wait, but is refused."""
        if record.reason == DEPENDENCY_UNAVAILABLE:
            return False
        examination = self._examine(record)
        return not examination.findings and examination.wait is not None

    def _move(self, record: ClaimRecord, moved: ClaimRecord, wait: Wait, told: Sequence[Part]) -> None:
        """Move a claim from one queue to another, with the events to be told, in one transaction."""
        parts: list[Part] = [UpdateClaim(replace(moved, waiting=wait.key)), *wait.still, *told]
        if record.waiting != wait.key:
            parts += out_of_queue(record)
        self.commits.commit([*parts, *into_queue(Waiting(wait.key, record.claim_id, moved.changed_at))])
