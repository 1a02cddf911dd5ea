"""A batch over the route, with the real use cases behind the route: its entry in the access record, and its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.batches.http.batches import ANSWERED_AT_ONCE
from chalicelib.batches.usecases import ReceiveBatch
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.submission import Incoming
from chalicelib.claims.ports import Reception
from chalicelib.claims.usecases.versions import Received, Versions
from chalicelib.lookups.domain import Lookup, LookupLimits, Purpose
from tests.kit.desk import CLAIM, ID_NO, Answered, Caller, claim_body
from tests.kit.memory.samples import enrol_sample, moved, policies
from tests.kit.memory.world import World

MATCHED, UNMATCHED = 5, 3
STRANGER = {"id_type": "identity-card", "id_no": "530102190001020022", "name": "示例乙"}


@pytest.fixture(name="world")
def fixture_world() -> World:
    world = World(policies(), limits=LookupLimits(UNMATCHED, MATCHED))
    enrol_sample(world, ID_NO)
    return world


@pytest.fixture(name="office")
def fixture_office(world: World) -> Caller:
    return Caller(world)


def stays(count: int) -> list[dict[str, object]]:
    """Bills of as many stays, none of which overlaps another."""
    return [moved(claim_body(claim_no=f"LATE-{number}"), 30 * number) for number in range(count)]


def sent(office: Caller, claims: list[dict[str, object]]) -> Answered:
    return office.call("POST", "/v1/claims/batch", {"claims": claims})


def test_a_batch_stands_in_the_access_record_as_a_batch_and_a_claim_as_a_claim(office: Caller, world: World) -> None:
    sent(office, stays(2))
    office.call("POST", "/v1/claims", claim_body(claim_no="ALONE"))
    asked = [each.call for each in world.access_records.kept if each.purpose is Purpose.SUBMIT]
    assert asked == ["POST /v1/claims/batch", "POST /v1/claims/batch", "POST /v1/claims"]


def test_a_batch_that_meets_the_limit_keeps_what_was_received_and_loses_nothing(office: Caller, world: World) -> None:
    claims = stays(MATCHED + 3)
    first = sent(office, claims)
    statuses = [item["http_status"] for item in first.json["items"]]
    assert statuses == [202] * MATCHED + [429] * 3
    assert (first.status, first.json["accepted"], first.json["refused"]) == (200, MATCHED, 3)
    assert first.headers["Retry-After"] == "60"
    for item in first.json["items"][MATCHED:]:
        assert [error["code"] for error in item["errors"]] == ["too-many-requests"]
        assert item["retry_after_s"] == 60
    assert len(world.memory.claims) == MATCHED, "a claim that is refused leaves nothing"

    world.clock.move_to(world.clock.now() + timedelta(minutes=1))
    again = sent(office, claims[MATCHED:])
    assert [item["http_status"] for item in again.json["items"]] == [202] * 3
    assert "Retry-After" not in again.headers
    world.run_all()
    states = {record.claim_no: record.status for record in world.memory.claims.values()}
    assert states == {str(claim["claim_no"]): ClaimStatus.SETTLED for claim in claims}


def test_a_whole_batch_sent_again_doubles_nothing(office: Caller, world: World) -> None:
    claims = stays(MATCHED + 3)
    received = [item["claim_id"] for item in sent(office, claims).json["items"][:MATCHED]]
    world.clock.move_to(world.clock.now() + timedelta(minutes=1))
    again = sent(office, claims)
    assert [item["http_status"] for item in again.json["items"]] == [200] * MATCHED + [429] * 3
    assert [item["claim_id"] for item in again.json["items"][:MATCHED]] == received
    world.clock.move_to(world.clock.now() + timedelta(minutes=1))
    assert [item["http_status"] for item in sent(office, claims[MATCHED:]).json["items"]] == [202] * 3


def test_numbers_that_meet_nobody_end_a_batch_alike_for_right_and_wrong_ones(office: Caller, world: World) -> None:
    strangers = [{**claim, "patient": STRANGER} for claim in stays(UNMATCHED + 1)]
    known = moved(claim_body(claim_no="KNOWN"), 365)
    got = sent(office, [*strangers, known])
    assert [item["http_status"] for item in got.json["items"]] == [202] * UNMATCHED + [429, 429]
    beyond = [
        {name: value for name, value in item.items() if name not in {"index", "claim_no"}} for item in got.json["items"]
    ]
    assert beyond[-1] == beyond[-2], "a right number is not told by its refusal"
    assert CLAIM["patient"]["id_no"] not in got.text


def large(count: int = 60) -> list[dict[str, object]]:
    """Claims of one patient, more than a single call answers."""
    return stays(count)


def received(world: World) -> None:
    """Let the machine receive the sent claims, minute by minute."""
    while world.batch_machine.run(world.system[ReceiveBatch]):
        world.clock.move_to(world.clock.now() + timedelta(minutes=1))


def test_a_large_batch_is_answered_with_its_id_and_received_over_as_many_minutes_as_it_takes(
    office: Caller, world: World
) -> None:
    claims = large(ANSWERED_AT_ONCE + 1)
    got = sent(office, claims)
    batch_id = got.json["batch_id"]
    assert (got.status, got.json) == (202, {"batch_id": batch_id, "status": "receiving", "claims": 51})
    assert got.headers["Location"] == f"/v1/claims/batches/{batch_id}"
    assert not world.memory.claims, "nothing is received before the machine runs"
    received(world)
    assert len(world.batch_machine.waits) == 51 // MATCHED, "each minute has so many look-ups"
    batch = office.call("GET", f"/v1/claims/batches/{batch_id}?limit=50").json
    assert (batch["status"], batch["answered"], batch["refused"]) == ("done", 51, 0)
    rest = office.call("GET", f"/v1/claims/batches/{batch_id}?limit=50&cursor={batch['next']}").json
    items = [*batch["items"], *rest["items"]]
    assert [(each["index"], each["http_status"], each["claim_no"]) for each in items] == [
        (place, 202, claim["claim_no"]) for place, claim in enumerate(claims)
    ]
    assert rest["next"] is None
    world.run_all()
    standing = {office.call("GET", f"/v1/claims/{each['claim_id']}").json["status"] for each in items}
    assert standing == {"settled", "rejected"}, "each is decided, those of 2023 by the codes of 2023"
    asked = {each.call for each in world.access_records.kept if each.purpose is Purpose.SUBMIT}
    assert asked == {"POST /v1/claims/batch"}


def test_a_large_batch_keeps_no_number_and_no_name(office: Caller, world: World) -> None:
    sent(office, large())
    received(world)
    assert CLAIM["patient"]["id_no"] not in world.everything_kept()
    assert CLAIM["patient"]["name"] not in world.everything_kept()


def test_a_claim_of_a_large_batch_is_answered_as_it_would_be_alone(office: Caller, world: World) -> None:
    """Wrong in form, wrong in content, another hospital's, sent before, accepted: each claim with its reasons."""
    office.call("POST", "/v1/claims", stays(1)[0])
    world.run_all()
    world.clock.move_to(world.clock.now() + timedelta(minutes=1))
    settled, *good = large()
    taken = {**settled, "distinct_from": ["LATE-59"]}
    foreign = {**good[0], "institution": "H53010200003"}
    odd: list[Any] = [7, {**good[1], "lines": []}, foreign, taken, settled, {**good[2], "claim_no": ID_NO}]
    batch_id = sent(office, [*odd, *good[3:]]).json["batch_id"]
    received(world)
    items = office.call("GET", f"/v1/claims/batches/{batch_id}?limit=200").json["items"]
    assert [each["http_status"] for each in items[: len(odd)]] == [400, 422, 404, 409, 200, 422]
    codes = [{error["code"] for error in each.get("errors", [])} for each in items[: len(odd)]]
    assert codes[2:5] == [{"institution-not-yours"}, {"claim-no-taken"}, set()]
    assert all({"zh", "en"} == set(error["message"]) for each in items for error in each.get("errors", []))
    assert "claim_no" not in items[5], "what is no number of ours is not repeated"
    assert {each["http_status"] for each in items[len(odd) :]} == {202}


