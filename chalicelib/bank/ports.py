"""The port of the bank's register: the movements recorded so far."""

from __future__ import annotations

from typing import Protocol

from chalicelib.bank.domain import Movement
from chalicelib.kernel.words.ids import MovementId


class BankMovements(Protocol):
    def get(self, movement_id: MovementId) -> Movement | None: ...
