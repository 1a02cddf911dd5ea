"""The entries of a claim's history in the state table: `CLAIM#id` / `HISTORY#place`, written once and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.claims.domain.history import AddHistory, DecidedBy, HistoryEntry, HistoryEvent
from chalicelib.claims.tables.items import claim_pk
from chalicelib.kernel.access import Role
from chalicelib.platform.aws.table import to_item, without_nones

HISTORY_PREFIX = "HISTORY#"


def write_history_item(entry: HistoryEntry) -> dict[str, Any]:
    """An entry."""
    return without_nones(
        {
            "pk": claim_pk(entry.claim_id),
            "sk": f"{HISTORY_PREFIX}{entry.place}",
            "claim_id": entry.claim_id,
            "at": entry.at,
            "event": entry.event.value,
            "version": entry.version,
            "revision": entry.revision,
            "role": None if entry.role is None else entry.role.value,
            "transaction_id": entry.transaction_id,
            "bundle": entry.bundle,
            "reason": entry.reason,
            "decided": None if entry.decided is None else asdict(entry.decided),
            "changes": [{name: getattr(each, name) for name in PartyChange.__slots__} for each in entry.changes],
        }
    )


def read_history_item(item: Mapping[str, Any]) -> HistoryEntry:
    """An entry."""
    return HistoryEntry(
        claim_id=item["claim_id"],
        at=item["at"],
        event=HistoryEvent(item["event"]),
        version=item["version"],
        revision=item["revision"],
        role=Role(item["role"]) if "role" in item else None,
        transaction_id=item.get("transaction_id"),
        bundle=item.get("bundle"),
        reason=item.get("reason"),
        decided=DecidedBy(**item["decided"]) if "decided" in item else None,
        changes=tuple(PartyChange(**each) for each in item["changes"]),
    )


def history_operations(part: AddHistory, state_table: str) -> list[dict[str, Any]]:
    """The write of an entry."""
    item = to_item(write_history_item(part.entry))
    return [{"Put": {"TableName": state_table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}]
