"""Wire models of purchases outside the platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import AliasPath, Field

from chalicelib.adjudication.domain.claim_document import plain_decimal
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
)
from chalicelib.platform.http.fields import BusinessNumber, Code, DateText, Label, PriceText, QuantityText
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
    code: Annotated[str, Field(validation_alias=AliasPath("goods", "code"))]
    name: Annotated[str, Field(validation_alias=AliasPath("goods", "name"))]
    quantity: Annotated[str, Field(validation_alias=AliasPath("goods", "quantity"))]
    price: Annotated[str, Field(validation_alias=AliasPath("goods", "price"))]
    supplier: Annotated[str, Field(validation_alias=AliasPath("goods", "supplier"))]
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
