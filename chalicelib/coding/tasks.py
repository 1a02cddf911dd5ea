"""The schedule that opens the coding duties of institutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.coding.usecases import CodingDuties
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class CodingSteps:
    """The tasks of coding, as methods named after the variables of app.py that bind them."""

    system: Callable[[], System]

    def coding_open(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Put every new duty on the work list of its bureau, on a schedule."""
        return {"opened": self.system()[CodingDuties].open_everywhere()}
