"""Protective goods that a person buys with the personal account, of the items that an institution maintains.

The account is the person's own money: no fund, no finance and no claim takes part. Nothing here reads a store.

Source: Y-07, 云医保〔2020〕12号 三（四）.
"""

from __future__ import annotations

from datetime import date
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken

ProtectiveItemId = NewType("ProtectiveItemId", str)
AccountPurchaseId = NewType("AccountPurchaseId", str)


@dataclass(frozen=True, slots=True)
class ProtectiveItem:
    """An item of an institution, of a kind of goods (`supply`), from a first to a last day, both inclusive."""

    item_id: ProtectiveItemId
    institution: InstitutionCode
    code: str
    name: str
    supply: str
    starts_on: date
    ends_on: date | None
    maintained: Act
    citation: str
    revision: int = 1

    def is_kept_on(self, day: date) -> bool:
        """Tell whether the institution offers the item on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    code: str
    quantity: int
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class AccountPurchase:
    """A person's purchase on a day. `citations` are the provision that lets the account buy, and the provision by which
    the institution maintains its items.
    """

    purchase_id: AccountPurchaseId
    purchase_no: str
    institution: InstitutionCode
    agency: AreaCode
    area: AreaCode
    person: PersonToken
    on: date
    lines: tuple[PurchaseLine, ...]
    total_fen: Fen
    content: str
    recorded: Act
    citations: tuple[str, ...]
    revision: int = 1


def item_id_of(institution: InstitutionCode, code: str, starts_on: date) -> ProtectiveItemId:
    """Return the item's id, from code and first day only: the end may be corrected later."""
    return ProtectiveItemId(f"pgd_{fingerprint([institution, code, starts_on.isoformat()])[:26]}")


def purchase_id_of(institution: InstitutionCode, purchase_no: str) -> AccountPurchaseId:
    """Return the id of the one purchase that an institution's number names."""
    return AccountPurchaseId(f"apu_{fingerprint([institution, purchase_no])[:26]}")
