"""docs/privacy.md: it names every written record, and the fields it calls free of personal data are so."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import DocumentKind
from chalicelib.kernel.writes import Part, Verb
from chalicelib.lookups.domain import Lookup
from chalicelib.main.capabilities import RECORDS

TEXT = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
FREE = next(line for line in TEXT.splitlines() if line.startswith("Free of personal data:"))
TABLES = "\n".join(line for line in TEXT.splitlines() if line.startswith("|"))
OF_PERSONS = {
    "person", "actor", "reason", "purpose", "name", "name_key", "claim_id", "claim_no", "bank_reference", "said",
    "asked", "decided", "made", "kept", "requested", "requested_by", "started_by", "confirmed_by",
}  # fmt: skip


def _records_in(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _records_in(inner)


def _parts() -> list[type[Any]]:
    """Every part of a write; the manifests, whose stores translate them, know them all."""
    importlib.import_module("chalicelib.main.capabilities")
    return [part for part in Part.__subclasses__() if part.__module__.startswith("chalicelib.") and part is not Verb]


def stored() -> dict[str, type[Any]]:
    """The types that some part of a write holds, and a look-up, which is written by itself."""
    found: dict[str, type[Any]] = {Lookup.__name__: Lookup} | {kind.__name__: kind for kind in RECORDS}
    for part in _parts():
        hints = get_type_hints(part)
        for field in fields(part):
            found |= {record.__name__: record for record in _records_in(hints[field.name])}
    return found


def names(text: str) -> set[str]:
    return set(re.findall(r"`([A-Za-z-]+)`", text))


def test_every_record_that_is_written_stands_in_the_document_once_for_what_is_in_it() -> None:
    said, free = names(TABLES), names(FREE)
    assert set(stored()) - said - free == set(), "say what of a person is in it, or that nothing is"
    assert said & free == set()
    records = {name for name in said | free if re.fullmatch("([A-Z][a-z]+)+", name)}
    assert records - set(stored()) == set(), "no record of what is not there"


def test_every_kind_of_document_stands_in_the_document() -> None:
    assert {kind.value for kind in DocumentKind} - names(TABLES) == set()


def test_what_is_called_free_of_personal_data_has_no_field_for_any() -> None:
    for name in names(FREE):
        record = stored()[name]
        held = {field.name for field in fields(record)}
        assert not held & OF_PERSONS, name
        assert Act not in {inner for hint in get_type_hints(record).values() for inner in _records_in(hint)}, name
