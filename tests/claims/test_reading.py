"""A claim read as its hospital sent it, by those whom it concerns, without its patient."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.claims.usecases.reading import SUBMITTED_CALL, ReadSubmitted
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode
from chalicelib.lookups.domain import Lookup
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.desk import Caller
from tests.kit.memory.samples import AUDITOR, KUNMING_HOSPITAL, agency, body, enrol_sample, hospital, submission
from tests.kit.memory.world import World


@pytest.fixture(name="claim_id")
def fixture_claim_id(world: World) -> ClaimId:
    enrol_sample(world, body()["patient"]["id_no"])
    return world.system[SubmitClaim](hospital(), submission()).view.claim_id


def told(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line with its numbers as numbers: a price of 1200.00 is kept as 1200."""
    return {
        **{name: line[name] for name in ("no", "code", "name", "date")},
        **{name: Decimal(line[name]) for name in ("quantity", "price", "amount")},
    }


def test_a_claim_is_read_as_it_was_sent_and_without_its_patient(world: World, claim_id: ClaimId) -> None:
    sent = body()
    found = Caller(world).call("GET", f"/v1/claims/{claim_id}/submitted", subject=KUNMING_HOSPITAL)
    assert found.status == 200
    visit = sent["visit"]
    assert {name: found.json["visit"][name] for name in visit} == visit
    assert found.json["diagnosis"]["history"] == sent["diagnosis"]["history"]
    assert found.json["diagnosis"]["codes"] == sent["diagnosis"]["codes"]
    assert [told(line) for line in found.json["lines"]] == [told(line) for line in sent["lines"]]
    assert "patient" not in found.json
    assert "person" not in found.json
    for value in (sent["patient"]["id_no"], sent["patient"]["name"]):
        assert value not in str(found.json)


def test_it_stays_as_sent_whatever_becomes_of_the_claim(world: World, claim_id: ClaimId) -> None:
    before = world.system[ReadSubmitted](hospital(), claim_id)
    assert world.run_all() == ["Settled"]
    assert world.system[ReadSubmitted](agency(KUNMING), claim_id) == before
    assert world.system[ReadSubmitted](AUDITOR, claim_id) == before


def test_a_foreign_claim_as_sent_is_not_found(world: World, claim_id: ClaimId) -> None:
    for reader in (hospital(InstitutionCode("H42010600001")), agency(WUHAN)):
        with pytest.raises(NotFound):
            world.system[ReadSubmitted](reader, claim_id)
    with pytest.raises(NotFound):
        world.system[ReadSubmitted](AUDITOR, ClaimId("clm_" + "a" * 26))


def test_who_read_a_claim_as_sent_stands_in_the_access_records(world: World, claim_id: ClaimId) -> None:
    world.system[ReadSubmitted](agency(KUNMING), claim_id)
    assert [each.call for each in world.memory.all(Lookup)].count(SUBMITTED_CALL) == 1
