"""The hourly reminder of the reports owed today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System
from chalicelib.progress_reports.usecases import RemindOfReports


@dataclass(frozen=True, slots=True)
class ProgressSteps:
    """The tasks of progress reports, as methods named after the variables of app.py that bind them."""

    system: Callable[[], System]

    def progress_remind(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Remind of the reports owed today, on a schedule."""
        return {"reminded": self.system()[RemindOfReports]()}
