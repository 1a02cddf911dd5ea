"""Tasks of the batch machine: a batch's id comes in; the batch's completion and the seconds to wait go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.batches.usecases import ReceiveBatch
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class BatchSteps:
    """The tasks of the batch machine: a method per task, named as the variable of app.py that binds the task."""

    system: Callable[[], System]

    def batch_receive(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        batch, wait_s = self.system()[ReceiveBatch].step(event["batch_id"])
        return {"done": not batch.is_running, "wait_s": wait_s}

    def batch_fail(self, event: dict[str, Any], _context: object = None) -> dict[str, Any]:
        self.system()[ReceiveBatch].fail(event["batch_id"])
        return {"batch_id": event["batch_id"]}
