"""Wire forms of events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.claims.schemas.answers import PartyDifferenceDocument
from chalicelib.events.domain import KeptEvent
from chalicelib.events.usecases import EventPage
from chalicelib.platform.http.answers import Answer


class EventDocument(Answer):
    """A change. `event` is the thing and its new state, `ids` are the ids by which the thing is read; `changes` lists
    the payers who bear more or less of a claim than before, where the payers' parts changed.
    """

    event_id: str
    event: str
    at: datetime
    ids: dict[str, str]
    changes: list[PartyDifferenceDocument] | None = None


class EventPageDocument(Answer):
    """A page of events, the oldest first. `next` is the place to ask after; None while no event is old enough to go on
    from.
    """

    items: list[EventDocument]
    next: str | None


def event_document(kept: KeptEvent) -> dict[str, Any]:
    """Write an event."""
    event = kept.told
    document: dict[str, Any] = {
        "event_id": event.event_id,
        "event": event.kind,
        "at": event.at,
        "ids": dict(event.about),
    }
    if event.changes:
        document["changes"] = [PartyDifferenceDocument.from_record(each) for each in event.changes]
    return document


def events_document(page: EventPage) -> dict[str, Any]:
    """Write a page of events and the place from which to go on."""
    return {"items": [event_document(event) for event in page.events], "next": page.place}
