"""Large batches in the state table. Their claims lie in S3, by hash.

| pk | sk | item | gsi1 | gsi2 |
|---|---|---|---|---|
| BATCH#id | BATCH | a batch and its progress | its institution's, by instant | all, by instant |
| BATCH#id | STATUS | the same | its institution's of its status | all of its status |
| BATCH#id | ANSWER#number | the answer to one claim of the batch | | |
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.batches.domain import Batch, BatchAnswer, BatchId, BatchStatus
from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import BASE, GSI1, GSI2, Span, Table, in_status

BATCH = "BATCH"
_OF_STATUS = "STATUS"
_ALL = "BATCHES"


def _pk(batch_id: BatchId) -> str:
    return f"BATCH#{batch_id}"


def _of_institution(code: str) -> str:
    return f"BATCHES#{code}"


def _answer_sk(index: int) -> str:
    return f"ANSWER#{index:06}"


def _indexes(batch: Batch) -> dict[str, str]:
    place = f"{batch.sent.at}#{batch.batch_id}"
    return {"gsi1pk": _of_institution(batch.institution), "gsi1sk": place, "gsi2pk": _ALL, "gsi2sk": place}


def _copies(batch: Batch) -> Iterator[dict[str, str]]:
    of_all = _indexes(batch)
    of_status = {name: in_status(of_all[name], batch.status) for name in ("gsi1pk", "gsi2pk")}
    yield {"pk": _pk(batch.batch_id), "sk": _OF_STATUS, **of_all, **of_status}


BATCHES = Record(Batch, lambda batch: (_pk(batch.batch_id), BATCH), _indexes, copies=_copies)
ANSWERS = Record(BatchAnswer, lambda answer: (_pk(answer.batch_id), _answer_sk(answer.index)))


class DynamoBatchStore:
    """Batches on DynamoDB."""

    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, batch_id: BatchId) -> Batch | None:
        item = self._state.get(_pk(batch_id), BATCH)
        return None if item is None else BATCHES.read(item)

    def find(self, institution: InstitutionCode | None, status: BatchStatus | None, page: PageRequest) -> Page[Batch]:
        index, partition = (GSI2, _ALL) if institution is None else (GSI1, _of_institution(institution))
        if status is not None:
            partition = in_status(partition, status)
        return read_page((partition,), page, self._state.reader(index, Span(newest_first=True), BATCHES.read))

    def answers(self, batch: Batch, page: PageRequest) -> Page[BatchAnswer]:
        if not batch.answered:
            return Page(())
        # A batch that is gone through again still holds the last pass's answers behind those of the present pass.
        span = Span(lowest=_answer_sk(0), highest=_answer_sk(batch.answered - 1))
        return read_page((_pk(batch.batch_id),), page, self._state.reader(BASE, span, ANSWERS.read))
