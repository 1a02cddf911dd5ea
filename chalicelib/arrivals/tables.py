"""Arrivals in the state table.

| pk | sk | what |
|---|---|---|
| ARRIVAL#id | RECORD | an arrival with its steps |
| ARRIVALS#AREA#area, ARRIVALS#PERSON#token | day of entry#id | the same |
| ARRIVALCOUNTS#area | DAY#day#city, MONTH#month#city | changes of the counts |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chalicelib.arrivals.domain.counts import COUNTS, CountsChange
from chalicelib.arrivals.domain.model import Arrival
from chalicelib.arrivals.ports import arrivals_in, arrivals_of
from chalicelib.kernel.pages import read_all
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import BASE, Span, Table

_ARRIVAL = "ARRIVAL"
_DAY, _MONTH = "DAY#", "MONTH#"


def _places(arrival: Arrival) -> list[tuple[str, str]]:
    at = f"{arrival.entered_on.isoformat()}#{arrival.arrival_id}"
    return [(arrivals_of(arrival.person), at), *((arrivals_in(area), at) for area in arrival.areas)]


ARRIVALS_KEPT = shelf_record(_ARRIVAL, Arrival, lambda arrival: arrival.arrival_id, _places)


def _counts_partition(area: AreaCode) -> str:
    return f"ARRIVALCOUNTS#{area}"


def _counts_key(change: CountsChange) -> tuple[str, str]:
    kind = _DAY if len(change.period) > len("2020-03") else _MONTH
    return _counts_partition(change.area), f"{kind}{change.period}#{change.city}"


COUNTS_KEPT = Record(CountsChange, _counts_key, counters=COUNTS, keyed=("area", "city", "period"))


class DynamoArrivalStore(DynamoShelf[Arrival]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _ARRIVAL, ARRIVALS_KEPT)

    def changes_until(self, area: AreaCode, day: date) -> Iterator[CountsChange]:
        month = day.isoformat()[:7]
        # A row's key goes on behind its month or day, so rows of the month itself sort behind the bare month.
        before, within = Span(_MONTH, f"{_MONTH}{month}"), Span(f"{_DAY}{month}", f"{_DAY}{day.isoformat()}~")
        for span in (before, within):
            yield from read_all(_counts_partition(area), self._table.reader(BASE, span, COUNTS_KEPT.read))
