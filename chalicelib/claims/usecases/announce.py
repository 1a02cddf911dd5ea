"""Announces the changes of claims, from settled and rejected to reversed and ruled on, every change at least once.

Announcements are read from the claim's history, which is written in one with every change: the table's stream brings
new entries until the entries have been told. So nothing is lost when a task ends in between or the bus does not answer,
and telling adds no request to the work that a claim waits for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.claims.domain.history import HistoryEntry, HistoryEvent
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Announcement, Events


class ClaimEvent(StrEnum):
    """The kind of an announced change of a claim."""

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
        """Tell one change of a claim, unless nobody is told changes of its kind. Raises `Unavailable`; the change is
        then to be brought again.
        """
        announcement = announcement_of(entry)
        if announcement is not None:
            self.events.tell(announcement)


def announcement_of(entry: HistoryEntry) -> Announcement | None:
    """Return the announcement of a change; None for a kind that is not told. The reason of a deferral is a code; the
    reason of a reversal is a person's sentence and is not told.
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
"""The kinds of change that are told."""
