"""Port of the duties of coding: their store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from chalicelib.coding.domain import CodingDuty
from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode


def coding_of(institution: InstitutionCode) -> str:
    """Return the name of the list of an institution's duties."""
    return f"INSTITUTION#{institution}"


def coding_in(area: AreaCode) -> str:
    """Return the name of the list of an area's duties."""
    return f"AREA#{area}"


class CodingStore(Shelf[CodingDuty], Protocol):
    """The store of duties, by institution and by area, in the order in which they are due."""

    def get_many(self, record_ids: Iterable[str]) -> Mapping[str, CodingDuty]:
        """Return at most a hundred duties by their ids, in a single request; absent duties are left out."""
        ...
