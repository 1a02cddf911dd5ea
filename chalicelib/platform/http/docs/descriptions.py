"""Meanings of fields and of enumeration values, put into the OpenAPI document in Chinese and English.

The words are in descriptions.json: `fields` by name for every use of a name, `in` by schema for a name with another
meaning there, `values` by value, `values_in` by `Schema.field` (or the name of an enumeration or a parameter).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("descriptions.json")

Words = Mapping[str, str]


@cache
def _descriptions() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def words_of_field(schema: str, name: str) -> Words | None:
    """Return the meaning of a field of a schema; None for a field without a description."""
    known = _descriptions()
    found: Words | None = known["in"].get(schema, {}).get(name) or known["fields"].get(name)
    return found


def words_of_value(place: str, value: str) -> Words | None:
    """Return the meaning of a value at a place: `Schema.field`, or the name of an enumeration or a parameter."""
    known = _descriptions()
    found: Words | None = known["values_in"].get(place, {}).get(value) or known["values"].get(value)
    return found


def words_of_values() -> Mapping[str, Any]:
    """Return the meanings of all values: by value, and by place for a value with another meaning there."""
    known = _descriptions()
    return {"values": known["values"], "places": known["values_in"]}


def describe(name: str, schema: dict[str, Any]) -> None:
    """Describe every field of a schema and every value of its enumerations, in place."""
    for field, document in schema.get("properties", {}).items():
        words = words_of_field(name, field)
        if words is not None:
            document["description"] = words["en"]
            document["x-text"] = {"description": dict(words)}
        describe_values(f"{name}.{field}", document)
    if "properties" not in schema:
        describe_values(name, schema)


def describe_values(place: str, document: Any) -> None:
    """Describe the values of every enumeration in a document, beside the enumeration."""
    for found in list(_enumerations(document)):
        said = {value: words_of_value(place, value) for value in values_of(found)}
        found["x-values"] = {value: dict(words) for value, words in said.items() if words is not None}


def values_of(document: Mapping[str, Any]) -> list[str]:
    """Return the values that an enumeration admits, as text."""
    admitted = document["enum"] if "enum" in document else [document["const"]]
    return [str(value) for value in admitted if value is not None]


def _enumerations(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        if "enum" in document or "const" in document:
            yield document
        for key, part in document.items():
            if key not in ("x-text", "x-values", "examples", "example"):
                yield from _enumerations(part)
    elif isinstance(document, list):
        for part in document:
            yield from _enumerations(part)
