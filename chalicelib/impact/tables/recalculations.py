"""Recalculations in the state table, and the machine that carries them.

| pk | sk | content |
|---|---|---|
| RECALCULATION#id | RUN | the run's progress; all runs by request in gsi1, those of its status in gsi2 |
| RECALCULATION#id | LIST#bundle | the same; its bundle's in gsi1, those of its status in gsi2 |
| RECALCULATION#id | SHARD#round#agency#part | the progress of the years of a part of an agency's persons |
| RECALCULATION#id | CORRECTION#transaction | a corrected claim |
"""

from __future__ import annotations

from chalicelib.impact.domain.recalculation import (
    RecalculatedClaim,
    Recalculation,
    RecalculationShard,
    RecalculationStatus,
)
from chalicelib.impact.tables.listed import list_of, listed_copies
from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.kernel.words.ids import AreaCode, RecalculationId
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.executions import StepFunctionsMachine, start_once
from chalicelib.platform.aws.table import BASE, Span, Table, asked_in, places_in

RUN = "RUN"
_ALL = "RECALCULATIONS"
CORRECTION_PREFIX = "CORRECTION#"


def run_pk(recalculation_id: RecalculationId) -> str:
    """Return a recalculation's partition."""
    return f"RECALCULATION#{recalculation_id}"


RECALCULATIONS = Record(
    Recalculation,
    lambda run: (run_pk(run.recalculation_id), RUN),
    lambda run: places_in(_ALL, run.status, _at(run)),
    copies=lambda run: listed_copies(_ALL, run_pk(run.recalculation_id), {"bundle": run.bundle}, run.status, _at(run)),
)


def _at(run: Recalculation) -> str:
    return f"{run.requested.at}#{run.recalculation_id}"


def _shard_sk(round_number: int, agency: AreaCode | None = None, part: str = "") -> str:
    return f"SHARD#{round_number:06}#" + (f"{agency}#{part}" if agency else "")


PROGRESS = Record(
    RecalculationShard, lambda shard: (run_pk(shard.recalculation_id), _shard_sk(shard.round, shard.agency, shard.part))
)
CORRECTIONS = Record(
    RecalculatedClaim, lambda row: (run_pk(row.recalculation_id), f"{CORRECTION_PREFIX}{row.transaction_id}")
)


class DynamoRecalculationStore:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, recalculation_id: RecalculationId) -> Recalculation | None:
        item = self._state.get(run_pk(recalculation_id), RUN)
        if item is None:
            return None
        return RECALCULATIONS.read(item)

    def find(self, status: RecalculationStatus | None, bundle: str | None, page: PageRequest) -> Page[Recalculation]:
        index, partitions = asked_in((list_of(_ALL, {"bundle": bundle}),), status)
        return read_page(partitions, page, self._state.reader(index, Span(newest_first=True), RECALCULATIONS.read))

    def shard(
        self, recalculation_id: RecalculationId, round_number: int, agency: AreaCode, part: str
    ) -> RecalculationShard | None:
        item = self._state.get(run_pk(recalculation_id), _shard_sk(round_number, agency, part))
        return None if item is None else PROGRESS.read(item)

    def shards(self, recalculation_id: RecalculationId, round_number: int) -> tuple[RecalculationShard, ...]:
        reader = self._state.reader(BASE, Span(prefix=_shard_sk(round_number)), PROGRESS.read)
        return tuple(read_all(run_pk(recalculation_id), reader))

    def corrections(self, recalculation_id: RecalculationId, page: PageRequest) -> Page[RecalculatedClaim]:
        reader = self._state.reader(BASE, Span(prefix=CORRECTION_PREFIX), CORRECTIONS.read)
        return read_page((run_pk(recalculation_id),), page, reader)


class StepFunctionsRecalculation(StepFunctionsMachine):
    """Starter of recalculations."""

    def start(self, recalculation_id: RecalculationId, attempt: int) -> bool:
        return start_once(
            self._client, self._machine, f"{recalculation_id}-{attempt}", {"recalculation_id": recalculation_id}
        )
