"""Port of requisitions: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.requisitions.domain import AidAsked, Requisition


def requisitions_in(area: AreaCode) -> str:
    """Name the list of the requisitions that an area asked for or pays."""
    return f"AREA#{area}"


class RequisitionStore(Shelf[Requisition], Protocol):
    """Requisitions by area."""


class AidStore(Protocol):
    def get(self, area: AreaCode) -> AidAsked | None: ...
