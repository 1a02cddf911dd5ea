"""The hourly look at the reports that are owed today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.progress_reports.usecases import RemindOfReports


@dataclass(frozen=True, slots=True)
class ProgressSteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def progress_remind(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """The look at what is owed, on a schedule."""
        return {"reminded": self.system()[RemindOfReports]()}
