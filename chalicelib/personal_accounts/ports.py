"""What personal accounts need of the world: their stores."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.personal_accounts.domain import AccountPurchase, ProtectiveItem


def kept_by(institution: str) -> str:
    """The list of an institution's items, and of its purchases."""
    return f"INSTITUTION#{institution}"


def bought_in(area: str) -> str:
    """The list of an area's purchases."""
    return f"AREA#{area}"


class ProtectiveItemStore(Shelf[ProtectiveItem], Protocol):
    """Items by institution, in the order of their codes and days."""


class PurchaseStore(Shelf[AccountPurchase], Protocol):
    """Purchases by institution and by area, in the order in which they were recorded."""
