"""Sums in the state table.

| pk | sk | what |
|---|---|---|
| TALLIES | COUNTED | how far the sums go |
| TALLY#code | DAY#day | sums of what was received on a day, of an institution or area |
| TALLY#code | AGENCY#area | sums of what an agency settles |

The changes since lie beside the claims (`chalicelib/claims/tables/uncounted.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from chalicelib.claims.domain.counted import CountedChange
from chalicelib.claims.tables.uncounted import UNCOUNTED, UNCOUNTED_SHARDS
from chalicelib.kernel.pages import read_all
from chalicelib.kernel.time import Instant
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import BASE, Span, Table
from chalicelib.summary.domain import AGENCY, DAY, CountedThrough, SummarySpan, Tally

_COUNTED = ("TALLIES", "COUNTED")
_GIVEN_AT_ONCE = 100
"""The number of items that the service returns in a batch."""


def _partition(under: str) -> str:
    return f"TALLY#{under}"


TALLIES = Record(Tally, lambda tally: (_partition(tally.under), tally.row))
COUNTED = Record(CountedThrough, lambda _: _COUNTED)


class DynamoTallyStore:
    """The store of sums on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def counted(self) -> CountedThrough | None:
        item = self._table.get(*_COUNTED)
        return None if item is None else COUNTED.read(item)

    def days(self, under: str, span: SummarySpan) -> tuple[Tally, ...]:
        lowest = DAY if span.from_on is None else f"{DAY}{span.from_on.isoformat()}"
        highest = f"{DAY}~" if span.to_on is None else f"{DAY}{span.to_on.isoformat()}"
        return self._span(under, Span(lowest=lowest, highest=highest))

    def of_day(self, under: Sequence[str], day: date) -> tuple[Tally, ...]:
        row = f"{DAY}{day.isoformat()}"
        return tuple(self.rows((each, row) for each in under).values())

    def agencies(self, under: str) -> tuple[Tally, ...]:
        return self._span(under, Span(prefix=AGENCY))

    def rows(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Tally]:
        found = map(TALLIES.read, self._items([(_partition(under), row) for under, row in keys]))
        return {(each.under, each.row): each for each in found}

    def changes(self, from_at: Instant, before_at: Instant | None, limit: int | None) -> tuple[CountedChange, ...]:
        # Keys are `instant#claim#revision`: every key of an earlier instant sorts before the bare instant.
        reader = self._table.reader(BASE, Span(lowest=from_at, highest=before_at), UNCOUNTED.read)
        found = (each for shard in UNCOUNTED_SHARDS for each in islice(read_all(shard, reader), limit))
        return tuple(sorted(found, key=lambda each: each.place)[:limit])

    def _items(self, places: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, Any]]:
        for first in range(0, len(places), _GIVEN_AT_ONCE):
            yield from self._table.get_many(places[first : first + _GIVEN_AT_ONCE]).values()

    def _span(self, under: str, span: Span) -> tuple[Tally, ...]:
        return tuple(read_all(_partition(under), self._table.reader(BASE, span, TALLIES.read)))
