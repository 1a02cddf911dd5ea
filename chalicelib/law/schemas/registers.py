"""Rows of the registers on the wire, as forms offer them."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.kernel.money import format_yuan
from chalicelib.platform.http.answers import Answer, Citation, TextPair, Yuan
from chalicelib.platform.http.answers import Area as AreaCode
from chalicelib.registry.domain.model import (
    Area,
    AreaLevel,
    CatalogueItem,
    InstitutionKind,
    ItemClass,
    ItemKind,
)


class AreaDocument(Answer):
    """An area of GB/T 2260; `parent` is null for the nation."""

    code: AreaCode
    name: TextPair
    level: AreaLevel
    parent: AreaCode | None


class AreaPage(Answer):
    items: list[AreaDocument]
    next: str | None


class InstitutionRow(Answer):
    """An institution, with the fields that everybody may know."""

    code: str
    name_zh: str
    area: AreaCode
    pooling_area: AreaCode
    agency: AreaCode
    level: int | None
    kind: InstitutionKind
    treatment_designated: bool


class InstitutionPage(Answer):
    items: list[InstitutionRow]
    next: str | None


class CatalogueItemDocument(Answer):
    """A dated row of the catalogue. `self_pay_ratio` is the part the patient pays first, a fraction such as "1/5"."""

    code: str
    name: TextPair
    kind: ItemKind
    item_class: ItemClass
    self_pay_ratio: str
    price_ceiling: Yuan | None
    plan_from: date | None
    plan_to: date | None


class CataloguePage(Answer):
    items: list[CatalogueItemDocument]
    next: str | None


class DiagnosisDocument(Answer):
    """A code that provisions on coding name, and those provisions."""

    code: str
    citations: list[Citation]


class DiagnosisPage(Answer):
    items: list[DiagnosisDocument]
    next: str | None


def area_document(area: Area) -> dict[str, Any]:
    """Write an area with its names."""
    return {
        "code": area.code,
        "name": {"zh": area.name_zh, "en": area.name_en},
        "level": area.level.value,
        "parent": area.parent,
    }


def catalogue_item_document(item: CatalogueItem) -> dict[str, Any]:
    """Write an item with its class, its ceiling and its days in the treatment plan."""
    return {
        "code": item.code,
        "name": {"zh": item.name_zh, "en": item.name_en},
        "kind": item.kind.value,
        "item_class": item.item_class.value,
        "self_pay_ratio": str(item.self_pay_ratio),
        "price_ceiling": None if item.price_ceiling_fen is None else format_yuan(item.price_ceiling_fen),
        "plan_from": item.plan_from.isoformat() if item.plan_from else None,
        "plan_to": item.plan_to.isoformat() if item.plan_to else None,
    }
