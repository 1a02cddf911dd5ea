"""Counts and records look-ups of people, before anything is answered; and shows the record to who may see it."""

from __future__ import annotations

from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import TooManyRequests
from chalicelib.kernel.frozen import dataclass
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
        self._keep(self.admit(principal, person, call, purpose, matched=matched))

    def admit(self, principal: Principal, person: str, call: str, purpose: Purpose, *, matched: bool) -> Lookup:
        """The same for who keeps the record in one with what is done: it is counted here, and to be kept by them."""
        now = self.clock.now()
        minute = instant(now)[:16]
        if not self.counts.count(principal.subject, minute, self.limits, matched=matched):
            raise TooManyRequests(_MINUTE_S - now.second)
        return Lookup(person, Act.of(principal, instant(now)), call, purpose, matched)

    def keep(self, lookup: Lookup) -> None:
        """Record what was admitted, where nothing was done about the person after all."""
        self._keep(lookup)

    def note(self, principal: Principal, person: str, call: str, purpose: Purpose) -> None:
        """Record that somebody works on, or reads, what is known of a person."""
        self._keep(Lookup(person, Act.of(principal, instant(self.clock.now())), call, purpose))

    def _keep(self, lookup: Lookup) -> None:
        if lookup.person != NOBODY:
            self.records.keep(lookup)
