"""Simulations in memory and on DynamoDB keep the same promises."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import pytest

from chalicelib.impact.domain.simulation import SimulationPage, SimulationRun, SimulationShard, SimulationStatus
from chalicelib.impact.ports import SimulationStore
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.words.ids import AreaCode, SimulationId
from chalicelib.kernel.writes import Insert, Part, Revise
from tests.kit.areas import KUNMING, SHANDONG, YUNNAN
from tests.kit.builders import NOW

_numbers = itertools.count(1)
HASH = "0a" * 32


@dataclass(frozen=True)
class Side:
    store: SimulationStore
    commits: Commits

    def commit(self, *parts: Part) -> None:
        self.commits.commit(list(parts))


@pytest.fixture(name="side")
def fixture_side(ports: Ports) -> Side:
    return Side(ports[SimulationStore], ports[Commits])


def new_run(area: AreaCode | None = YUNNAN) -> SimulationRun:
    return SimulationRun(SimulationId(f"sim_contract{next(_numbers)}"), HASH, area, "officer", NOW)


@pytest.mark.parametrize("area", ["530000", None])
def test_a_run_is_read_back_as_it_was_written(side: Side, area: AreaCode | None) -> None:
    run = new_run(area)
    assert side.store.get(run.simulation_id) is None
    side.commit(Revise(run))
    assert side.store.get(run.simulation_id) == run
    later = replace(run, revision=2, status=SimulationStatus.DONE, round=2, attempt=3, result=HASH)
    side.commit(Revise(later))
    assert side.store.get(run.simulation_id) == later


def test_a_run_and_a_shard_move_one_revision_at_a_time(side: Side) -> None:
    run = new_run()
    shard = SimulationShard(run.simulation_id, 1, KUNMING, "a")
    side.commit(Revise(run), Revise(shard))
    for stale in (
        Revise(run),
        Revise(replace(run, revision=3)),
        Revise(shard),
        Revise(replace(shard, revision=3)),
    ):
        with pytest.raises(VersionConflict):
            side.commit(stale)
    moved = replace(shard, revision=2, cursor="next", pages=1, looked_at=50, last=HASH)
    side.commit(Revise(moved))
    assert side.store.shard(run.simulation_id, 1, KUNMING, "a") == moved


def test_shards_are_of_one_round_and_by_agency(side: Side) -> None:
    run = new_run()
    one, other, later = (
        SimulationShard(run.simulation_id, number, agency, part)
        for number, agency, part in ((1, KUNMING, "0"), (1, SHANDONG, "f"), (2, KUNMING, "0"))
    )
    side.commit(*(Revise(shard) for shard in (one, other, later)))
    assert side.store.shards(run.simulation_id, 1) == (other, one)
    assert side.store.shard(run.simulation_id, 2, SHANDONG, "f") is None


def test_pages_are_of_one_round_in_the_order_of_their_places_from_a_place_on(side: Side) -> None:
    run = new_run()
    first, second, third, other_round = (
        SimulationPage(run.simulation_id, number, place, HASH)
        for number, place in ((1, "370000#000002"), (1, "530100#000001"), (1, "530100#000010"), (2, "530100#000001"))
    )
    for page in (third, other_round, first, second):
        side.commit(Insert(page))
    assert tuple(side.store.pages(run.simulation_id, 1, "")) == (first, second, third)
    assert tuple(side.store.pages(run.simulation_id, 1, second.place)) == (second, third)
    assert tuple(side.store.pages(run.simulation_id, 2, "")) == (other_round,)


def test_a_page_is_kept_once(side: Side) -> None:
    page = SimulationPage(new_run().simulation_id, 1, "530100#000001", HASH)
    side.commit(Insert(page))
    with pytest.raises(VersionConflict):
        side.commit(Insert(page))
