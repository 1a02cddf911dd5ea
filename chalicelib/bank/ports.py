"""What the bank's word needs of the world: the movements recorded so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chalicelib.bank.domain import Movement
from chalicelib.kernel.writes import Part


@dataclass(frozen=True, slots=True)
class KeepMovement(Part):
    """Keep what was said under a bank's reference. Condition: it stands at the revision before, or is new at 1."""

    movement: Movement


class BankMovements(Protocol):
    def get(self, movement_id: str) -> Movement | None: ...
