"""The access record and the counts of look-ups in memory."""

from __future__ import annotations

import threading
from collections import defaultdict

from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import InstitutionCode, PersonToken
from chalicelib.kernel.writes import Insert
from chalicelib.lookups.domain import Lookup, LookupLimits
from tests.kit.memory.tables import MemoryTables


class FakeAccessRecords:
    """The record in memory, to which transactions add as well; look-ups of one instant stand as they came."""

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables

    @property
    def kept(self) -> list[Lookup]:
        """Every look-up, in the order in which they were recorded."""
        return self._tables.all(Lookup)

    def keep(self, lookup: Lookup) -> None:
        self._tables.commit([Insert(lookup)])

    def of_person(
        self, person: PersonToken, from_at: Instant | None, before_at: Instant | None, page: PageRequest
    ) -> Page[Lookup]:
        numbered = [(f"{each.by.at}#{number:08d}", each) for number, each in enumerate(self.kept)]
        found = sorted(
            (key, each)
            for key, each in numbered
            if each.person == person and (from_at or "") <= each.by.at and (before_at is None or each.by.at < before_at)
        )
        keys = {id(each): key for key, each in found}
        return page_of([each for _, each in found], lambda each: keys[id(each)], page)


class FakeLookupCounts:
    """Counts under one lock, as one conditional write does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def count(self, institution: InstitutionCode, minute: str, limits: LookupLimits, *, matched: bool) -> bool:
        with self._lock:
            counted = self.counted[institution, minute]
            if counted[0] >= limits.unmatched_max or counted[1] >= limits.matched_max:
                return False
            counted[matched] += 1
            return True
