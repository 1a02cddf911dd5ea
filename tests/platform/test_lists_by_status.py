"""A list of one status has exactly the records of that status, in memory and on DynamoDB, and reads no other record."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import partial
from typing import Any, get_type_hints

import pytest

from chalicelib.agreements.domain import AgreementRecord, AgreementStatus
from chalicelib.agreements.ports import AgreementStore, list_of_agency
from chalicelib.agreements.tables import DynamoAgreementStore
from chalicelib.batches.domain import Batch, BatchStatus
from chalicelib.batches.ports import BatchStore
from chalicelib.batches.tables import DynamoBatchStore
from chalicelib.impact.domain.moved import MovedRun
from chalicelib.impact.domain.recalculation import Recalculation, RecalculationStatus
from chalicelib.impact.domain.simulation import SimulationFilter, SimulationRun, SimulationStatus
from chalicelib.impact.ports import MovedStore, RecalculationStore, SimulationStore
from chalicelib.impact.tables.moved import DynamoMovedStore
from chalicelib.impact.tables.recalculations import DynamoRecalculationStore
from chalicelib.impact.tables.simulations import DynamoSimulationStore
from chalicelib.kernel.access import Role
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, SimulationId
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.publication import KeptBundle, KeptBundles, KeptStatus
from chalicelib.law.tables import DynamoKeptBundles
from chalicelib.main.capabilities import RECORDS
from chalicelib.patient_advances.domain import PatientAdvance, PatientAdvanceStatus
from chalicelib.patient_advances.ports import PatientAdvanceQuery, PatientAdvanceStore
from chalicelib.patient_advances.tables import DynamoPatientAdvanceStore
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.supply.domain.matters import SupplyMatter, SupplyMatterStatus
from chalicelib.supply.ports import SupplyMatterStore, purchases_in
from chalicelib.supply.tables import DynamoSupplyMatterStore
from tests.kit.areas import KUNMING
from tests.kit.growth import Asked, CountedTable, Counting, assert_as_written, is_flat
from tests.kit.instances import instance
from tests.kit.memory.tables import MemoryTables

_numbers = itertools.count(1)
OTHERS = (60, 120, 240)


@dataclass(frozen=True)
class Listed:
    """A list by status: its records, the statuses it tells apart, its store and how the store is asked.

    `about` are fields whose values the asked list shares, `find` asks a store for a status among the records like one.
    """

    kind: type[Any]
    statuses: tuple[StrEnum, StrEnum]
    port: type[Any]
    store: Callable[[Any], Any]
    find: Callable[[Any, Any, Any, PageRequest], Page[Any]]
    about: str = "area"

    def record(self, place: str, status: StrEnum) -> Any:
        """A record of the list of a place that no other test has."""
        made = instance(self.kind, {self.about: place})
        names = [each.name for each in fields(self.kind)]
        one_more = {names[0]: f"{names[0]}_{next(_numbers):06}", self.about: place}
        return replace(made, **{"status": status, "revision": 1} | one_more)


LISTS = {
    "agreements": Listed(
        AgreementRecord,
        (AgreementStatus.REQUESTED, AgreementStatus.RECORDED),
        AgreementStore,
        DynamoAgreementStore,
        lambda store, one, status, page: store.find((list_of_agency(one.agency),), page, {"status": status.value}),
        "agency",
    ),
    "batches": Listed(
        Batch,
        (BatchStatus.RECEIVING, BatchStatus.DONE),
        BatchStore,
        DynamoBatchStore,
        lambda store, one, status, page: store.find(one.institution, status, page),
        "institution",
    ),
    "bundles": Listed(
        KeptBundle,
        (KeptStatus.KEPT, KeptStatus.PUBLISHED),
        KeptBundles,
        DynamoKeptBundles,
        lambda store, one, status, page: store.find(status, page),
        "previous",
    ),
    "patient advances": Listed(
        PatientAdvance,
        (PatientAdvanceStatus.REPORTED, PatientAdvanceStatus.REFUSED),
        PatientAdvanceStore,
        DynamoPatientAdvanceStore,
        lambda store, one, status, page: store.find(PatientAdvanceQuery(centres=(one.centre,), status=status), page),
        "centre",
    ),
    "recalculations": Listed(
        Recalculation,
        (RecalculationStatus.REQUESTED, RecalculationStatus.DONE),
        RecalculationStore,
        DynamoRecalculationStore,
        lambda store, one, status, page: store.find(status, one.bundle, page),
        "bundle",
    ),
    "simulations": Listed(
        SimulationRun,
        (SimulationStatus.RUNNING, SimulationStatus.DONE),
        SimulationStore,
        DynamoSimulationStore,
        lambda store, one, status, page: store.find(SimulationFilter(status, one.bundle, one.area), page),
    ),
    "matters of supply": Listed(
        SupplyMatter,
        (SupplyMatterStatus.OPEN, SupplyMatterStatus.CLOSED),
        SupplyMatterStore,
        DynamoSupplyMatterStore,
        lambda store, one, status, page: store.find((purchases_in(one.area),), page, {"status": status.value}),
    ),
}
EVERY_LIST = pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)


def place() -> AreaCode:
    return AreaCode(f"{next(_numbers):06}")


@EVERY_LIST
def test_a_record_that_moves_on_leaves_the_list_of_its_old_status(ports: Ports, listed: Listed) -> None:
    commits, find = ports[Commits], partial(listed.find, ports[listed.port])
    before, after = listed.statuses
    here = place()
    first, second = listed.record(here, before), listed.record(here, before)
    commits.commit([Revise(first), Revise(second)])
    moved = replace(first, status=after, revision=2)
    commits.commit([Revise(moved)])
    for status, found, gone in ((before, second, first), (after, moved, second)):
        listing = list(every(partial(find, first, status), limit=1))
        assert found in listing
        assert gone not in listing
        assert {each.status for each in listing} == {status}


def cost(listed: Listed, others: int) -> Asked:
    """Count the requests and items of a list of one status beside so many records of another."""
    tables, counting = MemoryTables(), Counting()
    before, after = listed.statuses
    here = place()
    standing = listed.record(here, before)
    tables.commit([Revise(standing)])
    for _ in range(others):
        tables.commit([Revise(listed.record(here, after))])
    store = listed.store(CountedTable(counting, tables.state))
    found: list[Any] = []
    asked = counting.during(lambda: found.extend(listed.find(store, standing, before, PageRequest(50)).items))
    assert found == [standing]
    return asked


@EVERY_LIST
def test_a_list_of_one_status_asks_the_same_beside_any_number_of_others(
    listed: Listed, tell: Callable[[str], None]
) -> None:
    asked = [cost(listed, others) for others in OTHERS]
    tell(f"a list of {listed.kind.__name__} beside {OTHERS} of another status: {asked}")
    assert is_flat(asked)
    assert_as_written("a list of one status, so many of other statuses", [each.requests for each in asked])


def with_a_status() -> list[Record[Any]]:
    """Every kind of record on a shelf that has a status."""
    of_status = [record for record in RECORDS.values() if "status" in {each.name for each in fields(record.type)}]
    return [record for record in of_status if record.copies.__module__ == shelf_record.__module__]


def told_apart(record: Record[Any]) -> Sequence[StrEnum]:
    return list(get_type_hints(record.type, localns={"Role": Role})["status"])[:2]


@pytest.mark.parametrize("record", with_a_status(), ids=lambda record: record.type.__name__)
def test_the_lists_of_a_shelf_read_no_record_of_another_status(record: Record[Any]) -> None:
    tables, counting = MemoryTables(), Counting()
    one, other = told_apart(record)
    sample = replace(instance(record.type), status=one, revision=1)
    ordered_by = {fields(record.type)[0].name, "code"}
    tables.commit([Revise(sample)])
    for number in range(60):
        moved = dict.fromkeys(ordered_by & {each.name for each in fields(record.type)}, f"beside-{number:03}")
        beside = replace(sample, status=other, **moved)
        tables.commit([Revise(beside)])
    name = record.key(sample)[0].split("#")[0]
    shelf = DynamoShelf(CountedTable(counting, tables.state), name, record)
    for copy in record.copies(sample):
        ask = partial(shelf.find, (copy["pk"].removeprefix(f"{name}S#"),), PageRequest(50), {"status": one.value})
        assert counting.during(ask) == Asked(1, 1)
        assert ask().items == (sample,)


def test_runs_are_found_by_any_choice_of_bundle_area_and_status(ports: Ports) -> None:
    commits, store = ports[Commits], ports[SimulationStore]
    bundle, area, elsewhere = f"{next(_numbers):064}", place(), place()
    runs = [
        SimulationRun(
            SimulationId(f"sim_listed{next(_numbers)}"),
            bundle,
            where,
            "officer",
            Instant(f"2027-01-0{day}T00:00:00Z"),
            status,
        )
        for day, (where, status) in enumerate(
            itertools.product((area, elsewhere, None), (SimulationStatus.RUNNING, SimulationStatus.DONE)), 1
        )
    ]
    for run in runs:
        commits.commit([Revise(run)])
    for status, where in itertools.product((None, SimulationStatus.DONE), (None, area)):
        wanted = [each for each in runs if (status is None or each.status is status) and where in (None, each.area)]
        found = every(partial(store.find, SimulationFilter(status, bundle, where)), limit=1)
        assert list(found) == wanted[::-1], (status, where)
        beside = every(partial(store.find, SimulationFilter(status, None, where)))
        assert set(wanted) <= set(beside)


def test_runs_over_moved_amounts_are_found_by_their_area(ports: Ports) -> None:
    commits, store = ports[Commits], ports[MovedStore]
    here, there = place(), place()
    runs = [
        replace(instance(MovedRun, {"area": where}), moved_id=f"mov_listed{next(_numbers)}", revision=1)
        for where in (here, there)
    ]
    commits.commit([Revise(run) for run in runs])
    assert store.find(here, PageRequest(50)).items == (runs[0],)
    assert set(runs) <= set(every(partial(store.find, None)))


def test_the_runs_of_an_area_ask_the_same_beside_any_number_of_others() -> None:
    asked = []
    for others in OTHERS:
        tables, counting = MemoryTables(), Counting()
        for number in range(others + 1):
            where = KUNMING if number == 0 else AreaCode("530200")
            run = replace(instance(MovedRun, {"area": where}), moved_id=f"mov_{number:05}", revision=1)
            tables.commit([Revise(run)])
        store = DynamoMovedStore(CountedTable(counting, tables.state))
        asked.append(counting.during(partial(store.find, KUNMING, PageRequest(50))))
    assert set(asked) == {Asked(1, 1)}
