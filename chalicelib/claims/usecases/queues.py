"""The names of the queues in which claims wait."""

from __future__ import annotations


def start_queue(claim_id: str) -> str:
    """Return the queue of one claim whose execution is to run or is running."""
    return f"start#{claim_id}"
