"""Look-ups in their stores: an access table that is only ever added to, and the minute's counts in the state table."""

from __future__ import annotations

import secrets

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import InstitutionCode, PersonToken
from chalicelib.lookups.domain import Lookup, LookupLimits
from chalicelib.platform.aws.codec import ACCESS, Record
from chalicelib.platform.aws.table import BASE, Span, Table


def _pk(person: PersonToken) -> str:
    return f"PERSON#{person}"


LOOKED_UP = Record(
    Lookup,
    lambda lookup: (_pk(lookup.person), f"{lookup.by.at}#{lookup.about or secrets.token_hex(8)}"),
    table=ACCESS,
)
"""The access record. Two look-ups of one instant are distinct: without a received claim the key's end is drawn."""


class DynamoAccessRecords:
    """The record on its own table: the API's role may put and read there, nobody may change or delete."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, lookup: Lookup) -> None:
        self._table.put_new(LOOKED_UP.write(lookup))

    def of_person(
        self, person: PersonToken, from_at: Instant | None, before_at: Instant | None, page: PageRequest
    ) -> Page[Lookup]:
        # A sort key is an instant with a suffix, so all look-ups of the instant `before_at` sort behind `before_at`.
        span = Span(lowest=from_at or "0", highest=before_at)
        return read_page((_pk(person),), page, self._table.reader(BASE, span, LOOKED_UP.read))


class DynamoLookupCounts:
    """The counts of look-ups, an item for each institution and minute; both conditions and the count are one write."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def count(self, institution: InstitutionCode, minute: str, limits: LookupLimits, *, matched: bool) -> bool:
        below = {"unmatched": limits.unmatched_max, "matched": limits.matched_max}
        return self._table.add_one(f"LOOKUPS#{institution}", minute, "matched" if matched else "unmatched", below)
