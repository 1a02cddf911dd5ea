"""Keeps an event for every party concerned, and hands out the events after a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from chalicelib.claims.ports import ClaimStore, FollowedClaim
from chalicelib.events.access import EVENTS_READ
from chalicelib.events.domain import (
    KEPT,
    LAG,
    FollowedChange,
    KeptEvent,
    KeptEvents,
    ToldEvent,
    area_audience,
    audience_of,
    expiry,
    institution_audience,
    tier_audience,
)
from chalicelib.events.ports import EventStore
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.model import NATION, Registry
from chalicelib.registry.domain.resources import own

_READ_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events. `place` is the place to go on from; None where no event old enough was handed out and no place
    given.
    """

    events: tuple[KeptEvent, ...]
    place: str | None


@dataclass(frozen=True, slots=True)
class KeepEvents:
    claims: ClaimStore
    bundles: BundleStore
    events: EventStore
    clock: Clock

    def __call__(self, written: Iterable[tuple[FollowedChange, ...]]) -> None:
        """Keep changes for the institution, the areas up to their provinces and the tier concerned. The changes of
        `written` stand together as one write made them.

        A change that is brought again is kept once more under the same id. Raises `Unavailable`; all changes are then
        to be brought again.
        """
        told = [self._by_audience(changes) for changes in written]
        now = self.clock.now()
        records = [
            # One instant for each write, in their order, since it orders the events of an audience.
            KeptEvents(audience, instant(now + timedelta(microseconds=number)), tuple(events), expiry(now))
            for number, by_audience in enumerate(told)
            for audience, events in sorted(by_audience.items())
        ]
        if records:
            self.events.keep(records)

    def _by_audience(self, changes: tuple[FollowedChange, ...]) -> Mapping[str, list[ToldEvent]]:
        found: dict[str, list[ToldEvent]] = {}
        for change in sorted(changes, key=lambda each: each.event_id):
            told = ToldEvent(change.event_id, change.kind, change.at, change.about, change.changes)
            for audience in set(self._audiences(change)):
                found.setdefault(audience, []).append(told)
        return found

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

    def __call__(
        self, principal: Principal, after: str | None, limit: int, *, area: AreaCode | None = None
    ) -> EventPage:
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


@dataclass(frozen=True, slots=True)
class FollowClaims:
    """The changes of claims in the feeds, as claims ask for them (`ClaimChanges`)."""

    events: EventStore
    clock: Clock

    def begins(self) -> Instant:
        """Return the instant from which events are kept."""
        return instant(self.clock.now() - KEPT)

    def since(self, institution: InstitutionCode | None, area: AreaCode | None, after: str) -> Iterator[FollowedClaim]:
        """Return the changes of an institution's claims, or else of an area's, after a place, the oldest first."""
        audience = area_audience(area or NATION) if institution is None else institution_audience(institution)
        place = after
        while found := self.events.after(audience, place, _READ_AT_ONCE):
            for each in found:
                named = dict(each.told.about).get("claim_id")
                yield FollowedClaim(each.place, None if named is None else ClaimId(named))
            place = found[-1].place


def _below_the_nation(registry: Registry, area: AreaCode) -> tuple[str, ...]:
    return tuple(each for each in registry.chain(area) if each != NATION)