def test_the_same_large_batch_again_is_the_same_and_receives_nothing_twice(office: Caller, world: World) -> None:
    claims = large()
    first = sent(office, claims).json["batch_id"]
    assert sent(office, claims).json["batch_id"] == first, "while it is received it is left alone"
    assert len(world.batch_machine.started) == 1
    received(world)
    count = len(world.memory.claims)
    world.clock.move_to(world.clock.now() + timedelta(minutes=1))
    assert sent(office, claims).json == {"batch_id": first, "status": "receiving", "claims": 60}
    received(world)
    items = office.call("GET", f"/v1/claims/batches/{first}?limit=200").json["items"]
    assert {each["http_status"] for each in items} == {200}
    assert len(world.memory.claims) == count


def test_a_large_batch_that_stopped_goes_on_where_it_stood_when_it_is_sent_again(office: Caller, world: World) -> None:
    claims = large()
    batch_id = sent(office, claims).json["batch_id"]
    receiving = world.system[ReceiveBatch]
    receiving.step(batch_id)
    receiving.fail(batch_id)
    world.batch_machine.stop()
    stopped = office.call("GET", f"/v1/claims/batches/{batch_id}").json
    assert (stopped["status"], stopped["answered"]) == ("failed", MATCHED)
    assert [each["batch_id"] for each in office.call("GET", "/v1/claims/batches?status=failed").json["items"]] == [
        batch_id
    ]
    assert sent(office, claims).json["status"] == "receiving"
    assert [attempt for _, attempt in world.batch_machine.started] == [1, 2]
    received(world)
    ended = office.call("GET", f"/v1/claims/batches/{batch_id}?limit=200").json
    assert (ended["status"], ended["answered"], ended["refused"]) == ("done", 60, 0)
    receiving.fail(batch_id)
    assert office.call("GET", f"/v1/claims/batches/{batch_id}").json["status"] == "done", "too late to say so"


