"""Uncounted changes of the sums of claims, in the state table: `UNCOUNTED#shard` / `instant#claim#revision`."""

from __future__ import annotations

from hashlib import sha256

from chalicelib.claims.domain.counted import CountedChange
from chalicelib.platform.aws.codec import Record

UNCOUNTED_SHARDS = tuple(f"UNCOUNTED#{shard}" for shard in range(4))
"""Partitions of the changes, chosen by the claim: a write that changes a claim's count goes to one partition."""


def _key(change: CountedChange) -> tuple[str, str]:
    shard = sha256(change.claim_id.encode()).digest()[0] % len(UNCOUNTED_SHARDS)
    return UNCOUNTED_SHARDS[shard], change.place


UNCOUNTED = Record(CountedChange, _key)
