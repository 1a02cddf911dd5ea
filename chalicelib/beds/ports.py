"""Port of beds: the store of filings."""

from __future__ import annotations

from typing import Protocol

from chalicelib.beds.domain import BedFiling
from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode


def beds_of(institution: InstitutionCode) -> str:
    """Return the name of the list of an institution's filings."""
    return f"INSTITUTION#{institution}"


def beds_in(area: AreaCode) -> str:
    """Return the name of the list of filings of a pooling area or an agency."""
    return f"AREA#{area}"


class BedStore(Shelf[BedFiling], Protocol):
    """The store of bed filings, by institution and by area."""