def test_a_large_batch_whose_execution_was_cut_off_without_a_word_goes_on_too(office: Caller, world: World) -> None:
    claims = large()
    batch_id = sent(office, claims).json["batch_id"]
    world.system[ReceiveBatch].step(batch_id)
    world.batch_machine.stop()
    assert sent(office, claims).json["batch_id"] == batch_id
    assert [attempt for _, attempt in world.batch_machine.started] == [1, 2]
    received(world)
    ended = office.call("GET", f"/v1/claims/batches/{batch_id}").json
    assert (ended["status"], ended["answered"], ended["refused"]) == ("done", 60, 0)


def test_a_claim_that_fails_in_no_foreseen_way_does_not_take_the_others_with_it(
    office: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = world.system[ReceiveBatch].submit.versions
    receive = type(broken).receive

    def fails_for_one(self: Versions, incoming: Incoming, met: Reception, lookup: Lookup) -> Received:
        if incoming.claim.claim_no == "LATE-3":
            raise ZeroDivisionError
        return receive(self, incoming, met, lookup)

    monkeypatch.setattr(type(broken), "receive", fails_for_one)
    batch_id = sent(office, large()).json["batch_id"]
    received(world)
    items = office.call("GET", f"/v1/claims/batches/{batch_id}?limit=200").json["items"]
    assert [each["http_status"] for each in items if each["http_status"] != 202] == [500]
    assert items[3]["errors"][0]["code"] == "internal"


def test_a_large_batch_is_its_hospitals_and_the_auditors(office: Caller) -> None:
    batch_id = sent(office, large()).json["batch_id"]
    path = f"/v1/claims/batches/{batch_id}"
    callers = (("hospital", "H53010200003"), ("agency", "530100"), ("auditor", "000000"))
    assert [office.call("GET", path, role=role, subject=whose).status for role, whose in callers] == [404, 403, 200]
    listed = [office.call("GET", "/v1/claims/batches", role=role, subject=whose) for role, whose in callers]
    assert [each.status for each in listed] == [200, 403, 200]
    assert listed[0].json["items"] == []
    assert [each["batch_id"] for each in listed[2].json["items"]] == [batch_id]
