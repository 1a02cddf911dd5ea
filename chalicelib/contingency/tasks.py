"""The schedule that analyses the month that is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.contingency.usecases import AnalyseEveryFund
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class ContingencySteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def fund_analyse(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Analyse last month of every area that keeps a plan, on a schedule."""
        return {"analysed": self.system()[AnalyseEveryFund]()}
