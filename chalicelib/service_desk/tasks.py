"""The desk's daily task: postponed matters are resumed once the awaited event has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.service_desk.usecases.resume import ResumePostponed


@dataclass(frozen=True, slots=True)
class DeskSteps:
    """The desk's tasks, a method per task, named as the variable of app.py that binds the method."""

    system: Callable[[], System]

    def desk_resume(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Resume the waiting records that are due, on a schedule."""
        return {"resumed": self.system()[ResumePostponed]()}
