"""Ports of events: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.events.domain import KeptEvent


class EventStore(Protocol):
    """The events of each audience."""

    def after(self, audience: str, place: str | None, limit: int) -> tuple[KeptEvent, ...]:
        """Return up to `limit` events of an audience that stand after a place, the oldest first; from the first event
        where no place is given.
        """
        ...
