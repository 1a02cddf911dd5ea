"""Counts and records look-ups of people before they are answered, and shows the record to authorised readers."""

from __future__ import annotations

from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import TooManyRequests
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import PersonToken
from chalicelib.lookups.domain import NOBODY, Lookup, LookupLimits, Purpose
from chalicelib.lookups.ports import AccessRecords, LookupCounts

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class LookingUp:
    """The counter of look-ups. `count` comes after the look-up and before its answer, so that all are treated alike."""

    records: AccessRecords
    counts: LookupCounts
    limits: LookupLimits
    clock: Clock

    def count(self, principal: Principal, person: PersonToken, call: str, purpose: Purpose, *, matched: bool) -> None:
        """Count and record a look-up by number and name. Raises `TooManyRequests` when the institution has asked too
        often in this minute; then nothing is recorded, since nothing is disclosed.
        """
        self._keep(self.admit(principal, person, call, purpose, matched=matched))

    def admit(self, principal: Principal, person: PersonToken, call: str, purpose: Purpose, *, matched: bool) -> Lookup:
        """Count a look-up for a caller who keeps it in one write with its own act. Raises `TooManyRequests`."""
        now = self.clock.now()
        minute = instant(now)[:16]
        if not self.counts.count(principal.institution, minute, self.limits, matched=matched):
            raise TooManyRequests(_MINUTE_S - now.second)
        return Lookup(person, Act.of(principal, instant(now)), call, purpose, matched)

    def keep(self, lookup: Lookup) -> None:
        """Record an admitted look-up, where nothing was done about the person after all."""
        self._keep(lookup)

    def note(self, principal: Principal, person: PersonToken, call: str, purpose: Purpose) -> None:
        """Record that a person's known data are worked on or read."""
        self._keep(Lookup(person, Act.of(principal, instant(self.clock.now())), call, purpose))

    def _keep(self, lookup: Lookup) -> None:
        if lookup.person != NOBODY:
            self.records.keep(lookup)
