"""Reader of a bundle's canonical document: the policy set, after its hash has been proven.

The document is plain JSON: `{"format": 2, "notices": [...], "provisions": [...], "areas": [...], "registers": {...}}`,
written by the compiler. The document names institutions and catalogue by the roots of their lists, whose parts are read
when they are asked for. A document that does not hash to its name is refused, and so is a part.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import IntegrityError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.law.domain.model import Anchor, Bundle, Effective, Notice, Provision, Slot, Standing
from chalicelib.registry.domain.lists import Parts
from chalicelib.registry.domain.model import Area, AreaLevel, FiscalStatus, Registry
from chalicelib.registry.domain.register import read_registers

FORMAT = 2


class BundleFile(Protocol):
    """A bundle's canonical document, and the parts of its lists that were written with it."""

    @property
    def content(self) -> bytes: ...

    @property
    def parts(self) -> Mapping[str, bytes]: ...


@dataclass(frozen=True, slots=True)
class WrittenBundle:
    """A `BundleFile` with its document and parts, and nothing more."""

    content: bytes
    parts: Mapping[str, bytes]


def open_file(file: BundleFile) -> Bundle:
    """Open a bundle all of whose parts are at hand."""
    return open_bundle(file.content, sha256_hex(file.content), file.parts)


def open_bundle(content: bytes, expected_hash: str, parts: Parts) -> Bundle:
    """Decode a bundle's document. Raises `IntegrityError` when its hash or format is wrong; a wrong part of a list
    raises the same error when it is read.
    """
    if sha256_hex(content) != expected_hash:
        raise IntegrityError
    document = json.loads(content)
    if document.get("format") != FORMAT:
        raise IntegrityError
    institutions, catalogue = read_registers(document["registers"], parts)
    return Bundle(
        hash=expected_hash,
        notices={row["id"]: _notice(row) for row in document["notices"]},
        provisions=tuple(_provision(row) for row in document["provisions"]),
        registry=Registry(
            areas={row["code"]: _area(row) for row in document["areas"]},
            institutions=institutions,
            catalogue=catalogue,
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
