"""Ports of events: their store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from chalicelib.events.domain import KeptEvent, KeptEvents


class EventStore(Protocol):
    """The events of each audience."""

    def keep(self, records: Iterable[KeptEvents]) -> None:
        """Keep events, every record by itself. Raises `Unavailable`, after which all records are to be kept again:
        some may be kept then, and the same event twice is a single event to its readers, by its id.
        """
        ...

    def after(self, audiences: Iterable[str], place: str | None, limit: int) -> tuple[KeptEvent, ...]:
        """Return up to `limit` events of any of the audiences that stand after a place, the oldest first and each a
        single time; from the first event where no place is given.
        """
        ...
