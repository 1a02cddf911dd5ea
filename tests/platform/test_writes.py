"""The verbs of a write keep their promises over the tables in memory and on DynamoDB."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.writes import SOME, Add, Insert, Part, Put, Remove, Replace, Require, Revise
from chalicelib.platform.aws.codec import LEDGER, STATE, Record
from chalicelib.platform.aws.table import Table
from chalicelib.platform.aws.writes import Records, TableCommits
from tests.kit.marks import ON_TABLES
from tests.kit.memory.tables import MemoryTables
from tests.kit.tables import tables


@dataclass(frozen=True, slots=True)
class Shelf:
    """`status` is a word that DynamoDB keeps for itself."""

    shelf_id: str
    status: str = "open"
    revision: int = 1
    checked: str | None = None
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stock:
    shelf_id: str
    boxes: int = 0
    bags: int = 0
    limit: int = 0
    version: int = 0


SHELVES = Record(
    Shelf,
    lambda shelf: (f"SHELF#{shelf.shelf_id}", "SHELF"),
    lambda shelf: {"gsi1pk": "SHELVES", "gsi1sk": shelf.shelf_id},
    copies=lambda shelf: [{"pk": f"ROOM#{room}", "sk": shelf.shelf_id} for room in shelf.rooms],
)
STOCKS = Record(
    Stock,
    lambda stock: (f"SHELF#{stock.shelf_id}", "STOCK"),
    revision="version",
    counters=("boxes", "bags"),
    keyed=("shelf_id",),
)
RECORDS: Records = {Shelf: SHELVES, Stock: STOCKS}


@dataclass
class Place:
    """Somewhere to write to, and the table to read from."""

    commits: Any
    state: Table
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def write(self, *parts: Part) -> None:
        self.commits.commit(parts)

    def shelf(self, **said: Any) -> Shelf:
        return Shelf(self.name, **said)

    def stock(self, **said: Any) -> Stock:
        return Stock(self.name, **said)

    def standing(self) -> Shelf | None:
        item = self.state.get(*SHELVES.key(self.shelf()))
        return None if item is None else SHELVES.read(item)

    def counted(self) -> Stock | None:
        item = self.state.get(*STOCKS.key(self.stock()))
        return None if item is None else STOCKS.read(item)

    def in_room(self, room: str) -> list[Shelf]:
        item = self.state.get(f"ROOM#{room}", self.name)
        return [] if item is None else [SHELVES.read(item)]


@pytest.fixture(name="place", params=["memory", ON_TABLES])
def fixture_place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "memory":
        memory = MemoryTables(records=RECORDS)
        yield Place(memory, memory.state)
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name="cn-north-1")
        with tables(client) as made:
            names = {STATE: made.state, LEDGER: made.ledger}
            yield Place(TableCommits(client, names, RECORDS), Table(client, made.state))


def refused(place: Place, *parts: Part) -> None:
    before = place.standing(), place.counted()
    with pytest.raises(VersionConflict):
        place.write(*parts)
    assert (place.standing(), place.counted()) == before


def test_what_is_inserted_stands_once(place: Place) -> None:
    place.write(Insert(place.shelf(checked="today")))
    assert place.standing() == place.shelf(checked="today")
    refused(place, Insert(place.shelf()))


def test_a_revision_follows_the_one_before_and_no_other(place: Place) -> None:
    refused(place, Revise(place.shelf(revision=2)))
    place.write(Revise(place.shelf()))
    refused(place, Revise(place.shelf()))
    place.write(Revise(place.shelf(revision=2, status="full")))
    assert place.standing() == place.shelf(revision=2, status="full")
    refused(place, Revise(place.shelf(revision=2)))


def test_copies_are_written_with_what_they_copy(place: Place) -> None:
    place.write(Insert(place.shelf(rooms=(f"a-{place.name}", f"b-{place.name}"))))
    second = place.shelf(rooms=(f"a-{place.name}", f"b-{place.name}"), revision=2, status="full")
    place.write(Revise(second))
    assert place.in_room(f"a-{place.name}") == place.in_room(f"b-{place.name}") == [second]


@pytest.mark.parametrize(
    ("held", "is_met"),
    [
        ({}, True),
        ({"status": "open"}, True),
        ({"status": "full"}, False),
        ({"status": frozenset({"full", "open"})}, True),
        ({"status": frozenset({"full", None})}, False),
        ({"status": "open", "revision": 2}, False),
        ({"checked": None}, True),
        ({"checked": SOME}, False),
        ({"checked": None, "status": SOME}, True),
    ],
)
def test_what_is_replaced_has_to_hold_what_is_said(place: Place, held: dict[str, Any], is_met: bool) -> None:  # noqa: FBT001
    refused(place, Replace(place.shelf(), held))
    place.write(Insert(place.shelf()))
    if is_met:
        place.write(Replace(place.shelf(status="moved"), held))
        assert place.standing() == place.shelf(status="moved")
    else:
        refused(place, Replace(place.shelf(status="moved"), held))


def test_what_is_put_stands_whatever_stood_and_what_is_removed_is_gone(place: Place) -> None:
    place.write(Put(place.shelf(checked="today")))
    place.write(Put(place.shelf(status="full")))
    assert place.standing() == place.shelf(status="full")
    for _ in range(2):
        place.write(Remove(place.shelf()))
        assert place.standing() is None


def test_what_is_required_has_to_stand_as_it_was_read(place: Place) -> None:
    other = replace(place.shelf(), shelf_id=f"other-{place.name}")
    place.write(Require(place.shelf(revision=0)), Insert(other))
    refused(place, Require(place.shelf()), Put(replace(other, status="full")))
    place.write(Insert(place.shelf()))
    refused(place, Require(place.shelf(revision=0)), Put(replace(other, status="full")))
    place.write(Require(place.shelf()), Put(replace(other, status="full")))


def test_counters_are_added_to_and_never_shrink_below_zero_where_that_is_asked(place: Place) -> None:
    place.write(Add(place.stock()))
    assert place.counted() is None
    refused(place, Add(place.stock(boxes=-1), floored=True))
    place.write(Add(place.stock(boxes=3)))
    place.write(Add(place.stock(boxes=-2, bags=4), floored=True))
    assert place.counted() == place.stock(boxes=1, bags=4)
    refused(place, Add(place.stock(boxes=-2, bags=1), floored=True))
    refused(place, Add(place.stock(boxes=1), held={"boxes": 2}))
    place.write(Add(place.stock(boxes=-2), held={"boxes": 1}))
    assert place.counted() == place.stock(boxes=-1, bags=4)


def test_a_revision_of_what_others_count_in_leaves_their_counts(place: Place) -> None:
    place.write(Add(place.stock(boxes=3)))
    place.write(Revise(place.stock(limit=10, version=1)))
    refused(place, Revise(place.stock(limit=11, version=1)))
    place.write(Add(place.stock(boxes=1)))
    place.write(Revise(place.stock(limit=12, version=2)))
    assert place.counted() == place.stock(boxes=4, limit=12, version=2)


def test_one_condition_that_fails_undoes_the_whole_write(place: Place) -> None:
    place.write(Insert(place.shelf()))
    refused(place, Add(place.stock(boxes=1)), Insert(place.shelf()))


def test_what_nobody_declared_is_not_written(place: Place) -> None:
    with pytest.raises(TypeError):
        place.write(Insert(object()))
    with pytest.raises(TypeError):
        place.write(Part())
