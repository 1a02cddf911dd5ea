"""Simulations in memory, and a machine that is run by hand."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.impact.domain.simulation import SimulationPage, SimulationRun, SimulationShard
from chalicelib.impact.ports import AddSimulationPage, WriteSimulation, WriteSimulationShard
from chalicelib.impact.usecases.simulate import Simulating
from chalicelib.main.writes import SimulationPart


class SimulationMemory:
    """Runs, their shards and their pages."""

    def __init__(self) -> None:
        self.runs: dict[str, SimulationRun] = {}
        self.shards: dict[tuple[str, int, str], SimulationShard] = {}
        self.pages: dict[tuple[str, int, str], SimulationPage] = {}

    def holds(self, part: SimulationPart) -> bool:
        """Whether the part's condition holds."""
        match part:
            case WriteSimulation(run):
                known = self.runs.get(run.simulation_id)
                return (known.revision if known else 0) == run.revision - 1
            case WriteSimulationShard(shard):
                stands = self.shards.get((shard.simulation_id, shard.round, shard.agency))
                return (stands.revision if stands else 0) == shard.revision - 1
            case AddSimulationPage(page):
                return (page.simulation_id, page.round, page.place) not in self.pages

    def apply(self, part: SimulationPart) -> None:
        """Write the part."""
        match part:
            case WriteSimulation(run):
                self.runs[run.simulation_id] = run
            case WriteSimulationShard(shard):
                self.shards[shard.simulation_id, shard.round, shard.agency] = shard
            case AddSimulationPage(page):
                self.pages[page.simulation_id, page.round, page.place] = page


class FakeSimulationStore:
    def __init__(self, memory: SimulationMemory) -> None:
        self._memory = memory

    def get(self, simulation_id: str) -> SimulationRun | None:
        return self._memory.runs.get(simulation_id)

    def shard(self, simulation_id: str, round_number: int, agency: str) -> SimulationShard | None:
        return self._memory.shards.get((simulation_id, round_number, agency))

    def shards(self, simulation_id: str, round_number: int) -> tuple[SimulationShard, ...]:
        own = [(key, shard) for key, shard in self._memory.shards.items() if key[:2] == (simulation_id, round_number)]
        return tuple(shard for _, shard in sorted(own, key=lambda pair: pair[0]))

    def pages(self, simulation_id: str, round_number: int, first: str) -> Iterator[SimulationPage]:
        for key in sorted(self._memory.pages):
            if key[:2] == (simulation_id, round_number) and key[2] >= first:
                yield self._memory.pages[key]


class FakeSimulationMachine:
    """Executions that were started, each to be run once."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []

    def start(self, simulation_id: str, attempt: int) -> bool:
        if (simulation_id, attempt) in self.started:
            return False
        self.started.append((simulation_id, attempt))
        return True

    def run(self, tasks: Simulating) -> None:
        """Run the newest execution to its end."""
        simulation_id, _ = self.started[-1]
        for agency in tasks.plan(simulation_id):
            while not tasks.look(simulation_id, agency):
                pass
        tasks.sum(simulation_id)
