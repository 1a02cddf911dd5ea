"""Moves of claims into queues and out of queues, as parts of a write.

A claim whose execution is to run or is running stands in its queue by its own record, so moving there writes nothing
more than the claim.
"""

from __future__ import annotations

from chalicelib.claims.domain.record import ClaimRecord, QueueKind, Waiting
from chalicelib.claims.ports import CloseWaiting, OpenWaiting


def into_queue(waiting: Waiting) -> tuple[OpenWaiting, ...]:
    """Return the writes by which a claim enters a queue, beside those of its record."""
    return () if waiting.kind is QueueKind.START else (OpenWaiting(waiting),)


def out_of_queue(record: ClaimRecord) -> tuple[CloseWaiting, ...]:
    """Return the writes by which a claim leaves its queue, beside those of its record."""
    if record.waiting is None or record.started is not None:
        return ()
    return (CloseWaiting(record.waiting, record.claim_id),)
