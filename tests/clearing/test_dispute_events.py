"""A dispute, its ruling and its outcome stand in the claim's history; a ruling is announced to the subscribers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.claims.schemas.claims import claim_document
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.ports import LedgerStore
from chalicelib.main.capabilities import build_system
from tests.kit.books import what_is_wrong
from tests.kit.memory.faults import Fault, When, faulty
from tests.kit.memory.samples import AUDITOR, agency, policies
from tests.kit.memory.world import World
from tests.kit.remote_claims import RemoteClaim


def history(claim: RemoteClaim) -> list[tuple[str, str, str | None]]:
    document = claim_document(claim.world.system[ReadClaim](AUDITOR, claim.claim_id), CitedProvision.named)
    return [(each["event"], each["actor_role"], each.get("reason")) for each in document["history"]]


def told(world: World) -> list[tuple[object, object]]:
    """The dispute and the claim's state of every ruling that was told."""
    return [(each.detail["dispute_id"], each.detail["status"]) for each in rulings(world)]


def rulings(world: World) -> list[Any]:
    return [each for each in world.events.seen if each.kind == "claim.ruled"]


def test_a_dispute_its_ruling_and_its_outcome_are_events_of_the_claim(world: World) -> None:
    claim = RemoteClaim(world)
    claim.settle()
    claim.ask()
    dispute = claim.rule(claim.dispute(), Verdict.NOT_OWED)
    claim.finish(claim.runs[0])
    claim.dispose(dispute, RulingOutcome.BORNE)
    assert history(claim)[2:] == [
        ("dispute", "agency", "not our patient"),
        ("ruling", "centre", "not-owed"),
        ("outcome", "agency", "borne: as agreed"),
    ]


def test_a_ruling_is_told_once_with_its_dispute_and_the_same_again_tells_nothing(world: World) -> None:
    claim = RemoteClaim(world)
    claim.settle()
    claim.ask()
    dispute = claim.dispute()
    assert told(world) == []
    for _ in range(2):
        claim.rule(dispute, Verdict.OWED)
    assert told(world) == [(dispute.dispute_id, "settled")]
    (only,) = rulings(world)
    assert only.detail["claim_id"] == claim.claim_id
    assert world.memory.claims[claim.claim_id].person not in repr(only)


def test_two_rulings_on_one_claim_are_told_under_two_ids(world: World) -> None:
    claim = RemoteClaim(world)
    claim.settle()
    claim.ask()
    claim.rule(claim.dispute(), Verdict.OWED)
    claim.finish(claim.runs[0])
    claim.ask()
    claim.reverse()
    claim.rule(claim.dispute(), Verdict.OWED)
    assert [status for _, status in told(world)] == ["settled", "reversed"]
    assert len({each.event_id for each in rulings(world)}) == 2


@pytest.mark.parametrize("when", list(When), ids=lambda when: when.name.lower())
def test_a_ruling_stands_where_the_bus_does_not_answer_and_is_told_again_under_its_id(when: When) -> None:
    fault = Fault()
    world = World(policies(), faulty(fault))
    claim = RemoteClaim(world)
    claim.settle()
    claim.ask()
    dispute = claim.dispute()
    world.relay()
    claim.rule(dispute, Verdict.OWED)
    fault.arm(0, when)
    world.relay()
    assert fault.struck
    assert {dispute_id for dispute_id, _ in told(world)} == {dispute.dispute_id}
    assert len({each.event_id for each in rulings(world)}) == 1


class _Reversing:
    """Lets an act happen right after a transaction was requested for the n-th time."""

    def __init__(self, inner: Any, wanted: str, at: int, act: Callable[[], object]) -> None:
        self._inner, self._wanted, self._left, self._act = inner, wanted, at, act

    def get(self, transaction_id: TransactionId) -> Any:
        found = self._inner.get(transaction_id)
        if transaction_id == self._wanted:
            self._left -= 1
            if self._left == 0:
                self._act()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@pytest.mark.parametrize("reading", [1, 2, 3])
def test_a_reversal_while_a_dispute_is_read_is_seen_by_the_dispute(world: World, reading: int) -> None:
    claim = RemoteClaim(world)
    claim.settle()
    run_id = claim.ask()
    wanted = f"reverse:settle:{claim.claim_id}"
    ledger = _Reversing(world.ports[LedgerStore], wanted, reading, claim.reverse)
    system = build_system(world.ports.give(LedgerStore, ledger))
    system[Parties].dispute(agency(claim.debtor), run_id, claim.debtor, claim.claim_id, "not our patient")
    assert wanted in world.memory.ledger
    assert world.ports[RunStore].debts(claim.claim_id).is_reversed
    assert what_is_wrong(world.ports, world.system, [claim.claim_id]) == []
