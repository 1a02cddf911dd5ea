"""Ports of personal accounts: the stores of items and purchases."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.personal_accounts.domain import AccountPurchase, ProtectiveItem


def kept_by(institution: InstitutionCode) -> str:
    """Return the name of the list of an institution's items, and of its purchases."""
    return f"INSTITUTION#{institution}"


def bought_in(area: AreaCode) -> str:
    """Return the name of the list of an area's purchases."""
    return f"AREA#{area}"


class ProtectiveItemStore(Shelf[ProtectiveItem], Protocol):
    """The store of items, by institution, in the order of their codes and days."""


class PurchaseStore(Shelf[AccountPurchase], Protocol):
    """The store of purchases, by institution and by area, in the order of their recording."""
