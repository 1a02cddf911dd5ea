"""Keeps an event for every party concerned, and hands out the events after a place."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.claims.ports import ClaimStore
from chalicelib.events.access import EVENTS_READ
from chalicelib.events.domain import (
    LAG,
    FollowedChange,
    KeptEvent,
    area_audience,
    audience_of,
    expiry,
    institution_audience,
    tier_audience,
)
from chalicelib.events.ports import EventStore
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Put
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.model import NATION, Registry
from chalicelib.registry.domain.resources import own


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events. `place` is the place to go on from; None where no event old enough was handed out and no place
    given.
    """

    events: tuple[KeptEvent, ...]
    place: str | None


@dataclass(frozen=True, slots=True)
class KeepEvent:
    claims: ClaimStore
    bundles: BundleStore
    commits: Commits
    clock: Clock

    def __call__(self, change: FollowedChange) -> None:
        """Keep a change for the institution, the areas up to their provinces and the tier concerned.

        A change that is brought again is kept once more under the same id. Raises `Unavailable`; the change is then to
        be brought again.
        """
        now = self.clock.now()
        events = [
            KeptEvent(
                audience,
                instant(now),
                change.event_id,
                change.kind,
                change.at,
                change.about,
                change.changes,
                expiry(now),
            )
            for audience in sorted(set(self._audiences(change)))
        ]
        if events:
            self.commits.commit([Put(event) for event in events])

    def _audiences(self, change: FollowedChange) -> Iterator[str]:
        registry = self.bundles.current().registry
        record = None if change.claim_id is None else self.claims.get(change.claim_id)
        areas = change.areas if record is None else (*filter(None, (record.agency,)), *record.areas)
        if change.institution is not None:
            yield institution_audience(change.institution)
        for area in areas:
            yield from map(area_audience, _below_the_nation(registry, area))
        if change.tier is not None:
            yield tier_audience(change.tier)
            if change.tier != NATION:
                yield area_audience(change.tier)


@dataclass(frozen=True, slots=True)
class ReadEvents:
    events: EventStore
    bundles: BundleStore
    clock: Clock

    def __call__(self, principal: Principal, after: str | None, limit: int, *, area: str | None = None) -> EventPage:
        """Return the caller's own events after a place, the oldest first; those of `area` where given, an area under
        the caller's.

        The place to go on from never passes an event younger than `LAG`: an event kept at the same moment by another
        clock could still come before. So a young event is handed out again, under the same id.
        """
        audience = audience_of(principal)
        if area is None:
            require(principal, EVENTS_READ, own(principal, "events"))
        else:
            chain = self.bundles.current().registry.chain(area)
            require(principal, EVENTS_READ, Resource("events", areas=frozenset(chain)))
            audience = area_audience(area)
        events = self.events.after(audience, after, limit)
        oldest_unsure = instant(self.clock.now() - LAG)
        sure = [event.place for event in events if event.kept_at < oldest_unsure]
        return EventPage(events, sure[-1] if sure else after)


def _below_the_nation(registry: Registry, area: str) -> tuple[str, ...]:
    return tuple(each for each in registry.chain(area) if each != NATION)
