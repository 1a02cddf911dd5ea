"""Purchases outside the procurement platform: drugs and consumables used first and filed there later, by a clock.

bought -> filed. The clock runs from the day of the purchase; a late filing is accepted and shown as late. Nothing here
reads a store.

Source: X-05, 山西 2020-03-26 发布会 医保.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode

OffPlatformPurchaseId = NewType("OffPlatformPurchaseId", str)

PURCHASE_FILING = "purchase-filing"
"""The policy name of the clock for filing a purchase."""


class PurchaseStatus(StrEnum):
    BOUGHT = "bought"
    FILED = "filed"


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods bought: a catalogue item by its code, with the quantity and the unit price (a decimal in yuan)."""

    code: str
    name: str
    quantity: str
    price: str
    supplier: str


@dataclass(frozen=True, slots=True)
class OffPlatformPurchase:
    """A purchase outside the platform. `platform_no` is the platform's number for the purchase, once filed."""

    purchase_id: OffPlatformPurchaseId
    purchase_no: str
    institution: InstitutionCode
    agency: AreaCode
    area: AreaCode
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
        """The reported content, without the time of the report."""
        return (self.goods, self.bought_on)

    def filed_under(self, platform_no: str, act: Act) -> OffPlatformPurchase:
        """File the purchase under the platform's number, again without effect. Raises `Conflict` for another number."""
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


def off_platform_id_of(institution: InstitutionCode, purchase_no: str) -> OffPlatformPurchaseId:
    """Derive the purchase's id: an institution's number names a single purchase."""
    return OffPlatformPurchaseId(f"pur_{fingerprint([institution, purchase_no])[:26]}")


_FILED = finding(
    "purchase-filed",
    "platform_no",
    "该采购已按另一平台编号备案，请先查询。",
    "Read the purchase first: it was filed under another platform number.",
)
