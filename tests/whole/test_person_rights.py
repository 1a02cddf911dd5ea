"""A person's rights on the running system: the API asks, one function opens, two people decide."""

from __future__ import annotations

from tests.kit.fixtures.system import System
from tests.kit.memory.samples import passport

CLERK, HEAD = ("agency", "530100"), "head"


def test_what_the_vault_holds_is_opened_by_its_own_function_for_who_asked(system: System) -> None:
    call, expect = system.client.call, system.client.expect
    known = passport(770_001)
    body = {**known, "insured_area": "530100", "insurance": "resident", "assistance": "none"}
    person = expect(201, call("POST", "/v1/enrolments", CLERK, body))["person"]
    asked = {"person": person, "kind": "read", "purpose": "the person asks what is kept"}
    path = f"/v1/person-requests/{expect(202, call('POST', '/v1/person-requests', CLERK, asked))['request_id']}"
    expect(409, call("POST", f"{path}/opening", CLERK, {}))
    expect(403, call("POST", f"{path}/decision", CLERK, {"decision": "approve"}))
    expect(200, call("POST", f"{path}/decision", CLERK, {"decision": "approve"}, actor=HEAD))
    opened = expect(200, call("POST", f"{path}/opening", CLERK, {}))
    assert (opened["id_no"], opened["name"], opened["issued_by"]) == (known["id_no"], known["name"], "USA")
    corrected = {"person": person, "kind": "correct", "purpose": "a typing error", "name": "示例正"}
    change = f"/v1/person-requests/{expect(202, call('POST', '/v1/person-requests', CLERK, corrected))['request_id']}"
    assert (
        expect(200, call("POST", f"{change}/decision", CLERK, {"decision": "approve"}, actor=HEAD))["status"] == "done"
    )
    assert expect(200, call("POST", f"{path}/opening", CLERK, {}))["name"] == "示例正"
