"""Runs over the amounts moved by articles, in the state table beside the simulations, whose shards they share.

| pk | sk | content |
|---|---|---|
| SIMULATION#id | RUN | the run's progress; by the instant of its request all runs in gsi1, those of its area in gsi2 |
| SIMULATION#id | SHARD#round#area#day | the progress of a day's claims |
"""

from __future__ import annotations

from chalicelib.impact.domain.moved import MovedRun
from chalicelib.impact.tables.simulations import RUN, simulation_pk
from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.words.ids import AreaCode, SimulationId
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import GSI1, GSI2, Span, Table

_ALL = "MOVED"


def _indexes(run: MovedRun) -> dict[str, str]:
    at = f"{run.asked.at}#{run.moved_id}"
    return {"gsi1pk": _ALL, "gsi1sk": at, "gsi2pk": _of_area(run.area), "gsi2sk": at}


def _of_area(area: AreaCode) -> str:
    return f"{_ALL}#{area}"


MOVED_RUNS = Record(
    MovedRun,
    lambda run: (simulation_pk(run.moved_id), RUN),
    _indexes,
)


class DynamoMovedStore:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, moved_id: SimulationId) -> MovedRun | None:
        item = self._state.get(simulation_pk(moved_id), RUN)
        return None if item is None else MOVED_RUNS.read(item)

    def find(self, area: AreaCode | None, page: PageRequest) -> Page[MovedRun]:
        index, partition = (GSI1, _ALL) if area is None else (GSI2, _of_area(area))
        return read_page((partition,), page, self._state.reader(index, Span(newest_first=True), MOVED_RUNS.read))
