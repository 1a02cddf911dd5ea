"""Recalculations in memory and on DynamoDB keep the same promises."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.impact.domain.recalculation import (
    RecalculatedClaim,
    Recalculation,
    RecalculationShard,
    RecalculationStatus,
)
from chalicelib.impact.ports import RecalculationStore
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.words.ids import ClaimId, RecalculationId, TransactionId
from chalicelib.kernel.writes import Insert, Part, Revise
from tests.kit.areas import KUNMING, SHANDONG
from tests.kit.builders import act

_numbers = itertools.count(1)
OLD, NEW = "0a" * 32, "0b" * 32


@dataclass(frozen=True)
class Side:
    store: RecalculationStore
    commits: Commits

    def commit(self, *parts: Part) -> None:
        written: Sequence[Part] = parts
        self.commits.commit(written)


@pytest.fixture(name="side")
def fixture_side(ports: Ports) -> Side:
    return Side(ports[RecalculationStore], ports[Commits])


def new_run() -> Recalculation:
    return Recalculation(RecalculationId(f"rcl_contract{next(_numbers)}"), NEW, act("officer"))


def row(number: int, run: Recalculation) -> RecalculatedClaim:
    changes = (PartyChange("basic", KUNMING, 100, 90), PartyChange("patient", None, 0, 10))
    return RecalculatedClaim(
        run.recalculation_id, ClaimId(f"clm_{number}"), TransactionId(f"correct:clm_{number}:1"), OLD, NEW, changes
    )


def test_a_run_is_read_back_as_it_was_written(side: Side) -> None:
    run = new_run()
    assert side.store.get(run.recalculation_id) is None
    side.commit(Revise(run))
    assert side.store.get(run.recalculation_id) == run
    later = replace(run, revision=2, status=RecalculationStatus.FAILED, round=2, looked_at=20)
    side.commit(Revise(later))
    assert side.store.get(run.recalculation_id) == later


def test_a_run_is_opened_once_and_moves_one_revision_at_a_time(side: Side) -> None:
    run = new_run()
    side.commit(Revise(run))
    for stale in (run, replace(run, revision=3)):
        with pytest.raises(VersionConflict):
            side.commit(Revise(stale))


def test_shards_are_of_one_round_by_agency_and_part(side: Side) -> None:
    run = new_run()
    one, other, later = (
        RecalculationShard(run.recalculation_id, number, agency, part, revision=1)
        for number, agency, part in ((1, KUNMING, "0"), (1, SHANDONG, "f"), (2, KUNMING, "0"))
    )
    side.commit(*(Revise(shard) for shard in (one, other, later)))
    moved = replace(one, revision=2, cursor="next", looked_at=20)
    side.commit(Revise(moved))
    assert side.store.shards(run.recalculation_id, 1) == (other, moved)
    assert side.store.shard(run.recalculation_id, 1, KUNMING, "0") == moved
    assert side.store.shard(run.recalculation_id, 2, SHANDONG, "f") is None
    with pytest.raises(VersionConflict):
        side.commit(Revise(moved))


def test_a_correction_is_kept_once(side: Side) -> None:
    run = new_run()
    side.commit(Insert(row(1, run)))
    with pytest.raises(VersionConflict):
        side.commit(Insert(row(1, run)))
    assert side.store.corrections(run.recalculation_id, PageRequest(10)).items == (row(1, run),)


def test_corrections_are_paged_by_transaction(side: Side) -> None:
    run = new_run()
    for number in (3, 1, 2):
        side.commit(Insert(row(number, run)))
    first = side.store.corrections(run.recalculation_id, PageRequest(2))
    assert first.items == (row(1, run), row(2, run))
    assert side.store.corrections(run.recalculation_id, PageRequest(2, first.next)).items == (row(3, run),)
