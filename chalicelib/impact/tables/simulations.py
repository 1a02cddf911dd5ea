"""Simulations in the state table, and the machine that carries them. Their findings lie in S3, by hash.

| pk | sk | content |
|---|---|---|
| SIMULATION#id | RUN | the run's progress; all runs in gsi1, by the instant of their request |
| SIMULATION#id | SHARD#round#agency#part | the progress of the years of a part of an agency's persons |
| SIMULATION#id | PAGE#round#agency#part#number | the reference to a page with effects |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.impact.domain.simulation import SimulationFilter, SimulationPage, SimulationRun, SimulationShard
from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.executions import start_once
from chalicelib.platform.aws.table import BASE, GSI1, Span, Table

RUN = "RUN"
_ALL = "SIMULATIONS"


def simulation_pk(simulation_id: str) -> str:
    """Return a simulation's partition."""
    return f"SIMULATION#{simulation_id}"


def _shard_of(round_number: int, agency: str = "", part: str = "") -> str:
    return f"SHARD#{round_number:06}#" + (f"{agency}#{part}" if agency else "")


def _page_sk(round_number: int, place: str) -> str:
    return f"PAGE#{round_number:06}#{place}"


RUNS = Record(
    SimulationRun,
    lambda run: (simulation_pk(run.simulation_id), RUN),
    lambda run: {"gsi1pk": _ALL, "gsi1sk": f"{run.requested_at}#{run.simulation_id}"},
)
SHARDS = Record(
    SimulationShard,
    lambda shard: (simulation_pk(shard.simulation_id), _shard_of(shard.round, shard.agency, shard.part)),
)
PAGES = Record(SimulationPage, lambda page: (simulation_pk(page.simulation_id), _page_sk(page.round, page.place)))


class DynamoSimulationStore:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, simulation_id: str) -> SimulationRun | None:
        item = self._state.get(simulation_pk(simulation_id), RUN)
        return None if item is None else RUNS.read(item)

    def find(self, wanted: SimulationFilter, page: PageRequest) -> Page[SimulationRun]:
        said = (("status", wanted.status), ("bundle", wanted.bundle), ("area", wanted.area))
        equal = tuple((name, str(value)) for name, value in said if value is not None)
        reader = self._state.reader(GSI1, Span(equal=equal, newest_first=True), RUNS.read)
        return read_page((_ALL,), page, reader)

    def shard(self, simulation_id: str, round_number: int, agency: str, part: str) -> SimulationShard | None:
        item = self._state.get(simulation_pk(simulation_id), _shard_of(round_number, agency, part))
        return None if item is None else SHARDS.read(item)

    def shards(self, simulation_id: str, round_number: int) -> tuple[SimulationShard, ...]:
        reader = self._state.reader(BASE, Span(prefix=_shard_of(round_number)), SHARDS.read)
        return tuple(read_all(simulation_pk(simulation_id), reader))

    def pages(self, simulation_id: str, round_number: int, first: str) -> Iterator[SimulationPage]:
        stretch = Span(lowest=_page_sk(round_number, first), highest=_page_sk(round_number, "~"))
        return read_all(simulation_pk(simulation_id), self._state.reader(BASE, stretch, PAGES.read))


class StepFunctionsSimulation:
    """Starter of simulations. `client` is a boto3 Step Functions client, `machine` the machine's ARN."""

    def __init__(self, client: Any, machine: str) -> None:
        self._client = client
        self._machine = machine

    def start(self, simulation_id: str, attempt: int) -> bool:
        return start_once(self._client, self._machine, f"{simulation_id}-{attempt}", {"simulation_id": simulation_id})
