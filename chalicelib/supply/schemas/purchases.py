"""Wire models of purchases outside the platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.adjudication.domain.claim_document import plain_decimal
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    act_document,
    act_or_none,
    clock_document,
)
from chalicelib.platform.http.fields import BusinessNumber, Code, DateText, Label, PriceText, QuantityText
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import WireModel
from chalicelib.supply.domain.purchases import Goods, OffPlatformPurchase, PurchaseStatus
from chalicelib.supply.usecases.purchases import OffPlatformRequest


class OffPlatformPurchaseBody(WireModel):
    """Goods bought outside the platform and in use."""

    purchase_no: BusinessNumber
    code: Code
    name: Label
    quantity: QuantityText
    price: PriceText
    supplier: Label
    bought_on: DateText

    def to_request(self) -> OffPlatformRequest:
        """Build the request of the use case."""
        quantity, price = plain_decimal(self.quantity), plain_decimal(self.price)
        goods = Goods(self.code, self.name, quantity, price, self.supplier)
        return OffPlatformRequest(self.purchase_no, goods, self.bought_on)


class PurchaseFilingBody(WireModel):
    platform_no: BusinessNumber


class OffPlatformPurchaseDocument(Answer):
    """A purchase; `filing` is the clock for filing the purchase on the platform."""

    purchase_id: str
    purchase_no: str
    institution: str
    agency: Area
    area: Area
    code: str
    name: str
    quantity: str
    price: str
    supplier: str
    bought_on: date
    status: PurchaseStatus
    reported: ActDocument
    filing: ClockDocument
    platform_no: str | None
    filed: ActDocument | None
    citation: Citation


class OffPlatformPurchasePage(Answer):
    items: list[OffPlatformPurchaseDocument]
    next: str | None


def off_platform_document(purchase: OffPlatformPurchase, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the document of a purchase made outside the platform."""
    goods = purchase.goods
    return {
        "purchase_id": purchase.purchase_id,
        "purchase_no": purchase.purchase_no,
        "institution": purchase.institution,
        "agency": purchase.agency,
        "area": purchase.area,
        "code": goods.code,
        "name": goods.name,
        "quantity": goods.quantity,
        "price": goods.price,
        "supplier": goods.supplier,
        "bought_on": purchase.bought_on.isoformat(),
        "status": purchase.status.value,
        "reported": act_document(purchase.reported),
        "filing": clock_document(purchase.filing, now, cite),
        "platform_no": purchase.platform_no,
        "filed": act_or_none(purchase.filed),
        "citation": cite(purchase.citation),
    }


def off_platform_file(purchases: Sequence[OffPlatformPurchase]) -> ListFile:
    """Write purchases outside the platform as a file, one per row."""
    columns = (
        Column("单号", english="number"),
        Column("机构", english="institution"),
        Column("区划", english="area"),
        Column("品种编码", english="code"),
        Column("名称", english="name"),
        Column("数量", ColumnKind.DECIMAL, english="quantity"),
        Column("单价（元）", ColumnKind.PRICE, english="price"),
        Column("供应商", english="supplier"),
        Column("采购日", ColumnKind.DAY, english="bought on"),
        Column("状态", english="status"),
        Column("备案期限", english="due"),
        Column("备案编号", english="platform number"),
        Column("条款", english="provision"),
    )
    rows = [
        (
            each.purchase_no,
            each.institution,
            each.area,
            each.goods.code,
            each.goods.name,
            each.goods.quantity,
            each.goods.price,
            each.goods.supplier,
            each.bought_on,
            each.status.value,
            each.filing.due,
            each.platform_no,
            each.citation,
        )
        for each in purchases
    ]
    return ListFile("off-platform-purchases", columns, rows)
