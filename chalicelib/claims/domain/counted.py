"""What a write of a claim changes of the sums in which it counts, written with the claim in one transaction.

A change says how the claim counted before and how it counts since. A claim's writes follow each other, each on the
revision before, so its changes add up to how it counts now in whatever order they are added.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.claims.domain.record import ClaimRecord, Counted
from chalicelib.kernel.frozen import dataclass

CHANGES_KEPT = timedelta(days=60)
"""How long a change stays beside the sums: they are to be brought up to date long before."""


@dataclass(frozen=True, slots=True)
class CountedChange:
    """How a claim counted before a write, None where it was received then, and how it counts since. `expires_at` is in
    seconds since 1970.
    """

    claim_id: str
    institution: str
    received_at: str
    at: str
    expires_at: int
    before: Counted | None
    after: Counted

    @property
    def place(self) -> str:
        """Where the change stands among all."""
        return f"{self.at}#{self.claim_id}#{self.after.revision:08d}"


def counted_change(record: ClaimRecord) -> CountedChange | None:
    """What writing a claim changes of the sums; None where it counts as it did. The record is one that was read and
    changed since, or a new one.
    """
    before, after = record.as_read, record.counted
    if (0 if before is None else before.revision) != record.revision - 1:
        raise AssertionError("a claim is written as it was read, at the next revision")
    if before is not None and replace(before, revision=after.revision) == after:
        return None
    expires_at = int((datetime.fromisoformat(record.changed_at) + CHANGES_KEPT).timestamp())
    return CountedChange(
        record.claim_id, record.institution, record.received_at, record.changed_at, expires_at, before, after
    )
