"""Read a bundle's canonical document into the policy set, after its hash has been proven.

The document is plain JSON: `{"format": 1, "notices": [...], "provisions": [...], "areas": [...], "institutions": [...],
"catalogue": [...]}`, written by the compiler. A document that does not hash to its name is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import IntegrityError
from chalicelib.kernel.text import Text
from chalicelib.law.domain.model import Anchor, Bundle, Effective, Notice, Provision, Slot, Standing
from chalicelib.registry.domain.model import (
    Area,
    AreaLevel,
    CatalogueItem,
    FiscalStatus,
    Institution,
    InstitutionKind,
    ItemClass,
    ItemKind,
    Registry,
)

FORMAT = 1


def open_bundle(content: bytes, expected_hash: str) -> Bundle:
    """Decode a bundle's bytes. Raises `IntegrityError` when hash or format are not what they should be."""
    if sha256_hex(content) != expected_hash:
        raise IntegrityError
    document = json.loads(content)
    if document.get("format") != FORMAT:
        raise IntegrityError
    return Bundle(
        hash=expected_hash,
        notices={row["id"]: _notice(row) for row in document["notices"]},
        provisions=tuple(_provision(row) for row in document["provisions"]),
        registry=Registry(
            areas={row["code"]: _area(row) for row in document["areas"]},
            institutions={row["code"]: _institution(row) for row in document["institutions"]},
            catalogue=_catalogue(document["catalogue"]),
        ),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text(value: Mapping[str, str] | None) -> Text | None:
    return None if value is None else Text(value["zh"], value["en"])


def _required_text(value: Mapping[str, str]) -> Text:
    return Text(value["zh"], value["en"])


def _notice(row: Mapping[str, Any]) -> Notice:
    return Notice(
        id=row["id"],
        document_no=row["document_no"],
        title=_required_text(row["title"]),
        issued_on=date.fromisoformat(row["issued_on"]),
        issuer=row["issuer"],
        area=row["area"],
        standing=Standing(row["standing"]),
        confidence=row["confidence"],
        source=row["source"],
    )


def _provision(row: Mapping[str, Any]) -> Provision:
    effective = row["effective"]
    return Provision(
        notice=row["notice"],
        id=row["id"],
        article=row["article"],
        rows=tuple(row["rows"]),
        says=_required_text(row["says"]),
        slot=Slot(row["decides"]),
        when={dimension: frozenset(values) for dimension, values in row["when"].items()},
        value=row["value"],
        effective=Effective(_day(effective["from"]), _day(effective["to"]), Anchor(effective["anchor"])),
        area=row["area"],
        overrides=tuple(row["overrides"]),
        interpretation=_text(row["interpretation"]),
        why_not_executed=_text(row["why_not_executed"]),
        pending=row["pending"],
    )


def _area(row: Mapping[str, Any]) -> Area:
    return Area(
        row["code"],
        row["name_zh"],
        row["name_en"],
        AreaLevel(row["level"]),
        row["parent"],
        FiscalStatus(row["fiscal_status"]),
    )


def _institution(row: Mapping[str, Any]) -> Institution:
    return Institution(
        code=row["code"],
        name_zh=row["name_zh"],
        area=row["area"],
        pooling_area=row["pooling_area"],
        agency=row["agency"],
        level=row["level"],
        kind=InstitutionKind(row["kind"]),
        treatment_designated=row["treatment_designated"],
        agreement_until=_day(row["agreement_until"]),
        temporary_agreement_until=_day(row["temporary_agreement_until"]),
    )


def _catalogue(rows: list[Mapping[str, Any]]) -> Mapping[str, tuple[CatalogueItem, ...]]:
    catalogue: dict[str, tuple[CatalogueItem, ...]] = {}
    for row in rows:
        item = CatalogueItem(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            kind=ItemKind(row["kind"]),
            item_class=ItemClass(row["class"]),
            self_pay_ratio=Fraction(row["self_pay_ratio"]),
            price_ceiling_fen=row["price_ceiling_fen"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            plan_from=_day(row["plan_from"]),
            plan_to=_day(row["plan_to"]),
        )
        catalogue[item.code] = (*catalogue.get(item.code, ()), item)
    return catalogue
