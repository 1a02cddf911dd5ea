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
    expiry,
    institution_audience,
    tier_audience,
)
from chalicelib.events.ports import EventStore
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.model import NATION, AreaLevel, Registry
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
        """Keep changes for the institution, the areas concerned and those above them below a province, and the tier. A
        province reads the feeds of its areas. The changes of `written` stand together as one write made them.

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
            yield from map(area_audience, _kept_for(registry, area))
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
        registry = self.bundles.current().registry
        if area is None:
            require(principal, EVENTS_READ, own(principal, "events"))
            audiences = _own_audiences(registry, principal)
        else:
            require(principal, EVENTS_READ, Resource("events", areas=frozenset(registry.chain(area))))
            audiences = _audiences_of(registry, area)
        events = self.events.after(audiences, after, limit)
        oldest_unsure = instant(self.clock.now() - LAG)
        sure = [event.place for event in events if event.kept_at < oldest_unsure]
        return EventPage(events, sure[-1] if sure else after)


@dataclass(frozen=True, slots=True)
class FollowClaims:
    """The changes of claims in the feeds, as claims ask for them (`ClaimChanges`)."""

    events: EventStore
    bundles: BundleStore
    clock: Clock

    def begins(self) -> Instant:
        """Return the instant from which events are kept."""
        return instant(self.clock.now() - KEPT)

    def since(self, institution: InstitutionCode | None, area: AreaCode | None, after: str) -> Iterator[FollowedClaim]:
        """Return the changes of an institution's claims, or else of an area's, after a place, the oldest first."""
        registry = self.bundles.current().registry
        of_area = _audiences_of(registry, area or NATION)
        audiences = of_area if institution is None else (institution_audience(institution),)
        place = after
        while found := self.events.after(audiences, place, _READ_AT_ONCE):
            for each in found:
                named = dict(each.told.about).get("claim_id")
                yield FollowedClaim(each.place, None if named is None else ClaimId(named))
            place = found[-1].place


def _kept_for(registry: Registry, area: AreaCode) -> Iterator[AreaCode]:
    """Return the areas whose feeds keep an event of an area: the area, and every area above it below its province."""
    for each in registry.chain(area):
        level = registry.areas[each].level
        if level is not AreaLevel.NATION and (each == area or level is not AreaLevel.PROVINCE):
            yield each


def _own_audiences(registry: Registry, principal: Principal) -> tuple[str, ...]:
    """Return the feeds whose events a caller reads. A place is the same in each, so that one cursor orders them all."""
    if principal.role is Role.HOSPITAL:
        return (institution_audience(principal.subject),)
    if principal.role is Role.CENTRE:
        return (tier_audience(principal.area),)
    return _audiences_of(registry, principal.area)


def _audiences_of(registry: Registry, area: AreaCode) -> tuple[str, ...]:
    """Return the feeds of an area: its own, and for a province those of the areas directly below, which keep whatever
    concerns an area further down.
    """
    known = registry.areas.get(area)
    is_province = known is not None and known.level is AreaLevel.PROVINCE
    below = (each.code for each in registry.areas.values() if each.parent == area) if is_province else ()
    return tuple(map(area_audience, (area, *sorted(below))))
