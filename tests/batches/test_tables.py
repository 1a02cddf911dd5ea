"""Large batches in memory and on DynamoDB keep the same promises."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from chalicelib.batches.domain import Batch, BatchAnswer, BatchId, BatchStatus
from chalicelib.batches.ports import BatchStore
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.pages import PageRequest, every
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.kernel.writes import Put, Revise
from tests.kit.builders import act

_numbers = itertools.count(1)


HOSPITAL = InstitutionCode("H53010200001")


def new_batch(institution: InstitutionCode = HOSPITAL, claims: int = 3) -> Batch:
    return Batch(BatchId(f"bat_contract{next(_numbers)}"), institution, act("his"), "0c" * 32, claims)


def answered(batch: Batch, *answers: BatchAnswer) -> Batch:
    return batch.with_answers(answers)


def test_a_batch_is_read_back_as_it_was_written_and_moves_one_revision_at_a_time(ports: Ports) -> None:
    store, commits, batch = ports[BatchStore], ports[Commits], new_batch()
    assert store.get(batch.batch_id) is None
    commits.commit([Revise(batch)])
    assert store.get(batch.batch_id) == batch
    with pytest.raises(VersionConflict):
        commits.commit([Revise(batch)])
    later = replace(batch, status=BatchStatus.FAILED, revision=2)
    commits.commit([Revise(later)])
    assert store.get(batch.batch_id) == later
    with pytest.raises(VersionConflict):
        commits.commit([Revise(later)])


def test_the_answers_are_those_of_this_time_in_the_order_of_the_batch(ports: Ports) -> None:
    store, commits, batch = ports[BatchStore], ports[Commits], new_batch()
    commits.commit([Revise(batch)])
    assert store.answers(batch, PageRequest(50)).items == ()
    answers = [
        BatchAnswer(batch.batch_id, 0, "A-1", created=True, claim_id=ClaimId("clm_1"), status="received"),
        BatchAnswer(batch.batch_id, 1, None, error="malformed", notes="0d" * 32),
        BatchAnswer(batch.batch_id, 2, "A-3", error="conflict"),
    ]
    done = answered(batch, *answers)
    assert (done.status, done.answered, done.refused) == (BatchStatus.DONE, 3, 2)
    commits.commit([Revise(done), *(Put(each) for each in answers)])
    assert list(every(lambda page: store.answers(done, page), limit=2)) == answers
    again = done.sent_again(act("other"))
    commits.commit([Revise(again)])
    assert store.answers(again, PageRequest(50)).items == ()
    first = BatchAnswer(batch.batch_id, 0, "A-1", claim_id=ClaimId("clm_1"), status="settled")
    commits.commit([Revise(answered(again, first)), Put(first)])
    assert store.answers(answered(again, first), PageRequest(50)).items == (first,)


def test_a_hospital_finds_its_own_batches_and_the_auditor_all_newest_first(ports: Ports) -> None:
    store, commits = ports[BatchStore], ports[Commits]
    mine = InstitutionCode(f"H9{next(_numbers):010}")
    older, newer = (
        new_batch(mine),
        replace(new_batch(mine), sent=replace(act("his"), at=Instant("2027-01-01T00:00:00Z"))),
    )
    other = new_batch(InstitutionCode("H53010200003"))
    for batch in (older, newer, other):
        commits.commit([Revise(batch)])
    failed = replace(older, status=BatchStatus.FAILED, revision=2)
    commits.commit([Revise(failed)])
    assert store.find(mine, None, PageRequest(50)).items == (newer, failed)
    assert store.find(mine, BatchStatus.FAILED, PageRequest(50)).items == (failed,)
    everybody = list(every(lambda page: store.find(None, None, page)))
    assert {each.batch_id for each in (failed, newer, other)} <= {each.batch_id for each in everybody}
