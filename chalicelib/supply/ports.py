"""What purchases beside the platform need of the world: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.supply.domain import OffPlatformPurchase


def purchases_of(institution: str) -> str:
    """The list of an institution's purchases."""
    return f"INSTITUTION#{institution}"


def purchases_in(area: str) -> str:
    """The list of an area's purchases."""
    return f"AREA#{area}"


class OffPlatformStore(Shelf[OffPlatformPurchase], Protocol):
    """Purchases by institution and by area, by the day on which they were made."""
