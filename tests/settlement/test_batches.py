"""A batch over the route, with the real use cases behind it: what stands in the access record, and where it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.lookups.domain import LookupLimits, Purpose
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
