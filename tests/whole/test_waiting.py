"""Claims that cannot be settled yet: a claim waits, says why, and settles by itself once this ends (C-04, C-16)."""

from __future__ import annotations

import itertools
from typing import Any

from chalicelib.kernel.words.ids import ClaimId
from infra.local.sample import enrolment_body
from infra.local.step_functions import abandon_waiting
from tests.kit.fixtures.system import System
from tests.kit.worked_cases import fresh_identity, sample_persons, worked_cases

_STRANGERS = itertools.count(5000)


def case_of(case_id: str) -> dict[str, Any]:
    return next(case for case in worked_cases() if case.id == case_id).claim


def stranger(claim: dict[str, Any], claim_no: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The claim of a person whom no agency has recorded, and the enrolment that is still to come."""
    like = claim["patient"]["id_no"]
    id_no = fresh_identity(like, next(_STRANGERS))
    body = {**claim, "claim_no": claim_no, "patient": {**claim["patient"], "id_no": id_no}}
    return body, enrolment_body({**sample_persons()[like], "id_no": id_no})


def read(system: System, claim: dict[str, Any], claim_id: ClaimId) -> dict[str, Any]:
    answer = system.client.call("GET", f"/v1/claims/{claim_id}", ("hospital", claim["institution"]))
    return dict(system.client.expect(200, answer))


def test_a_claim_whose_enrolment_is_missing_settles_by_itself_once_it_arrives(system: System) -> None:
    claim, enrolment = stranger(case_of("yunnan-employee-90-10"), "waits-for-enrolment")
    deferred = system.submit(claim).body
    assert (deferred["status"], deferred["reason"]) == ("deferred", "enrolment-missing")
    agency = ("agency", enrolment["insured_area"])
    system.client.expect(201, system.client.call("POST", "/v1/enrolments", agency, enrolment))
    abandon_waiting()  # what earlier tests left with somebody who never answers
    system.stack.join_executions()
    settled = read(system, claim, deferred["claim_id"])
    assert settled["status"] == "settled"
    assert settled["determination"]["shares"]["basic"] == "15300.00"


def test_a_preview_for_somebody_unknown_says_so_beside_everything_else(system: System) -> None:
    claim, _ = stranger(case_of("yunnan-employee-90-10"), "preview-of-a-stranger")
    wrong = {**claim, "diagnosis": {**claim["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}
    answer = system.client.call("POST", "/v1/claims/preview", ("hospital", claim["institution"]), wrong)
    assert answer.status == 422
    codes = {error["code"] for error in answer.body["errors"]}
    assert {"person-unknown", "diagnosis-main-required", "diagnosis-additional-required"} <= codes


def test_a_transferred_patient_s_receiving_hospital_waits_for_the_sending_one(system: System) -> None:
    sending, enrolment = stranger(case_of("yunnan-employee-90-10"), "sends")
    sender = system.submit(sending).body
    assert sender["status"] == "deferred"
    receiving = {
        **sending,
        "claim_no": "receives",
        "institution": "H53290100001",
        "visit": {**sending["visit"], "transfer_from": sender["claim_id"]},
    }
    receiver = system.submit(receiving).body
    assert receiver["status"] == "deferred"
    agency = ("agency", enrolment["insured_area"])
    system.client.expect(201, system.client.call("POST", "/v1/enrolments", agency, enrolment))
    abandon_waiting()  # what earlier tests left with somebody who never answers
    system.stack.join_executions()
    assert read(system, sending, sender["claim_id"])["status"] == "settled"
    assert read(system, receiving, receiver["claim_id"])["status"] == "settled"


def test_a_rejected_claim_comes_again_as_a_new_version_under_its_number(system: System) -> None:
    good = system.for_newcomer(case_of("yunnan-employee-90-10"), "corrected-later")
    bad = {**good, "diagnosis": {**good["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}}
    rejected = system.submit(bad).body
    assert rejected["status"] == "rejected"
    assert {error["code"] for error in rejected["errors"]} == {
        "diagnosis-main-required",
        "diagnosis-additional-required",
    }
    settled = system.settle(good)
    assert settled["version"] == 2
    assert settled["claim_id"] != rejected["claim_id"]
    assert system.submit({**good, "lines": good["lines"][:1]}).status == 409


def test_another_hospital_an_expired_token_and_one_without_signature_get_nothing(system: System) -> None:
    claim = system.for_newcomer(case_of("yunnan-employee-90-10"), "whose-is-it")
    settled = system.settle(claim)
    path = f"/v1/claims/{settled['claim_id']}"
    assert system.client.call("GET", path, ("hospital", "H53010200003")).status == 404
    assert system.client.call("POST", "/v1/claims", ("hospital", "H53010200003"), claim).status == 404
    listed = system.client.call("GET", "/v1/claims?claim_no=whose-is-it", ("hospital", "H53010200003"))
    assert listed.body["items"] == []
    expired = system.stack.issuer.token("hospital", claim["institution"], lifetime_s=-3600)
    header, payload, _ = system.stack.issuer.token("hospital", claim["institution"]).split(".")
    unsigned = f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."
    for token in (expired, unsigned, f"{header}.{payload}.", ""):
        answer = system.client.call("GET", path, ("hospital", "-"), headers={"Authorization": f"Bearer {token}"})
        assert answer.status == 401, token
        assert "determination" not in answer.body
