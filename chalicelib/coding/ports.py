"""What the duties of coding need of the world: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.coding.domain import CodingDuty
from chalicelib.kernel.ports import Shelf


def coding_of(institution: str) -> str:
    """The list of what an institution owes."""
    return f"INSTITUTION#{institution}"


def coding_in(area: str) -> str:
    """The list of what is owed in an area."""
    return f"AREA#{area}"


class CodingStore(Shelf[CodingDuty], Protocol):
    """Duties by institution and by area, in the order in which they are due."""
