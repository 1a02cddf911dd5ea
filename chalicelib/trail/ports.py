"""Port of the trail: its store, which is only ever added to."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.trail.domain import Attempt, Outcome, TrailEntry


class TrailStore(Protocol):
    def keep(self, record: Attempt | Outcome) -> None:
        """Add a record; a record once added is never changed. Raises `Unavailable`."""
        ...

    def of_day(self, day: date, page: PageRequest) -> Page[TrailEntry]:
        """Return the attempts of a civil day with their outcomes, the newest first."""
        ...
