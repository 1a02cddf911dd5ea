"""Drugs and consumables bought beside the procurement platform: used first, filed there afterwards, by a clock.

bought -> filed. The clock runs from the day of the purchase; a filing after it stands and is shown as late. Nothing
here reads a store.

Source: X-05, 山西 2020-03-26 发布会 医保.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act

PURCHASE_FILING = "purchase-filing"
"""The business that policy is asked about."""


class PurchaseStatus(StrEnum):
    BOUGHT = "bought"
    FILED = "filed"


@dataclass(frozen=True, slots=True)
class Goods:
    """What was bought: an item of the catalogue by its code, how much, at which price for one (a decimal in yuan)."""

    code: str
    name: str
    quantity: str
    price: str
    supplier: str


@dataclass(frozen=True, slots=True)
class OffPlatformPurchase:
    """One purchase. `platform_no` is the number under which the platform has it, once it is filed."""

    purchase_id: str
    purchase_no: str
    institution: str
    agency: str
    area: str
    goods: Goods
    bought_on: date
    reported: Act
    filing: LegalClock
    citation: str
    status: PurchaseStatus = PurchaseStatus.BOUGHT
    platform_no: str | None = None
    filed: Act | None = None
    revision: int = 1

    @property
    def said(self) -> tuple[object, ...]:
        """What was reported, without when."""
        return (self.goods, self.bought_on)

    def filed_under(self, platform_no: str, act: Act) -> OffPlatformPurchase:
        """The purchase as the platform has it; the same number again changes nothing. Raises `Conflict` for another."""
        if self.platform_no is not None:
            if self.platform_no == platform_no:
                return self
            raise Conflict([_FILED.naming(platform_no=self.platform_no)])
        return replace(
            self,
            status=PurchaseStatus.FILED,
            platform_no=platform_no,
            filed=act,
            filing=self.filing.stop(act.at),
            revision=self.revision + 1,
        )


def off_platform_id_of(institution: str, purchase_no: str) -> str:
    """An institution's number names one purchase."""
    return f"pur_{fingerprint([institution, purchase_no])[:26]}"


_FILED = finding(
    "purchase-filed",
    "platform_no",
    "该采购已按另一平台编号备案，请先查询。",
    "Read the purchase first: it was filed under another platform number.",
)
