"""Arrivals in the state table.

| pk | sk | what |
|---|---|---|
| ARRIVAL#id | RECORD | an arrival with its steps |
| ARRIVALS#AREA#area, ARRIVALS#PERSON#token | day of entry#id | the same |
"""

from __future__ import annotations

from chalicelib.arrivals.domain import Arrival
from chalicelib.arrivals.ports import arrivals_in, arrivals_of
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table

_ARRIVAL = "ARRIVAL"


def _places(arrival: Arrival) -> list[tuple[str, str]]:
    at = f"{arrival.entered_on.isoformat()}#{arrival.arrival_id}"
    return [(arrivals_of(arrival.person), at), *((arrivals_in(area), at) for area in arrival.areas)]


ARRIVALS_KEPT = shelf_record(_ARRIVAL, Arrival, lambda arrival: arrival.arrival_id, _places)


class DynamoArrivalStore(DynamoShelf[Arrival]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _ARRIVAL, ARRIVALS_KEPT)
