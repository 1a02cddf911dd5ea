"""The entries of a claim's history in the state table: `CLAIM#id` / `HISTORY#place`, written once and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.claims.domain.history import HistoryEntry
from chalicelib.claims.tables.items import claim_pk
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import from_item

HISTORY_PREFIX = "HISTORY#"
HISTORY = Record(HistoryEntry, lambda entry: (claim_pk(entry.claim_id), f"{HISTORY_PREFIX}{entry.place}"))


def told_of(record: Mapping[str, Any]) -> HistoryEntry | None:
    """Return the history entry that a record of the table's stream reports as added; None for any other record."""
    about = record["dynamodb"]
    is_entry = record["eventName"] == "INSERT" and about["Keys"]["sk"]["S"].startswith(HISTORY_PREFIX)
    return HISTORY.read(from_item(about["NewImage"])) if is_entry else None
