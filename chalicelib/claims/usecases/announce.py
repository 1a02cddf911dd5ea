"""Tells what became of a claim, from settled and rejected to reversed and ruled on, each at least once.

What is to be told is put into a queue by the very transaction that changes the claim, and leaves it once it was told.
So nothing is lost when a task ends in between or the bus does not answer: the sweep finds it there and tells it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.claims.domain.record import ClaimRecord, Waiting
from chalicelib.claims.ports import ClaimStore, CloseWaiting, OpenWaiting
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import NotFound, Unavailable, VersionConflict
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Announcement, Commits, Events

ANNOUNCE = "announce#"
"""How the queue of everything that is still to be told begins."""


class ClaimEvent(StrEnum):
    """What can become of a claim."""

    SETTLED = "claim.settled"
    REJECTED = "claim.rejected"
    DEFERRED = "claim.deferred"
    RESUMED = "claim.resumed"
    REVERSED = "claim.reversed"
    WITHDRAWN = "claim.withdrawn"
    RULED = "claim.ruled"


def to_announce(record: ClaimRecord, event: ClaimEvent, about: str | None = None) -> OpenWaiting:
    """What a transaction that moves a claim writes with it; of a ruling, `about` is the dispute."""
    return OpenWaiting(Waiting(_queue(record, event, about), record.claim_id, record.changed_at))


@dataclass(frozen=True, slots=True)
class Announcing:
    claims: ClaimStore
    commits: Commits
    events: Events

    def announce(self, record: ClaimRecord, event: ClaimEvent, about: str | None = None) -> None:
        """Tell what a claim's last change was, unless that was done. Raises `Unavailable`; then the sweep tells it."""
        for waiting in every(lambda page: self.claims.waiting_for(_queue(record, event, about), page)):
            self.tell(waiting)

    def announce_or_leave(self, record: ClaimRecord, event: ClaimEvent, about: str | None = None) -> None:
        """The same for those whose own work is done: a bus that does not answer is no reason to do it again."""
        try:
            self.announce(record, event, about)
        except (Unavailable, VersionConflict):
            return

    def tell(self, waiting: Waiting) -> None:
        """Tell one thing that is in the queue, and take it out."""
        record = self.claims.get(waiting.claim_id)
        if record is None:
            raise NotFound
        self.events.tell(announcement_of(record, waiting))
        self.commits.commit([CloseWaiting(waiting.key, waiting.claim_id)])


def announcement_of(record: ClaimRecord, waiting: Waiting) -> Announcement:
    """What is told, read from its place in the queue: the claim may have moved on since."""
    _, event, attempt, about, _ = waiting.key.split("#")
    detail: dict[str, str | int] = {
        "claim_id": record.claim_id,
        "institution": record.institution,
        "version": record.version,
        "status": _STATUSES.get(ClaimEvent(event), record.status.value),
        "attempt": int(attempt),
        "occurred_at": waiting.since,
    }
    if about:
        detail["dispute_id" if event == ClaimEvent.RULED.value else "reason"] = about
    return Announcement(f"evt_{sha256_hex(waiting.key.encode())[:32]}", event, detail)


def _queue(record: ClaimRecord, event: ClaimEvent, about: str | None) -> str:
    """A queue of its own for each thing told. The reason of a deferral is a code; that of a reversal is a person's
    sentence and stays where it is.
    """
    told = record.reason if event is ClaimEvent.DEFERRED else about
    return f"{ANNOUNCE}{event.value}#{record.attempt}#{told or ''}#{record.claim_id}"


_STATUSES = {
    ClaimEvent.SETTLED: "settled",
    ClaimEvent.REJECTED: "rejected",
    ClaimEvent.DEFERRED: "deferred",
    ClaimEvent.RESUMED: "received",
    ClaimEvent.REVERSED: "reversed",
    ClaimEvent.WITHDRAWN: "withdrawn",
}
"""The state that a change left; a ruling leaves the claim's own as it is."""
