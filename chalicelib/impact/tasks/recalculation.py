"""The tasks of the recalculation state machine: ids come in, unfinished shards and completion flags go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.impact.usecases.recalculate import Recalculating
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class RecalculationSteps:
    """The task methods, named as the variables of app.py that bind them."""

    system: Callable[[], System]

    def recalculation_plan(self, event: dict[str, Any], _context: object = None) -> list[str]:
        return list(self.system()[Recalculating].plan(event["recalculation_id"]))

    def recalculation_step(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        return {"done": self.system()[Recalculating].step(event["recalculation_id"], event["shard"])}

    def recalculation_fail(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        self.system()[Recalculating].fail(event["recalculation_id"])
        return {"recalculation_id": event["recalculation_id"]}
