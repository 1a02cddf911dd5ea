"""The desk's daily task: what was postponed comes back when its reason has fallen away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.service_desk.usecases.resume import ResumePostponed


@dataclass(frozen=True, slots=True)
class DeskSteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def desk_resume(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """The look at what waits, on a schedule."""
        return {"resumed": self.system()[ResumePostponed]()}
