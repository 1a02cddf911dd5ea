"""Refusals of a look-up of a person, byte by byte: for any unknown person, the answer tells nothing of the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.main import wiring
from infra.local.client import Answer, Client
from infra.local.stack import LocalStack
from tests.kit.builders import NOW, PERSON
from tests.kit.desk import HOSPITAL, ID_NO, OTHER_HOSPITAL, Caller, Desk, claim_body
from tests.kit.memory.samples import moved

ROOT = Path(__file__).parents[2]
HERE, THERE = ("hospital", HOSPITAL), ("hospital", OTHER_HOSPITAL)
AGENCY, AUDITOR = ("agency", "530100"), ("auditor", "000000")
KNOWN = {"id_type": "identity-card", "id_no": ID_NO, "name": "示例甲"}
WRONG_NAME = {**KNOWN, "name": "另一个人"}
UNKNOWN = {**KNOWN, "id_no": "420106190004010110"}
UNKNOWN_PASSPORT = {"id_type": "passport", "issued_by": "USA", "id_no": "512345678", "name": "JONES MARY"}


@pytest.fixture(name="client", scope="module")
def fixture_client(http_stack: LocalStack) -> Client:
    wiring.publish_policies(ROOT / "policies")
    client = Client(http_stack.url, http_stack.issuer)
    enrolment = {
        **KNOWN,
        "insured_area": "530100",
        "insurance": "employee",
        "employment": "active",
        "assistance": "none",
    }
    client.expect(201, client.call("POST", "/v1/enrolments", AGENCY, enrolment))
    return client


@pytest.fixture(name="sent_on", scope="module")
def fixture_sent_on(client: Client) -> str:
    """A settled claim of the known person, from which another hospital could take them over."""
    claim = moved(claim_body(claim_no="LOOKUP-SENDER", patient=KNOWN), 365)  # a stay that no other test bills
    answer = client.call("POST", "/v1/claims", HERE, claim, headers={"Prefer": "wait=20"})
    return str(client.expect(200, answer)["claim_id"])


def told(answer: Answer, *changing: str) -> tuple[int, str]:
    """Status and bytes of an answer, without what is new in every one."""
    body = {name: value for name, value in answer.body.items() if name not in {"instance", *changing}}
    return answer.status, json.dumps(body, ensure_ascii=False)


def previewed(client: Client, patient: dict[str, str], transfer_from: str | None = None) -> Answer:
    claim = claim_body(claim_no="LOOKUP-PREVIEW", institution=OTHER_HOSPITAL, patient=patient)
    if transfer_from is not None:
        claim["visit"] = {**claim["visit"], "transfer_from": transfer_from}
    return client.call("POST", "/v1/claims/preview", THERE, claim)


def test_previews_of_unknown_numbers_wrong_names_and_any_transfer_are_one_answer(client: Client, sent_on: str) -> None:
    foreign = "clm_" + "a" * 26
    answers = {
        told(previewed(client, patient, transfer))
        for patient in (UNKNOWN, WRONG_NAME, UNKNOWN_PASSPORT)
        for transfer in (None, sent_on, foreign)
    }
    ((status, text),) = answers
    assert status == 422
    assert [error["code"] for error in json.loads(text)["errors"]] == ["person-unknown"]


def test_a_foreign_transfer_and_one_that_never_was_are_an_unknown_persons_answer(client: Client, sent_on: str) -> None:
    other = {**KNOWN, "id_no": "530102190001020022", "name": "示例乙"}
    enrolment = {
        **other,
        "insured_area": "530100",
        "insurance": "employee",
        "employment": "retired",
        "assistance": "none",
    }
    client.expect(201, client.call("POST", "/v1/enrolments", AGENCY, enrolment))
    foreign, never = (told(previewed(client, other, named)) for named in (sent_on, "clm_" + "a" * 26))
    assert foreign == never == told(previewed(client, UNKNOWN)) == told(previewed(client, WRONG_NAME))
    assert foreign[0] == 422
    assert previewed(client, other).status == 200


@pytest.mark.parametrize("patient", [WRONG_NAME, UNKNOWN, UNKNOWN_PASSPORT])
def test_claims_of_unknown_numbers_and_wrong_names_wait_alike(client: Client, patient: dict[str, str]) -> None:
    number = f"LOOKUP-{patient['id_no'][:4]}-{len(patient['name'])}"
    claim = moved(claim_body(claim_no=number, patient=patient), 430)
    answer = client.call("POST", "/v1/claims", HERE, claim, headers={"Prefer": "wait=20"})
    deferred = {"institution": HOSPITAL, "version": 1, "status": "deferred", "reason": "enrolment-missing"}
    assert told(answer, "claim_id", "claim_no", "received_at", "changed_at") == (200, json.dumps(deferred))


def asked(client: Client, patient: dict[str, str], caller: tuple[str, str] = THERE) -> Answer:
    return client.call("POST", "/v1/eligibility", caller, {**patient, "on": "2020-02-05"})


def test_a_desk_is_told_a_known_patients_cover_and_alike_of_everybody_else(client: Client) -> None:
    cover = {"insurance": "employee", "insured_area": "530100"}
    found = client.expect(200, asked(client, KNOWN))
    assert (found["cover"], found["filings"], found["routing"]["way"]) == (cover, [], "local")
    assert len({told(asked(client, patient)) for patient in (UNKNOWN, WRONG_NAME, UNKNOWN_PASSPORT)}) == 1


def test_a_filing_answers_the_same_whoever_is_known(client: Client, sent_on: str) -> None:
    assert sent_on
    filing = {"treatment_area": "530100", "kind": "emergency", "channel": "phone", "from": "2020-02-05"}
    shapes = set()
    for patient in (KNOWN, UNKNOWN, UNKNOWN_PASSPORT):
        document = {name: value for name, value in patient.items() if name != "name"}
        answer = client.call("POST", "/v1/filings", HERE, {**document, **filing})
        assert "redecided" not in answer.body, "a count would tell of claims at other places"
        again = client.call("POST", "/v1/filings", HERE, {**document, **filing})
        assert told(again) == told(answer)
        shapes.add(told(answer, "filing_id", "person", "filed_at", "made", "at"))
        withdrawal = f"/v1/filings/{answer.body['filing_id']}/withdrawal"
        taken = client.call("POST", withdrawal, HERE, {"reason": "entered twice"})
        assert set(taken.body) == set(answer.body)
    ((status, _),) = shapes
    assert status == 201


def test_who_filed_for_a_number_reads_its_own_filing_by_the_token_and_nothing_else(client: Client) -> None:
    filing = {"treatment_area": "530100", "kind": "emergency", "channel": "phone", "id_no": ID_NO}
    person = client.expect(201, client.call("POST", "/v1/filings", THERE, filing))["person"]
    (own,) = client.expect(200, client.call("GET", f"/v1/filings?person={person}", THERE))["items"]
    assert own["made"]["subject"] == OTHER_HOSPITAL
    assert client.call("GET", f"/v1/enrolments?person={person}", THERE).status in {403, 404}
    assert client.call("GET", f"/v1/access-records?person={person}", THERE).status == 403
    stranger = ("hospital", "H50010200001")
    nobody = "prs_" + "0" * 32
    refused = {told(client.call("GET", f"/v1/filings?person={each}", stranger)) for each in (person, nobody)}
    assert {status for status, _ in refused} == {404}
    assert len(refused) == 1


def test_who_asked_stands_in_the_record_with_everything_but_the_person(client: Client) -> None:
    enrolment = {
        **KNOWN,
        "insured_area": "530100",
        "insurance": "employee",
        "employment": "active",
        "assistance": "none",
    }
    person = client.expect(201, client.call("POST", "/v1/enrolments", AGENCY, enrolment))["person"]
    asked(client, WRONG_NAME)
    path, items = f"/v1/access-records?person={person}&limit=2", list[dict[str, Any]]()
    cursor: str | None = ""
    while cursor is not None:
        page = client.expect(200, client.call("GET", path + (f"&cursor={cursor}" if cursor else ""), AGENCY))
        items += page["items"]
        cursor = page["next"]
        assert len(items) < 500, "reading the record adds to it; it must not run away from its reader"
    asking = [each for each in items if each["purpose"] == "eligibility"][-1]
    assert (asking["subject"], asking["matched"]) == (OTHER_HOSPITAL, False)
    assert "另一个人" not in json.dumps(items, ensure_ascii=False)
    assert ID_NO not in json.dumps(items)
    assert client.call("GET", f"/v1/access-records?person={person}", ("agency", "420100")).status == 404
    assert client.call("GET", f"/v1/access-records?person={person}", AUDITOR).status == 200
    assert client.call("GET", f"/v1/access-records?person={person}", HERE).status == 403


def test_a_desks_question_is_read_strictly(caller: Caller, desk: Desk) -> None:
    got = caller.call("POST", "/v1/eligibility", {**KNOWN, "on": "2020-02-05"})
    assert (got.status, got.json["cover"]["insured_area"]) == (200, "530100")
    assert ID_NO not in repr(desk.asked[-1])
    assert "示例甲" not in repr(desk.asked[-1])
    got = caller.call("POST", "/v1/eligibility", {"name": 1, "On": "2020-02-05"})
    assert (got.status, {field for _, field in got.findings}) == (400, {"id_no", "name", "on", "On"})
    for role, subject in (("agency", "530100"), AUDITOR):
        assert caller.call("POST", "/v1/eligibility", {}, role=role, subject=subject).status == 403


def test_the_record_is_asked_for_one_person_and_days_in_order(caller: Caller) -> None:
    path = f"/v1/access-records?person={PERSON}&from=2026-11-01&to=2026-11-30"
    got = caller.call("GET", path, role="auditor", subject="000000")
    assert got.json["items"] == [
        {
            "person": PERSON,
            "at": NOW,
            "actor": "his",
            "role": "hospital",
            "subject": HOSPITAL,
            "call": "POST /v1/claims/preview",
            "purpose": "preview",
            "matched": False,
        }
    ]
    path = "/v1/access-records?from=2026-11-30&to=2026-11-01"
    got = caller.call("GET", path, role="auditor", subject="000000")
    assert (got.status, {field for _, field in got.findings}) == (400, {"person", "to"})
