"""The tasks of the simulation state machine: ids come in, which shards there are and whether one is done go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.impact.usecases.simulate import Simulating
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class SimulationSteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def simulation_plan(self, event: dict[str, Any], _context: object = None) -> list[str]:
        return list(self.system()[Simulating].plan(event["simulation_id"]))

    def simulation_look(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        return {"done": self.system()[Simulating].look(event["simulation_id"], event["shard"])}

    def simulation_sum(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        self.system()[Simulating].sum(event["simulation_id"])
        return {"simulation_id": event["simulation_id"]}

    def simulation_fail(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        self.system()[Simulating].fail(event["simulation_id"])
        return {"simulation_id": event["simulation_id"]}
