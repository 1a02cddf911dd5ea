"""Port of the register of arrivals: its store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from chalicelib.arrivals.domain.counts import CountsChange
from chalicelib.arrivals.domain.model import Arrival
from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, PersonToken


def arrivals_in(area: AreaCode) -> str:
    """Name the list of an area, its city and its province."""
    return f"AREA#{area}"


def arrivals_of(person: PersonToken) -> str:
    """Name the list of a person's entries."""
    return f"PERSON#{person}"


class ArrivalStore(Shelf[Arrival], Protocol):
    """Arrivals by the areas that watch them, and by person."""

    def changes_until(self, area: AreaCode, day: date) -> Iterator[CountsChange]:
        """Yield the changes of an area's counts up to the end of a day: of the months before the day's month, then of
        the days of that month.
        """
        ...
