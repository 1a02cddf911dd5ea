"""Runs over the amounts moved by articles, in the state table beside the simulations, whose shards they share.

| pk | sk | content |
|---|---|---|
| SIMULATION#id | RUN | the run's progress; all runs in gsi1, by the instant of their request |
| SIMULATION#id | SHARD#round#area#day | the progress of a day's claims |
"""

from __future__ import annotations

from chalicelib.impact.domain.moved import MovedRun
from chalicelib.impact.tables.simulations import RUN, simulation_pk
from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import GSI1, Span, Table

_ALL = "MOVED"

MOVED_RUNS = Record(
    MovedRun,
    lambda run: (simulation_pk(run.moved_id), RUN),
    lambda run: {"gsi1pk": _ALL, "gsi1sk": f"{run.asked.at}#{run.moved_id}"},
)


class DynamoMovedStore:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, moved_id: str) -> MovedRun | None:
        item = self._state.get(simulation_pk(moved_id), RUN)
        return None if item is None else MOVED_RUNS.read(item)

    def find(self, area: str | None, page: PageRequest) -> Page[MovedRun]:
        equal = () if area is None else (("area", area),)
        reader = self._state.reader(GSI1, Span(equal=equal, newest_first=True), MOVED_RUNS.read)
        return read_page((_ALL,), page, reader)
