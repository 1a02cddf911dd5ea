"""Port of progress reports: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.progress_reports.domain import ProgressReport


def reports_in(area: AreaCode) -> str:
    """Return the name of the list of an area's reports: its own, and those sent to it."""
    return f"AREA#{area}"


class ProgressReportStore(Shelf[ProgressReport], Protocol):
    """The store of progress reports, by area."""
