"""Counts and records look-ups of people, before anything is answered; and shows the record to who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.application.identifying import NOBODY
from chalicelib.application.ports import AccessRecords, BundleStore, Clock, LookupCounts, PersonStore
from chalicelib.application.requests import Page, PageRequest
from chalicelib.application.times import instant, start_of
from chalicelib.domain.access import Action, Principal, Resource, Role, of_area, require
from chalicelib.domain.acts import Act
from chalicelib.domain.errors import TooManyRequests
from chalicelib.domain.lookups import Lookup, LookupLimits, Purpose

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class LookingUp:
    """`count` comes after the look-up and before its answer: so the same is done whoever was met."""

    records: AccessRecords
    counts: LookupCounts
    limits: LookupLimits
    clock: Clock

    def count(self, principal: Principal, person: str, call: str, purpose: Purpose, *, matched: bool) -> None:
        """Count and record a look-up by number and name. Raises `TooManyRequests` when the institution has asked too
        often in this minute; then nothing is recorded, for nothing is told.
        """
        now = self.clock.now()
        minute = instant(now)[:16]
        if not self.counts.count(principal.subject, minute, self.limits, matched=matched):
            raise TooManyRequests(_MINUTE_S - now.second)
        self._keep(principal, person, call, purpose, matched)

    def note(self, principal: Principal, person: str, call: str, purpose: Purpose) -> None:
        """Record that somebody works on, or reads, what is known of a person."""
        self._keep(principal, person, call, purpose, None)

    def _keep(self, principal: Principal, person: str, call: str, purpose: Purpose, matched: bool | None) -> None:  # noqa: FBT001 as the record has it
        if person != NOBODY:
            by = Act.of(principal, instant(self.clock.now()))
            self.records.keep(Lookup(person, by, call, purpose, matched))


@dataclass(frozen=True, slots=True)
class ReadAccessRecords:
    """Shows who asked about a person."""

    records: AccessRecords
    persons: PersonStore
    bundles: BundleStore
    looking_up: LookingUp

    def __call__(
        self, principal: Principal, person: str, from_on: date | None, to_on: date | None, page: PageRequest
    ) -> Page[Lookup]:
        """The look-ups of a person in a span of Asia/Shanghai days (both inside), oldest first. Raises `NotFound` for
        an agency that insures the person at no time.
        """
        require(principal, Action.ACCESS_RECORDS_READ, self._resource(principal, person))
        self.looking_up.note(principal, person, "GET /v1/access-records", Purpose.RECORDS)
        from_at = None if from_on is None else start_of(from_on)
        before_at = None if to_on is None else start_of(to_on + timedelta(days=1))
        return self.records.of_person(person, from_at, before_at, page)

    def _resource(self, principal: Principal, person: str) -> Resource:
        if principal.role is not Role.AGENCY:
            return Resource("access-records")
        registry = self.bundles.current().registry
        insured = {each.insured_area for each in self.persons.enrolments(person).periods if each.insured_area}
        areas = frozenset[str]().union(*(of_area(registry, area, "enrolment").areas for area in insured))
        return Resource("access-records", areas=areas)
