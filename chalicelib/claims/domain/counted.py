"""Changes of the sums in which claims count, written with the claim in one transaction.

A change holds the claim's count before the write and its count since. A claim's writes follow each other, each write on
the revision before, so the claim's changes add up to its present count in whatever order they are added.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.claims.domain.record import ClaimRecord, Counted
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode

CHANGES_KEPT = timedelta(days=60)
"""The time for which a change stays beside the sums: the sums are to be brought up to date long before."""


@dataclass(frozen=True, slots=True)
class CountedChange:
    """A change of a claim's count: before the write, None where the claim was received then, and since the write.
    `expires_at` is in seconds since 1970.
    """

    claim_id: ClaimId
    institution: InstitutionCode
    received_at: Instant
    at: Instant
    expires_at: int
    before: Counted | None
    after: Counted

    @property
    def place(self) -> str:
        """The key of the change, which orders all changes."""
        return f"{self.at}#{self.claim_id}#{self.after.revision:08d}"


def counted_change(record: ClaimRecord) -> CountedChange | None:
    """Return the change of the sums made by writing a claim; None where the claim counts as before. The record was read
    and changed since, or is new.
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
