"""Records are written and read by the types of their fields, whatever number of schema they were written under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import pytest

from chalicelib.kernel.access import Role
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.platform.aws.codec import Record, read_row, write_row
from chalicelib.platform.aws.table import from_item, to_item


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Part:
    weight_g: int
    made_on: date | None
    colours: tuple[Colour, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    parts: tuple[Part, ...]
    made: Act
    taken_back: Act | None = None
    is_broken: bool = False
    words: int | None = 3


ACT = Act("wang", Role.AGENCY, "210200", Instant("2026-11-02T00:30:00Z"))
FULL = Thing("a", (Part(7, date(2026, 11, 2), (Colour.RED,)), Part(8, None)), ACT, ACT, True, 4)
BARE = Thing("a", (), ACT, words=None)


def _key(thing: Thing) -> tuple[str, str]:
    return f"THING#{thing.name}", "THING"


THINGS = Record(Thing, _key, lambda thing: {"gsi1pk": "THINGS", "gsi1sk": thing.name})


def _named(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """From the first shape, which called the name a title."""
    return {**values, "name": values["title"]}


def _with_parts(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """From the second, which had no parts."""
    return {**values, "parts": []}


NEWEST = Record(Thing, _key, schema=3, readers={1: _named, 2: _with_parts})


@pytest.mark.parametrize("record", [THINGS, NEWEST], ids=["first", "third"])
@pytest.mark.parametrize("thing", [FULL, BARE], ids=["full", "bare"])
def test_what_is_written_is_read_again_with_its_types(record: Record[Thing], thing: Thing) -> None:
    read = record.read(from_item(to_item(record.write(thing))))
    assert read == thing
    assert type(read.made.role) is Role
    assert all(type(colour) is Colour for part in read.parts for colour in part.colours)


def test_an_item_has_its_keys_and_no_attribute_for_what_is_not_there() -> None:
    assert THINGS.write(BARE) == {
        "pk": "THING#a",
        "sk": "THING",
        "gsi1pk": "THINGS",
        "gsi1sk": "a",
        "name": "a",
        "parts": [],
        "made": {"actor": "wang", "role": "agency", "subject": "210200", "at": "2026-11-02T00:30:00Z"},
        "is_broken": False,
    }


def test_the_first_schema_is_not_written_and_a_later_one_is() -> None:
    assert "schema" not in THINGS.write(BARE)
    assert NEWEST.write(BARE)["schema"] == 3


def test_items_of_older_schemas_are_read_through_every_number_between() -> None:
    made = THINGS.write(BARE)["made"]
    assert NEWEST.read({"title": "a", "made": made}) == BARE
    assert NEWEST.read({"schema": 2, "name": "a", "made": made}) == BARE


@pytest.mark.parametrize("missing", ["name", "parts", "made"])
def test_an_item_without_what_must_be_there_is_not_read(missing: str) -> None:
    item = THINGS.write(FULL)
    del item[missing]
    with pytest.raises(KeyError, match=missing):
        THINGS.read(item)


def test_an_item_of_a_number_to_come_is_not_read() -> None:
    with pytest.raises(KeyError):
        THINGS.read({**THINGS.write(FULL), "schema": 2})


def test_a_word_that_its_enum_does_not_know_is_not_read() -> None:
    item = THINGS.write(FULL)
    item["parts"][0]["colours"] = ["blue"]
    with pytest.raises(ValueError, match="blue"):
        THINGS.read(item)


def test_a_row_is_read_with_its_rows_whether_it_says_more_or_less_than_the_dataclass_has() -> None:
    row = write_row(FULL)
    assert row[2] == ["wang", "agency", "210200", "2026-11-02T00:30:00Z"]
    assert all(isinstance(part, list) for part in row[1])
    longer = [row[0], [[*part, "more"] for part in row[1]], *row[2:], "more"]
    assert read_row(Thing, row) == read_row(Thing, longer) == FULL
    assert read_row(Thing, row[:3]) == Thing(FULL.name, FULL.parts, FULL.made, words=None)
    with pytest.raises(KeyError, match="made"):
        read_row(Thing, row[:2])


def test_what_no_table_holds_is_not_written() -> None:
    with pytest.raises(TypeError, match="float"):
        THINGS.write(Thing("a", (Part(0.5, None),), ACT))  # type: ignore[arg-type]
