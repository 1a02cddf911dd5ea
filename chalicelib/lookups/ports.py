"""The ports of look-ups: the access record, and the counts of the minute."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import InstitutionCode, PersonToken
from chalicelib.lookups.domain import Lookup, LookupLimits


class AccessRecords(Protocol):
    def keep(self, lookup: Lookup) -> None:
        """Add one look-up; a look-up once added is never changed."""
        ...

    def of_person(
        self, person: PersonToken, from_at: Instant | None, before_at: Instant | None, page: PageRequest
    ) -> Page[Lookup]:
        """Return the look-ups of a person between two instants (the first inside, the second not), oldest first."""
        ...


class LookupCounts(Protocol):
    def count(self, institution: InstitutionCode, minute: str, limits: LookupLimits, *, matched: bool) -> bool:
        """Count one look-up of a minute. False, without counting, where either kind has reached its limit, also when
        many count at once.
        """
        ...
