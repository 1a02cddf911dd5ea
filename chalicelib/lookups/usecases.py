"""Counts and records look-ups of people, before anything is answered; and shows the record to who may see it."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import TooManyRequests
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import instant
from chalicelib.lookups.domain import NOBODY, Lookup, LookupLimits, Purpose
from chalicelib.lookups.ports import AccessRecords, LookupCounts

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
