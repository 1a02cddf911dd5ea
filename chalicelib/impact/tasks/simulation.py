"""The tasks of the simulation state machine: ids come in, shards and completion flags go out. The machine carries two
kinds of runs, which the id tells apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from chalicelib.impact.domain.moved import is_moved
from chalicelib.impact.usecases.simulate import Simulating
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import SimulationId


class Walked(Protocol):
    """The tasks of a run that is looked at shard by shard and summed in the end."""

    def plan(self, walk_id: SimulationId, /) -> tuple[str, ...]: ...

    def look(self, walk_id: SimulationId, name: str, /) -> bool: ...

    def sum(self, walk_id: SimulationId, /) -> None: ...

    def fail(self, walk_id: SimulationId, /) -> None: ...


def walked(system: System, walk_id: SimulationId) -> Walked:
    """Return the tasks of the kind of run that an id names."""
    if not is_moved(walk_id):
        return system[Simulating]
    from chalicelib.impact.usecases.moving import Moving  # noqa: PLC0415 - numpy comes with it

    return system[Moving]


@dataclass(frozen=True, slots=True)
class SimulationSteps:
    """The task methods, named as the variables of app.py that bind them."""

    system: Callable[[], System]

    def simulation_plan(self, event: dict[str, Any], _context: object = None) -> list[str]:
        return list(self._of(event).plan(event["simulation_id"]))

    def simulation_look(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        return {"done": self._of(event).look(event["simulation_id"], event["shard"])}

    def simulation_sum(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        self._of(event).sum(event["simulation_id"])
        return {"simulation_id": event["simulation_id"]}

    def simulation_fail(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        self._of(event).fail(event["simulation_id"])
        return {"simulation_id": event["simulation_id"]}

    def _of(self, event: dict[str, Any]) -> Walked:
        return walked(self.system(), event["simulation_id"])
