"""What beds need of the world: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.beds.domain import BedFiling
from chalicelib.kernel.ports import Shelf


def beds_of(institution: str) -> str:
    """The list of an institution's filings."""
    return f"INSTITUTION#{institution}"


def beds_in(area: str) -> str:
    """The list of a pooling area's, or an agency's, filings."""
    return f"AREA#{area}"


class BedStore(Shelf[BedFiling], Protocol):
    """Filings of beds by institution and by area."""
