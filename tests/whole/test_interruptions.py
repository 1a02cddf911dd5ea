"""Every call of every port fails once, before and after it took effect; tried again, nothing is lost or doubled.

The journeys run on fakes, so each is repeated for each of its calls in no time; test_faults.py does the same with the
adapters and counts what they ask of AWS.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.errors import Unavailable
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import trial_balance
from chalicelib.settlement.usecases.defer import STALE_AFTER, Deferral
from tests.kit.losses import losses
from tests.kit.memory.faults import Fault, When, faulty
from tests.kit.memory.samples import KUNMING_HOSPITAL, body, enrol_sample, hospital, policies, submission
from tests.kit.memory.world import World

ADVANCE_FEN = 100_000
REJECTED = {**body(), "diagnosis": {**body()["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}
Journey = Callable[[World], None]


def again_until_answered(call: Callable[[], object]) -> None:
    """A caller that sends the same thing again when it got no answer."""
    for _ in range(3):
        try:
            call()
        except Unavailable:
            continue
        return


def settles(world: World) -> None:
    again_until_answered(lambda: enrol_sample(world, body()["patient"]["id_no"]))
    again_until_answered(lambda: world.system[SubmitClaim](hospital(), submission()))
    world.run_all()


def waits_for_its_person(world: World) -> None:
    again_until_answered(lambda: world.system[SubmitClaim](hospital(), submission()))
    world.run_all()
    again_until_answered(lambda: enrol_sample(world, body()["patient"]["id_no"]))
    world.run_all()


def is_rejected_and_sent_again(world: World) -> None:
    again_until_answered(lambda: enrol_sample(world, body()["patient"]["id_no"]))
    again_until_answered(lambda: world.system[SubmitClaim](hospital(), submission(REJECTED)))
    world.run_all()
    swept(world)
    again_until_answered(lambda: world.system[SubmitClaim](hospital(), submission()))
    world.run_all()


def is_forgotten_by_its_machine(world: World) -> None:
    """Everything started is lost; only the sweep brings the claim back."""
    again_until_answered(lambda: enrol_sample(world, body()["patient"]["id_no"]))
    again_until_answered(lambda: world.system[SubmitClaim](hospital(), submission()))
    world.workflows.waiting.clear()
    swept(world)


TOLD: dict[Journey, set[str]] = {
    settles: {"claim.settled"},
    waits_for_its_person: {"claim.deferred", "claim.resumed", "claim.settled"},
    is_rejected_and_sent_again: {"claim.rejected", "claim.settled"},
    is_forgotten_by_its_machine: {"claim.settled"},
}
"""Signals sent on each way, whichever call is lost on it."""


def swept(world: World) -> None:
    """Time passes and the sweep runs, twice: a claim it could not reach is met again."""
    for _ in range(2):
        world.clock.sleep(STALE_AFTER.total_seconds() + 1)
        again_until_answered(world.system[Deferral].sweep)
        world.run_all()


def assert_settled_once(world: World, journey: Journey) -> None:
    memory = world.memory
    record = max(memory.claims.values(), key=lambda each: each.version)
    assert record.status is ClaimStatus.SETTLED
    assert set(memory.ledger) == {f"{event}:{record.claim_id}" for event in ("settle", "offset", "pay")}
    assert trial_balance(memory.ledger.values()).balance_fen == 0
    (year,) = memory.all(PersonYear)
    assert [entry.claim_id for entry in year.entries] == [record.claim_id]
    assert memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] == 0
    assert set(memory.money.orders) == {(KUNMING_HOSPITAL, record.claim_id)}
    assert memory.waiting == {}
    assert {told.kind for told in world.events.seen} >= TOLD[journey]
    details = {tuple(told.detail.items()) for told in world.events.seen}
    assert len({told.event_id for told in world.events.seen}) == len(details)
    assert record.settlement is not None
    assert record.settlement.ordered
    assert len(memory.claims) == record.version


@pytest.mark.parametrize("when", list(When), ids=lambda when: when.name.lower())
@pytest.mark.parametrize(
    "journey",
    [settles, waits_for_its_person, is_rejected_and_sent_again, is_forgotten_by_its_machine],
    ids=lambda journey: journey.__name__,
)
def test_a_claim_comes_through_whatever_call_is_lost(journey: Journey, when: When) -> None:
    whole = Fault()
    travelled(journey, whole)
    assert len(whole.calls) > 20
    for number in (place for place, how in losses(whole.calls, journey.__name__) if how is when):
        name, fault = whole.calls[number], Fault(number, when)
        try:
            travelled(journey, fault)
        except Exception as error:
            error.add_note(f"call {number}, {name}, lost {when.value}")
            raise
        assert fault.struck


def travelled(journey: Journey, fault: Fault) -> None:
    world = World(policies(), faulty(fault))
    world.memory.money.ready[KUNMING_HOSPITAL, AdvanceFund.SPECIAL] = ADVANCE_FEN
    journey(world)
    swept(world)
    assert_settled_once(world, journey)
