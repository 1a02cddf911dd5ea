"""The trail in the access table, where the API's role may put and read, and nobody may change or delete.

| pk | sk | item |
|---|---|---|
| TRAIL#day | instant#attempt | an attempt |
| OUTCOME#day | instant#attempt | its outcome |
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.platform.aws.codec import ACCESS, Record
from chalicelib.platform.aws.table import BASE, Span, Table
from chalicelib.trail.domain import Attempt, Outcome, TrailEntry


def _attempts(day: date) -> str:
    return f"TRAIL#{day.isoformat()}"


def _outcomes(day: date) -> str:
    return f"OUTCOME#{day.isoformat()}"


ATTEMPTS = Record(Attempt, lambda attempt: (_attempts(attempt.day), attempt.place), table=ACCESS)
OUTCOMES = Record(Outcome, lambda outcome: (_outcomes(outcome.day), outcome.place), table=ACCESS)


class DynamoTrailStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, record: Attempt | Outcome) -> None:
        self._table.put_new(ATTEMPTS.write(record) if isinstance(record, Attempt) else OUTCOMES.write(record))

    def of_day(self, day: date, page: PageRequest) -> Page[TrailEntry]:
        asked = read_page((_attempts(day),), page, self._table.reader(BASE, Span(newest_first=True), ATTEMPTS.read))
        if not asked.items:
            return Page((), asked.next)
        # The outcomes of a page lie between the places of its last attempt and its first.
        span = Span(lowest=asked.items[-1].place, highest=asked.items[0].place)
        ended = read_all(_outcomes(day), self._table.reader(BASE, span, OUTCOMES.read))
        found = {each.place: each for each in ended}
        return Page(tuple(TrailEntry(each, found.get(each.place)) for each in asked.items), asked.next)
