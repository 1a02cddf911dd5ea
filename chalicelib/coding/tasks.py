"""The schedule that opens what policy asks of institutions' systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.coding.usecases import CodingDuties
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class CodingSteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def coding_open(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Put every new duty on the work list of its bureau, on a schedule."""
        return {"opened": self.system()[CodingDuties].open_everywhere()}
