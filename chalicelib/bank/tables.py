"""The bank's movements in the state table, each under its hashed reference.

| pk | sk | content |
|---|---|---|
| BANK#movement | MOVEMENT | the report made under one reference of one office |
"""

from __future__ import annotations

from chalicelib.bank.domain import Movement
from chalicelib.kernel.words.ids import MovementId
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import Table

_SK = "MOVEMENT"
MOVEMENTS = Record(Movement, lambda movement: (_pk(movement.movement_id), _SK))


class DynamoBankMovements:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, movement_id: MovementId) -> Movement | None:
        item = self._state.get(_pk(movement_id), _SK)
        return None if item is None else MOVEMENTS.read(item)


def _pk(movement_id: MovementId) -> str:
    return f"BANK#{movement_id}"
