"""Who did what, on the running system: acts of offices with their ends, and nothing of reading and of claims."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.fixtures.system import System

AUDITOR = ("auditor", "000000")
HOSPITAL = ("hospital", "H53010200001")
AGENCY = ("agency", "530100")


def trail(system: System) -> list[dict[str, Any]]:
    answer = system.client.call("GET", "/v1/audit-trail?limit=200", AUDITOR)
    assert answer.status == 200, answer
    return list(answer.body["items"])


@pytest.mark.stack
def test_an_advance_is_followed_from_its_request_to_its_refusals(system: System) -> None:
    asked = {"institution": HOSPITAL[1], "fund": "ordinary", "amount": "4321.00", "reason": "周转"}
    made = system.client.call("POST", "/v1/advances", HOSPITAL, asked)
    assert made.status == 202, made
    advance_id = made.body["advance_id"]
    refused = system.client.call("POST", f"/v1/advances/{advance_id}/decision", AGENCY, {"decision": "perhaps"})
    assert refused.status == 422, refused
    decided = system.client.call(
        "POST", f"/v1/advances/{advance_id}/decision", AGENCY, {"decision": "refuse", "reason": "额度不足"}
    )
    assert decided.status == 200, decided
    own = [each for each in trail(system) if each["call"].startswith("POST /v1/advances")][:3]
    assert [(each["call"], each["role"], each["subject"], each["outcome"]) for each in own] == [
        ("POST /v1/advances/{advance_id}/decision", *AGENCY, "done"),
        ("POST /v1/advances/{advance_id}/decision", *AGENCY, "invalid"),
        ("POST /v1/advances", *HOSPITAL, "done"),
    ]
    assert [each["about"] for each in own] == [{"advance_id": advance_id}, {}, {}]
    assert all(each["what"]["zh"] and each["what"]["en"] and each["request_id"] for each in own)


@pytest.mark.stack
def test_reading_asking_and_a_hospitals_claims_are_not_on_the_trail(system: System) -> None:
    system.client.call("GET", "/v1/advances", AGENCY)
    for path in ("/v1/claims", "/v1/claims/preview", "/v1/eligibility", "/v1/persons/search"):
        system.client.call("POST", path, AGENCY if "search" in path else HOSPITAL, {})
    calls = {each["call"] for each in trail(system)}
    assert not any(each.startswith("GET ") for each in calls)
    assert not calls & {f"POST /v1/{each}" for each in ("claims", "claims/preview", "eligibility", "persons/search")}


@pytest.mark.stack
def test_an_office_reads_no_trail(system: System) -> None:
    assert system.client.call("GET", "/v1/audit-trail", AGENCY).status == 403
