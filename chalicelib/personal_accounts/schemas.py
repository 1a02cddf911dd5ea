"""Protective goods and purchases with the personal account on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from chalicelib.law.domain.services.vocabulary import ProtectiveSupply
from chalicelib.personal_accounts.domain import PurchaseLine
from chalicelib.personal_accounts.usecases import ItemRequest, PurchaseRequest
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation, Person, Yuan
from chalicelib.platform.http.fields import BusinessNumber, Code, DateText, Label, MoneyText, PersonName
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.registry.schemas.identity import DocumentBody


class ProtectiveItemBody(WireModel):
    code: Code
    name: Label
    supply: Choice[ProtectiveSupply]
    starts_on: DateText = Field(validation_alias="from")
    ends_on: DateText | None = Field(default=None, validation_alias="to")

    def to_request(self) -> ItemRequest:
        """Convert the body to the use case's item."""
        return ItemRequest(self.code, self.name, self.supply, self.starts_on, self.ends_on)


class BuyerBody(DocumentBody):
    name: PersonName


class PurchaseLineBody(WireModel):
    code: Code
    quantity: Annotated[int, Field(ge=1, le=10_000)]
    amount: Annotated[MoneyText, Field(gt=0)]


class PurchaseBody(WireModel):
    purchase_no: BusinessNumber
    patient: BuyerBody
    on: DateText
    lines: Annotated[list[PurchaseLineBody], Field(min_length=1, max_length=100)]

    def to_request(self) -> PurchaseRequest:
        """Convert the body to the use case's purchase."""
        lines = tuple(PurchaseLine(line.code, line.quantity, line.amount) for line in self.lines)
        return PurchaseRequest(self.purchase_no, self.patient.to_document(), self.patient.name, self.on, lines)


class ProtectiveItemDocument(Answer):
    item_id: str
    institution: str
    code: str
    name: str
    supply: ProtectiveSupply
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="to")]
    maintained: ActDocument
    citation: Citation


class ProtectiveItemPage(Answer):
    items: list[ProtectiveItemDocument]
    next: str | None


class PurchaseLineDocument(Answer):
    code: str
    quantity: int
    amount: Yuan


class AccountPurchaseDocument(Answer):
    """A person's purchase with the personal account: no fund takes part."""

    purchase_id: str
    purchase_no: str
    institution: str
    area: Area
    person: Person
    on: date
    lines: list[PurchaseLineDocument]
    total: Yuan
    recorded: ActDocument
    citations: list[Citation]


class AccountPurchasePage(Answer):
    items: list[AccountPurchaseDocument]
    next: str | None
