"""What progress reports need of the world: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.progress_reports.domain import ProgressReport


def reports_in(area: str) -> str:
    """The list of an area's reports: its own, and those that it is told."""
    return f"AREA#{area}"


class ProgressReportStore(Shelf[ProgressReport], Protocol):
    """Progress reports by area."""
