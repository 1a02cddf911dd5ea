"""A machine of simulations that is run by hand."""

from __future__ import annotations

from chalicelib.impact.tasks.simulation import Walked
from chalicelib.kernel.words.ids import SimulationId


class FakeSimulationMachine:
    """Executions that were started, each to be run once."""

    def __init__(self) -> None:
        self.started: list[tuple[SimulationId, int]] = []

    def start(self, simulation_id: SimulationId, attempt: int) -> bool:
        if (simulation_id, attempt) in self.started:
            return False
        self.started.append((simulation_id, attempt))
        return True

    def run(self, tasks: Walked) -> None:
        """Run the newest execution to its end."""
        simulation_id, _ = self.started[-1]
        for shard in tasks.plan(simulation_id):
            while not tasks.look(simulation_id, shard):
                pass
        tasks.sum(simulation_id)
