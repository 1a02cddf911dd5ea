"""The bank's movements in the state table, each under its hashed reference.

| pk | sk | what |
|---|---|---|
| BANK#movement | MOVEMENT | what was said under one reference of one office |
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chalicelib.bank.domain import BankOutcome, Movement, MovementKind
from chalicelib.bank.ports import KeepMovement
from chalicelib.platform.aws.acts import read_act
from chalicelib.platform.aws.table import Table, to_item

_SK = "MOVEMENT"


class DynamoBankMovements:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, movement_id: str) -> Movement | None:
        item = self._state.get(_pk(movement_id), _SK)
        if item is None:
            return None
        known: dict[str, Any] = {name: item[name] for name in Movement.__slots__}
        read = {
            "kind": MovementKind(item["kind"]),
            "names": tuple(item["names"]),
            "outcome": BankOutcome(item["outcome"]),
            "said": read_act(item["said"]),
        }
        return Movement(**{**known, **read})


def operations(part: KeepMovement, table: str) -> list[dict[str, Any]]:
    """What the part becomes in the state table."""
    kept = part.movement
    item = {"pk": _pk(kept.movement_id), "sk": _SK, **asdict(kept)}
    put: dict[str, Any] = {"TableName": table, "Item": to_item(item), "ConditionExpression": "attribute_not_exists(pk)"}
    if kept.revision > 1:
        put["ConditionExpression"] = "revision = :before"
        put["ExpressionAttributeValues"] = to_item({":before": kept.revision - 1})
    return [{"Put": put}]


def _pk(movement_id: str) -> str:
    return f"BANK#{movement_id}"
