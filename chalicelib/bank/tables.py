"""The bank's movements in the state table, each under its hashed reference.

| pk | sk | what |
|---|---|---|
| BANK#movement | MOVEMENT | what was said under one reference of one office |
"""

from __future__ import annotations

from typing import Any

from chalicelib.bank.domain import Movement
from chalicelib.bank.ports import KeepMovement
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import Table, to_item

_SK = "MOVEMENT"
_MOVEMENTS = Record(Movement, lambda movement: (_pk(movement.movement_id), _SK))


class DynamoBankMovements:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, movement_id: str) -> Movement | None:
        item = self._state.get(_pk(movement_id), _SK)
        return None if item is None else _MOVEMENTS.read(item)


def operations(part: KeepMovement, table: str) -> list[dict[str, Any]]:
    """What the part becomes in the state table."""
    kept = part.movement
    item = to_item(_MOVEMENTS.write(kept))
    put: dict[str, Any] = {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
    if kept.revision > 1:
        put["ConditionExpression"] = "revision = :before"
        put["ExpressionAttributeValues"] = to_item({":before": kept.revision - 1})
    return [{"Put": put}]


def _pk(movement_id: str) -> str:
    return f"BANK#{movement_id}"
