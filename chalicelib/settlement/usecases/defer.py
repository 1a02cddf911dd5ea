"""Claims that cannot be settled yet: into a queue, out of it when what they wait for arrives, a sweep for
the rest.

An open claim always stands in exactly one queue, also while its execution runs: so nothing that was received is ever
forgotten, whatever crashed. Being put into a queue and the record saying so are one transaction, with the condition
that what is waited for has not arrived meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.history import told as told_of
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Waiting
from chalicelib.claims.ports import ClaimStore, CloseWaiting, OpenWaiting, UpdateClaim, Workflows
from chalicelib.claims.usecases.documents import Bodies
from chalicelib.claims.usecases.examine import DEPENDENCY_UNAVAILABLE, Decider, Examination, Wait
from chalicelib.claims.usecases.queues import start_queue
from chalicelib.kernel.errors import NotFound, QuebaoError
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Part
from chalicelib.settlement.usecases.cover_changes import COVER, CoverChanges
from chalicelib.settlement.usecases.pay import Payment, payment_queue
from chalicelib.settlement.usecases.redecide import REDECIDE, Redeciding

STALE_AFTER = timedelta(minutes=10)
"""How long a claim stands in a queue before the sweep looks at it: longer than a settlement with all its retries."""

RESTARTS_MAX = 5
"""How often the sweep starts a claim again whose executions come to no end, before it is put aside for a person."""

SETTLEMENT_FAILED = "settlement-failed"
"""The reason of a claim that was put aside since its settlement failed again and again."""


def quarantine_queue(claim_id: str) -> str:
    """The queue of one claim that only a person starts again."""
    return f"quarantine#{claim_id}"


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How many places in queues the sweep looked at, started again, and could not reach."""

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
    clock: Clock
    retrying: Retrying

    def defer(self, claim_id: str) -> None:
        """Put a claim aside whose decision could not reach what it needs. It does not look again: looking is what
        failed.
        """
        self.retrying.on_conflict(lambda: self._defer_once(claim_id))

    def put_aside(self, record: ClaimRecord, wait: Wait) -> ClaimStatus:
        """Put a claim that was looked at into the queue of what it waits for, with whom it concerns by now; one that
        waits for that already stays as it is. Raises `VersionConflict` where what is waited for has arrived meanwhile.
        """
        if record.status is not ClaimStatus.DEFERRED or record.waiting != wait.key:
            self._queue(record, wait)
        return ClaimStatus.DEFERRED

    def resume(self, claim_id: str) -> None:
        """Start a deferred claim again; any other is left alone."""

        def once() -> None:
            record = self.claims.get(claim_id)
            if record is not None and record.status is ClaimStatus.DEFERRED:
                self.restart(record)

        self.retrying.on_conflict(once)

    def resume_queue(self, key: str) -> None:
        """Start everyone in a queue again."""
        for waiting in every(lambda page: self.claims.waiting_for(key, page)):
            self.resume(waiting.claim_id)

    def restart(self, record: ClaimRecord) -> None:
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
        told: list[Part] = [told_of(started, HistoryEvent.RESUMED)] if was_deferred else []
        self._move(record, started, Wait("", start_queue(record.claim_id)), told)
        self.workflows.start_settlement(record.claim_id, started.attempt)

    def sweep(self) -> SweepResult:
        """Look at every claim that has been open for long, oldest first, and start what need not wait.

        One claim that fails does not keep the others waiting; the next sweep meets it again.
        """
        before = instant(self.clock.now() - STALE_AFTER)
        seen = resumed = failed = 0
        for waiting in every(lambda page: self.claims.open_since(before, page)):
            seen += 1
            try:
                resumed += self._look_after(waiting)
            except QuebaoError:
                failed += 1
        return SweepResult(seen, resumed, failed)

    def _look_after(self, waiting: Waiting) -> bool:
        return self._finish(waiting) or self._start_again(waiting)

    def _finish(self, waiting: Waiting) -> bool:
        """What is left to do after a claim was decided; False for the queue of an open claim."""
        if waiting.key.startswith(REDECIDE):
            self.redeciding.finish(waiting)
        elif waiting.key.startswith(COVER):
            self.cover.finish(waiting)
        elif waiting.key == payment_queue(waiting.claim_id):
            self.payment.pay(waiting.claim_id)
        else:
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
        """Start a claim whose execution came to no end, if any ran: nobody but the claim counts how often."""
        if record.restarts >= RESTARTS_MAX:
            self._queue(record, Wait(SETTLEMENT_FAILED, quarantine_queue(record.claim_id)))
            return False
        attempt = record.attempt + 1
        counted = replace(record, attempt=attempt, restarts=record.restarts + 1, revision=record.revision + 1)
        self.commits.commit([UpdateClaim(counted)])
        self.workflows.start_settlement(record.claim_id, attempt)
        return True

    def _defer_once(self, claim_id: str) -> None:
        record = self.claims.get(claim_id)
        if record is None:
            raise NotFound
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
        """Whether a claim still waits for a record; one with something wrong does not, it is to be refused."""
        if record.reason == DEPENDENCY_UNAVAILABLE:
            return False
        if record.reason == SETTLEMENT_FAILED:
            return True
        examination = self._examine(record)
        return not examination.findings and examination.wait is not None

    def _move(self, record: ClaimRecord, moved: ClaimRecord, wait: Wait, told: Sequence[Part]) -> None:
        """From one queue to another, with what is to be told of it, in one transaction."""
        parts: list[Part] = [UpdateClaim(replace(moved, waiting=wait.key)), *wait.still, *told]
        if record.waiting is not None and record.waiting != wait.key:
            parts.append(CloseWaiting(record.waiting, record.claim_id))
        self.commits.commit([*parts, OpenWaiting(Waiting(wait.key, record.claim_id, moved.changed_at))])
