"""Open claims: a claim is replaced by another body under its number, or withdrawn, whatever runs at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.submission import ClaimFilter, ClaimView
from chalicelib.claims.ports import UpdateClaim
from chalicelib.claims.usecases.listing import ListClaims
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.kernel.writes import Part
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.areas import KUNMING
from tests.kit.between import slower
from tests.kit.books import assert_in_balance, what_is_wrong
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import agency, body, enrol_sample, enrolment, hospital, passport, policies, submission
from tests.kit.memory.world import World


@pytest.fixture
def world() -> World:
    made = World(policies())
    enrol_sample(made, body()["patient"]["id_no"])
    return made


def mistyped() -> dict[str, Any]:
    return {**body(), "patient": passport(9)}


def send(world: World, claim: dict[str, Any], *, resubmit: bool = False) -> ClaimView:
    return world.system[SubmitClaim](hospital(), submission({**claim, "resubmit": resubmit})).view


def status(world: World, claim_id: ClaimId) -> ClaimStatus:
    return world.memory.claims[claim_id].status


def reverse(world: World, claim_id: ClaimId) -> ClaimView:
    return world.system[ReverseClaim](hospital(), claim_id, "entered for the wrong patient")


def test_a_deferred_claim_is_replaced_and_never_settles_when_what_it_waited_for_arrives(world: World) -> None:
    wrong = send(world, mistyped())
    assert world.run_all() == ["Deferred"]
    right = send(world, body())
    assert (right.version, status(world, wrong.claim_id)) == (2, ClaimStatus.WITHDRAWN)
    assert world.run_all() == ["Settled"]
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(9)["id_no"]))
    assert world.run_all() == []
    assert status(world, wrong.claim_id) is ClaimStatus.WITHDRAWN
    assert [key for key, _ in world.memory.waiting if wrong.claim_id in key] == []
    assert_in_balance(world)


def test_a_received_claim_is_replaced_and_its_execution_does_nothing(world: World) -> None:
    first = send(world, body())
    second = send(world, {**body(), "visit": {**body()["visit"], "episode": "E-1"}})
    assert len(world.run_all()) == 2
    assert (status(world, first.claim_id), status(world, second.claim_id)) == (
        ClaimStatus.WITHDRAWN,
        ClaimStatus.SETTLED,
    )
    assert what_is_wrong(world.ports, world.system, [first.claim_id, second.claim_id]) == []


def test_an_open_claim_is_withdrawn_once_however_often_it_is_asked_for(world: World) -> None:
    first = send(world, body())
    assert reverse(world, first.claim_id).status is ClaimStatus.WITHDRAWN
    assert reverse(world, first.claim_id).status is ClaimStatus.WITHDRAWN
    world.run_all()
    assert status(world, first.claim_id) is ClaimStatus.WITHDRAWN
    told = [each.detail["status"] for each in world.events.seen if each.kind == "claim.withdrawn"]
    assert told == ["withdrawn"]
    history = world.system[ReadClaim](hospital(), first.claim_id).history
    assert [each.event.value for each in history] == ["received", "withdrawn"]


def test_only_its_hospital_withdraws_an_open_claim(world: World) -> None:
    first = send(world, body())
    with pytest.raises(Conflict) as refused:
        world.system[ReverseClaim](agency(KUNMING), first.claim_id, "entered twice")
    assert [each.code for each in refused.value.findings] == ["not-settled"]


def test_a_withdrawn_claim_is_listed_as_such_and_submitted_again_only_when_asked(world: World) -> None:
    first = send(world, body())
    reverse(world, first.claim_id)
    listed = world.system[ListClaims](hospital(), ClaimFilter(status=ClaimStatus.WITHDRAWN), PageRequest(10)).items
    assert [each.claim_id for each in listed] == [first.claim_id]
    same = send(world, body())
    assert (same.claim_id, [each.code for each in same.warnings]) == (first.claim_id, ["resubmit-required"])
    again = send(world, body(), resubmit=True)
    assert again.version == 2
    assert world.run_all()[-1] == "Settled"


def test_a_late_copy_of_the_first_body_does_not_undo_its_correction(world: World) -> None:
    wrong, right = send(world, mistyped()), send(world, body())
    late = send(world, mistyped())
    assert (late.claim_id, late.status) == (wrong.claim_id, ClaimStatus.WITHDRAWN)
    world.run_all()
    assert status(world, right.claim_id) is ClaimStatus.SETTLED


def test_who_waits_for_a_withdrawn_sender_waits_for_its_next_version(world: World) -> None:
    world.bundles.reachable = False
    sender = send(world, body())
    world.run_all()
    world.bundles.reachable = True
    transfer = {"admitted": "2020-02-20", "discharged": "2020-02-25", "kind": "inpatient"}
    lines = [{**body()["lines"][0], "date": "2020-02-21"}]
    moved = {**body(), "claim_no": "YN-T", "lines": lines, "visit": {**transfer, "transfer_from": sender.claim_id}}
    receiver = send(world, moved)
    reverse(world, sender.claim_id)
    world.run_all()
    assert world.memory.claims[receiver.claim_id].reason == "transfer-sender-unsettled"
    send(world, body(), resubmit=True)
    world.run_all()
    assert status(world, receiver.claim_id) is ClaimStatus.SETTLED


def test_who_waits_for_a_sender_that_became_another_patients_is_told_so(world: World) -> None:
    world.bundles.reachable = False
    sender = send(world, body())
    world.run_all()
    world.bundles.reachable = True
    visit = {"kind": "inpatient", "admitted": "2020-02-20", "discharged": "2020-02-25"}
    lines = [{**body()["lines"][0], "date": "2020-02-21"}]
    moved = {**body(), "claim_no": "YN-T", "lines": lines, "visit": {**visit, "transfer_from": sender.claim_id}}
    send(world, mistyped())
    receiver = send(world, moved)
    world.run_all()
    findings = world.system[ReadClaim](hospital(), receiver.claim_id).findings
    assert [each.code for each in findings] == ["transfer-unknown"]


def updates_to(wanted: ClaimStatus) -> Callable[[Sequence[Part]], bool]:
    return lambda parts: any(isinstance(part, UpdateClaim) and part.record.status is wanted for part in parts)


def changed_body() -> dict[str, Any]:
    return {**body(), "visit": {**body()["visit"], "episode": "E-1"}}


@pytest.mark.parametrize("act", ["replace", "withdraw"])
def test_what_ends_an_open_claim_between_a_settlements_look_and_its_write_wins_whole(world: World, act: str) -> None:
    first = send(world, body())
    ends = {"replace": lambda: send(world, changed_body()), "withdraw": lambda: reverse(world, first.claim_id)}
    tasks = slower(world, updates_to(ClaimStatus.SETTLED), ends[act])
    run_settlement(tasks, first.claim_id)
    assert status(world, first.claim_id) is ClaimStatus.WITHDRAWN
    world.run_all()
    assert what_is_wrong(world.ports, world.system, list(world.memory.claims)) == []
    assert len(world.memory.ledger) == (2 if act == "replace" else 0)


@pytest.mark.parametrize("act", ["replace", "withdraw"])
def test_a_settlement_between_the_look_and_the_write_of_what_would_end_the_claim_wins_whole(
    world: World, act: str
) -> None:
    first = send(world, body())
    system = slower(world, updates_to(ClaimStatus.WITHDRAWN), world.run_all)
    if act == "replace":
        with pytest.raises(Conflict) as refused:
            system[SubmitClaim](hospital(), submission(changed_body()))
        assert [each.code for each in refused.value.findings] == ["claim-no-taken"]
        assert status(world, first.claim_id) is ClaimStatus.SETTLED
    else:
        view = system[ReverseClaim](hospital(), first.claim_id, "entered twice")
        assert view.status is ClaimStatus.REVERSED
    assert what_is_wrong(world.ports, world.system, list(world.memory.claims)) == []
