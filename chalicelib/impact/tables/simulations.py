"""Simulations in the state table, and the machine that carries them. Their findings lie in S3, by hash.

| pk | sk | content |
|---|---|---|
| SIMULATION#id | RUN | the run's progress; all runs by request in gsi1, those of its status in gsi2 |
| SIMULATION#id | LIST#area, LIST#bundle, LIST#area#bundle | the same; those of its area, bundle or both |
| SIMULATION#id | SHARD#round#agency#part | the progress of the years of a part of an agency's persons |
| SIMULATION#id | PAGE#round#agency#part#number | the reference to a page with effects |
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.impact.domain.simulation import SimulationFilter, SimulationPage, SimulationRun, SimulationShard
from chalicelib.impact.tables.listed import list_of, listed_copies
from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.kernel.words.ids import AreaCode, SimulationId
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.executions import StepFunctionsMachine, start_once
from chalicelib.platform.aws.table import BASE, Span, Table, asked_in, places_in

RUN = "RUN"
_ALL = "SIMULATIONS"


def simulation_pk(simulation_id: SimulationId) -> str:
    """Return a simulation's partition."""
    return f"SIMULATION#{simulation_id}"


def _at(run: SimulationRun) -> str:
    return f"{run.requested_at}#{run.simulation_id}"


def _shard_of(round_number: int, agency: AreaCode | None = None, part: str = "") -> str:
    return f"SHARD#{round_number:06}#" + (f"{agency}#{part}" if agency else "")


def _page_sk(round_number: int, place: str) -> str:
    return f"PAGE#{round_number:06}#{place}"


RUNS = Record(
    SimulationRun,
    lambda run: (simulation_pk(run.simulation_id), RUN),
    lambda run: places_in(_ALL, run.status, _at(run)),
    copies=lambda run: listed_copies(
        _ALL,
        simulation_pk(run.simulation_id),
        {"area": run.area, "bundle": run.bundle},
        run.status,
        _at(run),
    ),
)
SHARDS = Record(
    SimulationShard,
    lambda shard: (simulation_pk(shard.simulation_id), _shard_of(shard.round, shard.agency, shard.part)),
)
PAGES = Record(SimulationPage, lambda page: (simulation_pk(page.simulation_id), _page_sk(page.round, page.place)))


class DynamoSimulationStore:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, simulation_id: SimulationId) -> SimulationRun | None:
        item = self._state.get(simulation_pk(simulation_id), RUN)
        return None if item is None else RUNS.read(item)

    def find(self, wanted: SimulationFilter, page: PageRequest) -> Page[SimulationRun]:
        about = {"area": wanted.area, "bundle": wanted.bundle}
        index, partitions = asked_in((list_of(_ALL, about),), wanted.status)
        return read_page(partitions, page, self._state.reader(index, Span(newest_first=True), RUNS.read))

    def shard(
        self, simulation_id: SimulationId, round_number: int, agency: AreaCode, part: str
    ) -> SimulationShard | None:
        item = self._state.get(simulation_pk(simulation_id), _shard_of(round_number, agency, part))
        return None if item is None else SHARDS.read(item)

    def shards(self, simulation_id: SimulationId, round_number: int) -> tuple[SimulationShard, ...]:
        reader = self._state.reader(BASE, Span(prefix=_shard_of(round_number)), SHARDS.read)
        return tuple(read_all(simulation_pk(simulation_id), reader))

    def pages(self, simulation_id: SimulationId, round_number: int, first: str) -> Iterator[SimulationPage]:
        stretch = Span(lowest=_page_sk(round_number, first), highest=_page_sk(round_number, "~"))
        return read_all(simulation_pk(simulation_id), self._state.reader(BASE, stretch, PAGES.read))


class StepFunctionsSimulation(StepFunctionsMachine):
    """Starter of simulations."""

    def start(self, simulation_id: SimulationId, attempt: int) -> bool:
        return start_once(self._client, self._machine, f"{simulation_id}-{attempt}", {"simulation_id": simulation_id})
