"""A list of a rule, an outcome, an institution, an item or a day has exactly the records asked for and reads no other,
in memory and on DynamoDB.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.agreements.domain import BlacklistEntry, EntryStatus
from chalicelib.agreements.ports import BlacklistStore
from chalicelib.agreements.tables import DynamoBlacklistStore
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Revise
from chalicelib.supervision.domain.matters import MatterOutcome, MatterStatus, SuspiciousMatter
from chalicelib.supervision.domain.signs import SupervisionRule
from chalicelib.supervision.ports import MatterStore, supervised_for, supervised_of
from chalicelib.supervision.tables import DynamoMatterStore
from chalicelib.supply.domain.measures import SupplyReport
from chalicelib.supply.ports import SupplyReportStore, reports_of_item
from chalicelib.supply.tables import DynamoSupplyReportStore
from tests.kit.growth import Asked, CountedTable, Counting, assert_as_written, is_flat
from tests.kit.instances import instance
from tests.kit.memory.tables import MemoryTables

_numbers = itertools.count(1)
OTHERS = (60, 120, 240)
DAY = date(2020, 2, 18)


@dataclass(frozen=True)
class Listed:
    """A list by a word: its records, the fields that tell them apart, its store and how the store is asked about the
    records like one.
    """

    kind: type[Any]
    wanted: dict[str, Any]
    other: dict[str, Any]
    port: type[Any]
    store: Callable[[Any], Any]
    find: Callable[[Any, AreaCode, PageRequest], Page[Any]]
    places: tuple[str, ...]

    def record(self, place: AreaCode, said: dict[str, Any]) -> Any:
        """A record of a place that no other test has."""
        id_of = fields(self.kind)[0].name
        made = replace(instance(self.kind), **{id_of: f"listed_{next(_numbers):06}", "revision": 1})
        where = {name: (place,) if name == "areas" else place for name in self.places}
        return replace(made, **where, **said)


def closed(outcome: MatterOutcome) -> dict[str, Any]:
    return {"status": MatterStatus.CLOSED, "outcome": outcome, "rule": SupervisionRule.FAR_PRICE}


LISTS = {
    "matters of a rule": Listed(
        SuspiciousMatter,
        {"status": MatterStatus.FOUND, "outcome": None, "rule": SupervisionRule.OVERLAPPING_STAYS},
        {"status": MatterStatus.FOUND, "outcome": None, "rule": SupervisionRule.FAR_PRICE},
        MatterStore,
        DynamoMatterStore,
        lambda store, area, page: store.find((supervised_for(area, SupervisionRule.OVERLAPPING_STAYS),), page),
        ("areas",),
    ),
    "open matters of a rule": Listed(
        SuspiciousMatter,
        {"status": MatterStatus.FOUND, "outcome": None, "rule": SupervisionRule.FAR_PRICE},
        closed(MatterOutcome.NOTHING),
        MatterStore,
        DynamoMatterStore,
        lambda store, area, page: store.find(
            (supervised_for(area, SupervisionRule.FAR_PRICE),), page, {"status": MatterStatus.FOUND.value}
        ),
        ("areas",),
    ),
    "matters of an outcome": Listed(
        SuspiciousMatter,
        closed(MatterOutcome.RECOVERY),
        closed(MatterOutcome.NOTHING),
        MatterStore,
        DynamoMatterStore,
        lambda store, area, page: store.find((supervised_for(area, MatterOutcome.RECOVERY),), page),
        ("areas",),
    ),
    "open matters about an institution": Listed(
        SuspiciousMatter,
        {"status": MatterStatus.FOUND, "outcome": None, "institution": "H50010300002"},
        {"status": MatterStatus.FOUND, "outcome": None, "institution": "H50010200001"},
        MatterStore,
        DynamoMatterStore,
        lambda store, area, page: store.find(
            (supervised_of(area, InstitutionCode("H50010300002")),), page, {"status": MatterStatus.FOUND.value}
        ),
        ("areas",),
    ),
    "reports of an item": Listed(
        SupplyReport,
        {"code": "X1"},
        {"code": "X2"},
        SupplyReportStore,
        DynamoSupplyReportStore,
        lambda store, area, page: store.find((reports_of_item(area, "X1"),), page),
        ("agency", "area"),
    ),
    "the blacklist of a day": Listed(
        BlacklistEntry,
        {"listed_on": DAY},
        {"listed_on": DAY + timedelta(days=1)},
        BlacklistStore,
        DynamoBlacklistStore,
        lambda store, area, page: store.on_day(area, DAY, None, page),
        ("agency",),
    ),
    "the waiting entries of a day": Listed(
        BlacklistEntry,
        {"listed_on": DAY, "status": EntryStatus.LISTED},
        {"listed_on": DAY + timedelta(days=1), "status": EntryStatus.LISTED},
        BlacklistStore,
        DynamoBlacklistStore,
        lambda store, area, page: store.on_day(area, DAY, EntryStatus.LISTED, page),
        ("agency",),
    ),
}
EVERY_LIST = pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)


def place() -> AreaCode:
    return AreaCode(f"{next(_numbers):06}")


@EVERY_LIST
def test_a_list_has_the_records_asked_for_and_no_others(ports: Ports, listed: Listed) -> None:
    here, there = place(), place()
    wanted = [listed.record(here, listed.wanted) for _ in range(3)]
    beside = [listed.record(here, listed.other), listed.record(there, listed.wanted)]
    for each in (*wanted, *beside):
        ports[Commits].commit([Revise(each)])
    found = list(every(partial(listed.find, ports[listed.port], here), limit=2))
    assert sorted(found, key=repr) == sorted(wanted, key=repr)


def test_a_matter_that_is_closed_comes_to_the_list_of_its_outcome(ports: Ports) -> None:
    of_outcome, here = LISTS["matters of an outcome"], place()
    find = partial(of_outcome.find, ports[MatterStore], here, PageRequest(10))
    matter = of_outcome.record(here, LISTS["matters of a rule"].wanted)
    ports[Commits].commit([Revise(matter)])
    assert find().items == ()
    ended = replace(matter, status=MatterStatus.CLOSED, outcome=MatterOutcome.RECOVERY, revision=2)
    ports[Commits].commit([Revise(ended)])
    assert find().items == (ended,)


def cost(listed: Listed, others: int) -> Asked:
    """Count the requests and items of a list beside so many other records of the place."""
    tables, counting = MemoryTables(), Counting()
    here = place()
    standing = listed.record(here, listed.wanted)
    tables.commit([Revise(standing)])
    for _ in range(others):
        tables.commit([Revise(listed.record(here, listed.other))])
    store = listed.store(CountedTable(counting, tables.state))
    found: list[Any] = []
    asked = counting.during(lambda: found.extend(listed.find(store, here, PageRequest(50)).items))
    assert found == [standing]
    return asked


@EVERY_LIST
def test_a_list_asks_the_same_beside_any_number_of_others(listed: Listed, tell: Callable[[str], None]) -> None:
    asked = [cost(listed, others) for others in OTHERS]
    tell(f"a list of {listed.kind.__name__} beside {OTHERS} others: {asked}")
    assert is_flat(asked)
    assert_as_written(
        "a list of a rule, an outcome, an institution, an item or a day, so many others",
        [each.requests for each in asked],
    )
