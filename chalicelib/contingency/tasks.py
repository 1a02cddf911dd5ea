"""The scheduled task of contingency: an analysis of the past month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.contingency.usecases import AnalyseEveryFund
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class ContingencySteps:
    """The tasks of contingency, a method per task, named as the variable of app.py that binds the method."""

    system: Callable[[], System]

    def fund_analyse(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Analyse last month of every area that keeps a plan, on a schedule."""
        return {"analysed": self.system()[AnalyseEveryFund]()}
