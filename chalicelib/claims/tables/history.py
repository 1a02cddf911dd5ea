"""The entries of a claim's history in the state table: `CLAIM#id` / `HISTORY#place`, written once and never changed."""

from __future__ import annotations

from chalicelib.claims.domain.history import HistoryEntry
from chalicelib.claims.tables.items import claim_pk
from chalicelib.platform.aws.codec import Record

HISTORY_PREFIX = "HISTORY#"
HISTORY = Record(HistoryEntry, lambda entry: (claim_pk(entry.claim_id), f"{HISTORY_PREFIX}{entry.place}"))
