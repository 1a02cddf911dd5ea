"""The task behind the schedule that brings the sums of claims up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.summary.usecases import CountClaims


@dataclass(frozen=True, slots=True)
class SummarySteps:
    """The task of summaries, as a method named after the variable of app.py that binds it."""

    system: Callable[[], System]

    def summary_count(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Include the changes of claims in the sums, on a schedule."""
        return {"steps": self.system()[CountClaims]()}
