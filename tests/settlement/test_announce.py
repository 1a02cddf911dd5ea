"""Announcements of a claim's changes: every change, at least once, under one id, and nothing of the person."""

from __future__ import annotations

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.tasks import AnnounceSteps
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.settlement.usecases.defer import STALE_AFTER, Deferral
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.memory.faults import Fault, When, faulty
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import KUNMING_HOSPITAL, body, enrol_sample, hospital, policies, submission
from tests.kit.memory.world import World


def submitted(world: World, claim: dict | None = None) -> ClaimId:
    return world.system[SubmitClaim](hospital(), submission(claim)).view.claim_id


def told(world: World) -> list[tuple[str, object, object]]:
    """Return the announced kinds with the attempt and the reason, in order."""
    return [(each.kind, each.detail["attempt"], each.detail.get("reason")) for each in world.events.seen]


def test_a_claim_that_waited_is_told_deferred_with_its_reason_then_resumed_then_settled(world: World) -> None:
    claim_id = submitted(world)
    world.run_all()
    enrol_sample(world, body()["patient"]["id_no"])
    world.run_all()
    assert told(world) == [
        ("claim.deferred", 1, "enrolment-missing"),
        ("claim.resumed", 2, None),
        ("claim.settled", 2, None),
    ]
    assert {each.detail["claim_id"] for each in world.events.seen} == {claim_id}
    assert {each.detail["institution"] for each in world.events.seen} == {KUNMING_HOSPITAL}
    assert [each.detail["status"] for each in world.events.seen] == ["deferred", "received", "settled"]


def test_a_refused_claim_is_told_and_so_is_a_reversal_without_the_sentence_somebody_gave_for_it(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    submitted(world, {**body(), "diagnosis": {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}})
    world.run_all()
    settled = submitted(world)
    world.run_all()
    world.system[ReverseClaim](hospital(), settled, "示例甲 was never here")
    assert told(world) == [("claim.rejected", 1, None), ("claim.settled", 1, None), ("claim.reversed", 1, None)]
    assert "示例甲" not in repr(world.events.seen)
    world.system[ReverseClaim](hospital(), settled, "again")
    assert len(world.events.seen) == 3


def test_nothing_told_holds_anything_of_the_person(world: World) -> None:
    patient = body()["patient"]
    submitted(world)
    world.run_all()
    person = enrol_sample(world, patient["id_no"])
    world.run_all()
    for secret in (patient["id_no"], patient["name"], person):
        assert secret not in repr(world.events.seen)


def test_no_two_things_told_share_an_id(world: World) -> None:
    submitted(world)
    world.run_all()
    enrol_sample(world, body()["patient"]["id_no"])
    world.run_all()
    assert len({each.event_id for each in world.events.seen}) == len(world.events.seen) == 3


@pytest.mark.parametrize("when", list(When), ids=lambda when: when.name.lower())
def test_a_bus_that_does_not_answer_is_told_again_under_the_same_id_and_fails_no_claim(when: When) -> None:
    """The task behind the stream names the change that was not told; this change and those after it come again."""
    fault = Fault()
    world = World(policies(), faulty(fault))
    claim_id = submitted(world)
    run_settlement(world.system, claim_id)
    entries = list(world.memory.changes)
    steps = AnnounceSteps(lambda: world.system, lambda record: entries[int(record["dynamodb"]["SequenceNumber"])])
    records = [{"dynamodb": {"SequenceNumber": str(number)}} for number in range(len(entries))]
    fault.arm(0, when)
    assert steps.claim_announce({"Records": records}) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert fault.struck
    assert world.memory.claims[claim_id].status is ClaimStatus.DEFERRED
    assert steps.claim_announce({"Records": records}) == {"batchItemFailures": []}
    assert {each.kind for each in world.events.seen} == {"claim.deferred"}
    assert len({each.event_id for each in world.events.seen}) == 1


@pytest.mark.parametrize("when", list(When), ids=lambda when: when.name.lower())
def test_a_reversal_is_told_whatever_call_is_lost(when: When) -> None:
    fault = Fault()
    whole = reversed_under(fault, None, when)
    assert whole > 3
    for number in range(whole):
        reversed_under(fault, number, when)


def reversed_under(fault: Fault, at: int | None, when: When) -> int:
    """Reverse a settled claim with a lost call, ask again if no answer came, run the sweep; return the calls made."""
    fault.arm(None)
    world = World(policies(), faulty(fault))
    enrol_sample(world, body()["patient"]["id_no"])
    claim_id = submitted(world)
    world.run_all()
    fault.arm(at, when)
    for _ in range(2):
        try:
            world.system[ReverseClaim](hospital(), claim_id, "wrong patient")
        except Unavailable:
            continue
        break
    calls = len(fault.calls)
    fault.arm(None)
    world.clock.sleep(STALE_AFTER.total_seconds() + 1)
    world.system[Deferral].sweep()
    assert world.memory.claims[claim_id].status is ClaimStatus.REVERSED
    assert "claim.reversed" in {each.kind for each in world.events.seen}
    assert world.memory.waiting == {}
    return calls
