"""Tells what became of a claim, from settled and rejected to reversed and ruled on, each at least once.

What is told is read from the claim's history, which is written in one with every change: whoever brings its new entries
(the table's stream) brings them until they were told. So nothing is lost when a task ends in between or the bus does
not answer, and nothing that a claim waits for asks for a request of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.claims.domain.history import HistoryEntry, HistoryEvent
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Announcement, Events


class ClaimEvent(StrEnum):
    """What can become of a claim."""

    SETTLED = "claim.settled"
    REJECTED = "claim.rejected"
    DEFERRED = "claim.deferred"
    RESUMED = "claim.resumed"
    REVERSED = "claim.reversed"
    WITHDRAWN = "claim.withdrawn"
    RULED = "claim.ruled"


@dataclass(frozen=True, slots=True)
class Announcing:
    events: Events

    def tell(self, entry: HistoryEntry) -> None:
        """Tell one change of a claim, unless it is of a kind that nobody is told. Raises `Unavailable`; then it is
        to be brought again.
        """
        announcement = announcement_of(entry)
        if announcement is not None:
            self.events.tell(announcement)


def announcement_of(entry: HistoryEntry) -> Announcement | None:
    """What is told of a change. The reason of a deferral is a code; that of a reversal is a person's sentence and stays
    where it is.
    """
    event = _TOLD.get(entry.event)
    if event is None:
        return None
    detail: dict[str, str | int] = {
        "claim_id": entry.claim_id,
        "institution": entry.institution,
        "version": entry.version,
        "status": entry.status,
        "attempt": entry.attempt,
        "occurred_at": entry.at,
    }
    if event is ClaimEvent.DEFERRED and entry.reason is not None:
        detail["reason"] = entry.reason
    if event is ClaimEvent.RULED and entry.about is not None:
        detail["dispute_id"] = entry.about
    return Announcement(entry.event_id, event, detail)


_TOLD: Mapping[HistoryEvent, ClaimEvent] = {
    HistoryEvent.SETTLED: ClaimEvent.SETTLED,
    HistoryEvent.REJECTED: ClaimEvent.REJECTED,
    HistoryEvent.DEFERRED: ClaimEvent.DEFERRED,
    HistoryEvent.RESUMED: ClaimEvent.RESUMED,
    HistoryEvent.REVERSAL: ClaimEvent.REVERSED,
    HistoryEvent.WITHDRAWN: ClaimEvent.WITHDRAWN,
    HistoryEvent.REPLACED: ClaimEvent.WITHDRAWN,
    HistoryEvent.RULING: ClaimEvent.RULED,
}
"""The changes that are told."""
