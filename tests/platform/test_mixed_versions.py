"""Two releases beside each other: each reads what the other wrote, whichever is the older.

Generated from every record that docs/records/written.json holds. The next release is the present one with a field more
in every record and in everything inside it, and with one more number of schema; the one before is the present one
without any field that may be missing. A word that an enumeration gains is what neither can be helped with: it is read
one release before it is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, field, fields, make_dataclass, replace
from typing import Any

import pytest

from chalicelib.claims.tables.items import read_claim_item, read_waiting_item
from chalicelib.claims.tables.uncounted import UNCOUNTED
from chalicelib.clearing.tables import items as clearing
from chalicelib.ledger.tables import read_transaction
from chalicelib.main.capabilities import RECORDS
from chalicelib.platform.aws.codec import Record
from chalicelib.settlement.tables.items import ORDERS, read_remittance_item
from tests.kit.instances import instance
from tests.kit.over_all import over_all
from tests.platform.test_written_items import CHOSEN, GOLDEN, everything_written, written

Item = dict[str, Any]
Read = Callable[[Mapping[str, Any]], Any]
ADDED = "added_by_the_next_release"

BY_HAND: dict[tuple[str, str], Read] = {
    ("CLAIM", "AREA"): read_claim_item,
    ("CLAIM", "CLAIM"): read_claim_item,
    ("CLAIMNO", "HEAD"): lambda item: item["claim_id"],
    ("CLEARING", "MANIFEST"): lambda item: item["manifest"],
    ("CLEARING", "POINTER"): lambda item: item["number"],
    ("HOSPITAL", "ORDER"): ORDERS.read,
    ("HOSPITAL", "REMIT"): read_remittance_item,
    ("JOURNAL", ""): read_transaction,
    ("POSTED", ""): read_transaction,
    ("RUN", "CONFIRMATION"): clearing.read_confirmation,
    ("RUN", "HANDED"): clearing.read_handed_receipt,
    ("RUN", "RECEIPT"): clearing.read_receipt,
    ("RUN", "MENDED"): clearing.read_mended,
    ("RUN", "RUN"): clearing.read_run,
    ("UNCOUNTED", ""): UNCOUNTED.read,
    ("WAITING", ""): read_waiting_item,
    ("WINDOW", "ENTRY"): clearing.read_entry,
}
"""Readers of items that no record declares, by the first words of the items' keys. Sums that are only added to are read
by name wherever they are read.
"""
NAMES = sorted(everything_written())
DECLARED = sorted(kind.__name__ for kind in RECORDS)


def items_of(name: str, *, least: bool) -> list[Item]:
    """The items that a part or a record puts whole, as they are stored."""
    operations = written(everything_written()[name], least=least)
    return [said["Item"] for each in operations for verb, said in each.items() if verb == "Put"]


def reader_of(name: str, item: Item) -> Read:
    kind = everything_written()[name]
    if kind in RECORDS:
        return RECORDS[kind].read
    place = (item["pk"].split("#")[0], item["sk"].split("#")[0])
    return BY_HAND.get(place) or BY_HAND[place[0], ""]


def grown(value: Any) -> Any:
    """Build the next release's version: an addition in every map, except a citation, which is kept as it is."""
    if isinstance(value, dict):
        inside = {name: each if name == "citation" else grown(each) for name, each in value.items()}
        return {**inside, ADDED: {"of": ["whatever", 7, None]}}
    return [grown(each) for each in value] if isinstance(value, list) else value


def stored(item: Item) -> Item:
    """Bytes as they are kept; the file holds them in letters."""
    return {
        name: bytes.fromhex(each) if name == "content" and isinstance(each, str) and _is_hex(each) else each
        for name, each in item.items()
    }


def _is_hex(text: str) -> bool:
    try:
        return bool(bytes.fromhex(text))
    except ValueError:
        return False


@over_all("name", NAMES)
def test_the_older_release_reads_what_the_newer_wrote(name: str) -> None:
    for item in (*items_of(name, least=False), *items_of(name, least=True)):
        read = reader_of(name, item)
        assert read(grown(stored(item))) == read(stored(item))


@over_all("name", [name for name in DECLARED if RECORDS[everything_written()[name]].rows])
def test_a_row_with_a_column_more_is_read_by_the_release_before(name: str) -> None:
    kind = everything_written()[name]
    record: Record[Any] = RECORDS[kind]
    was = instance(kind, CHOSEN.get(name))
    item = record.write(was)
    longer = {each: [[*row, "more"] for row in item[each]] for each in record.rows}
    assert record.read({**item, **longer}) == was


def next_release(kind: type[Any]) -> type[Any]:
    """The same record with a field more."""
    added: list[tuple[str, Any, Any]] = [(ADDED, str, field(default="not said"))]
    return make_dataclass(f"Next{kind.__name__}", added, bases=(kind,), frozen=True)


@over_all("name", DECLARED)
def test_the_newer_release_reads_what_the_older_wrote_and_is_read_by_it(name: str) -> None:
    kind = everything_written()[name]
    older: Record[Any] = RECORDS[kind]
    newer: Record[Any] = replace(older, type=next_release(kind))
    for least in (False, True):
        was = instance(kind, CHOSEN.get(name), least=least)
        values = {each.name: getattr(was, each.name) for each in fields(kind) if each.init}
        told = newer.read(older.write(was))
        assert told == newer.type(**values)
        assert getattr(told, ADDED) == "not said"
        assert older.read(newer.write(newer.type(**values, **{ADDED: "said"}))) == was


def defaulted(kind: type[Any]) -> dict[str, Any]:
    """Return the fields that an older release may not have known, with their values then."""
    found = {each.name: each.default for each in fields(kind) if each.default is not MISSING}
    return found | {each.name: each.default_factory() for each in fields(kind) if each.default_factory is not MISSING}


@over_all("name", [*DECLARED, *sorted(set(NAMES) - set(DECLARED))])
def test_a_field_that_an_older_release_did_not_write_is_what_it_is_by_default(name: str) -> None:
    for item in map(stored, items_of(name, least=False)):
        read = reader_of(name, item)
        whole = read(item)
        if isinstance(whole, tuple | str | int):
            continue
        for missing, default in defaulted(type(whole)).items():
            if missing in item:
                found = read({each: value for each, value in item.items() if each != missing})
                assert getattr(found, missing) == default, missing


@over_all("name", DECLARED)
def test_a_shape_with_another_number_is_read_by_the_release_before_once_it_was_told(name: str) -> None:
    """The next number calls a field otherwise; the release before it ships the way back first."""
    kind = everything_written()[name]
    today: Record[Any] = RECORDS[kind]
    was = instance(kind, CHOSEN.get(name))
    item = today.write(was)
    moved = next(each.name for each in fields(kind) if each.name in item and each.name not in today.rows)

    def onward(values: Mapping[str, Any]) -> Item:
        return {
            **{each: value for each, value in values.items() if each != moved},
            "renamed": values[moved],
            "schema": today.schema + 1,
        }

    def back(values: Mapping[str, Any]) -> Item:
        return {**values, moved: values["renamed"]}

    told = replace(today, readers={**today.readers, today.schema + 1: back})
    assert told.read(onward(item)) == was
    with pytest.raises(KeyError):
        today.read(onward(item))
    assert sorted(today.readers) == list(range(1, today.schema)), "every older number is read"


def test_everything_in_the_file_is_read_by_somebody() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert sorted(golden) == NAMES
    for name in NAMES:
        for item in items_of(name, least=False):
            assert callable(reader_of(name, item))
