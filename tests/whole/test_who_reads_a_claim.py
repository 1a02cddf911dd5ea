"""Readers of a claim's history over HTTP, and the limits for strangers, former debtors and other hospitals."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from chalicelib.kernel.words.ids import AreaCode, ClaimId
from tests.kit import areas
from tests.kit.an_illness import CHONGQING, KUNMING, WUHAN, stay, visit
from tests.kit.fixtures.system import AUDITOR, System
from tests.kit.memory.samples import passport

OTHER_HOSPITAL = "H53010200003"
DEBTOR, CREDITOR, THIRD = ("agency", "420100"), ("agency", "530100"), ("agency", "500000")
_NEWCOMERS = itertools.count(771_000)

PROBLEM = ("type", "title", "status", "detail", "errors")
Reader = tuple[str, str]


def enrol(system: System, area: AreaCode = areas.WUHAN) -> dict[str, str]:
    """Somebody new, an employee of an area."""
    person = passport(next(_NEWCOMERS))
    body = {**person, "insured_area": area, "insurance": "employee", "employment": "active", "assistance": "none"}
    system.client.expect(201, system.client.call("POST", "/v1/enrolments", ("agency", area), body))
    return person


def read(system: System, claim_id: ClaimId, reader: Reader) -> dict[str, Any]:
    path = f"/v1/claims/{claim_id}"
    return dict(system.client.expect(200, system.client.call("GET", path, reader)))


def assert_hidden(system: System, claim_id: ClaimId, reader: Reader) -> None:
    """A stranger gets the answer for a claim that never was, whichever part the stranger asks for."""
    for part in ("", "/determination?known_on=2026-12-01", "/statement", "/alternatives"):
        found, never = (
            system.client.call("GET", f"/v1/claims/{each}{part}", reader) for each in (claim_id, "clm_" + "a" * 26)
        )
        assert (found.status, never.status) == (404, 404), (reader, part)
        told = [
            {name: each.body.get(name) for name in ("title", "status", "detail", "errors")} for each in (found, never)
        ]
        assert told[0] == told[1]


def listed(system: System, reader: Reader, query: str = "") -> list[str]:
    """Every claim that a list shows, page by page of two."""
    found: list[str] = []
    cursor = ""
    while True:
        path = f"/v1/claims?limit=2{query}" + (f"&cursor={cursor}" if cursor else "")
        page = system.client.expect(200, system.client.call("GET", path, reader))
        found += [each["claim_id"] for each in page["items"]]
        if page["next"] is None:
            return found
        cursor = page["next"]


def of_no_episode(place: str, number: str) -> dict[str, Any]:
    """A stay that is no part of another stay's illness."""
    claim = stay(place, number=number)
    return {**claim, "visit": {name: value for name, value in claim["visit"].items() if name != "episode"}}


def events(claim: dict[str, Any]) -> list[str]:
    return [entry["event"] for entry in claim["history"]]


def test_the_areas_and_the_hospital_of_a_claim_read_what_became_of_it_and_nobody_else_does(system: System) -> None:
    patient = enrol(system)
    settled = system.settle(stay(KUNMING, number="READ-1") | {"patient": patient})
    claim_id = settled["claim_id"]
    own = [read(system, claim_id, reader) for reader in (("hospital", KUNMING), DEBTOR, CREDITOR, AUDITOR)]
    assert all(each["history"] == own[0]["history"] and each["clearing"] == own[0]["clearing"] for each in own)
    assert events(own[0]) == ["received", "settled"]
    assert own[0]["clearing"]["windows"][0]["transaction_id"] == f"settle:{claim_id}"
    assert not any(each in str(own) for each in (patient["id_no"], patient["name"]))
    for stranger in (("hospital", OTHER_HOSPITAL), ("hospital", WUHAN), THIRD, ("agency", "371000")):
        assert_hidden(system, claim_id, stranger)
    for role in ("finance", "health"):
        assert system.client.call("GET", f"/v1/claims/{claim_id}", (role, "530100")).status == 403
    for role in ("centre", "policy"):
        assert system.client.call("GET", f"/v1/claims/{claim_id}", (role, "000000")).status == 403


def test_after_a_transfer_the_new_debtor_reads_it_too_and_the_old_one_what_was_its_money(system: System) -> None:
    patient = enrol(system)
    claim_id = system.settle(stay(KUNMING, number="READ-2") | {"patient": patient})["claim_id"]
    assert_hidden(system, claim_id, THIRD)
    asked = {**patient, "insured_area": THIRD[1], "from": "2020-01-01"}
    call, expect = system.client.call, system.client.expect
    transfer = expect(202, call("POST", "/v1/enrolment-transfers", THIRD, asked))
    assert_hidden(system, claim_id, THIRD)
    path = f"/v1/enrolment-transfers/{transfer['transfer_id']}/decision"
    expect(200, call("POST", path, DEBTOR, {"decision": "approve"}, actor="head"))

    for reader in (("hospital", KUNMING), THIRD, DEBTOR, CREDITOR, AUDITOR):
        claim = read(system, claim_id, reader)
        assert events(claim) == ["received", "settled", "enrolment"]
        assert claim["determination"]["cross_region"]["debtor"] == THIRD[1]
        moved = [each["transaction_id"] for each in claim["clearing"]["windows"] if each["window"]["tier"] == "000000"]
        assert moved == [f"settle:{claim_id}", f"correct:{claim_id}:1"]
    assert claim_id in listed(system, THIRD)
    assert_hidden(system, claim_id, ("agency", "371000"))
    assert_hidden(system, claim_id, ("hospital", CHONGQING))


def test_a_withdrawn_claim_tells_its_own_hospital_that_it_was_and_is_cleared_nowhere(system: System) -> None:
    nobody = passport(next(_NEWCOMERS))
    call, expect = system.client.call, system.client.expect
    waiting = system.submit(stay(KUNMING, number="READ-3") | {"patient": nobody}).body
    assert waiting["status"] == "deferred"
    path, own = f"/v1/claims/{waiting['claim_id']}", ("hospital", KUNMING)
    expect(404, call("POST", f"{path}/reversal", ("hospital", OTHER_HOSPITAL), {"reason": "not mine"}))
    expect(202, call("POST", f"{path}/reversal", own, {"reason": "typing error"}))
    for reader in (own, CREDITOR, AUDITOR):
        claim = read(system, waiting["claim_id"], reader)
        assert (claim["status"], events(claim)) == ("withdrawn", ["received", "deferred", "withdrawn"])
        assert not {"clearing", "disputes", "settlement", "determination"} & claim.keys()
    assert_hidden(system, waiting["claim_id"], DEBTOR)

    # The number is sent again: a claim of its own, whose history begins anew.
    again = system.submit({**stay(KUNMING, number="READ-3", admitted="2020-02-05"), "patient": enrol(system)}).body
    assert (again["version"], again["status"]) == (2, "settled")
    assert events(read(system, again["claim_id"], own)) == ["received", "settled"]
    assert events(read(system, waiting["claim_id"], own)) == ["received", "deferred", "withdrawn"]


@pytest.mark.parametrize("end", ["release", "reversal"])
def test_a_held_duplicate_tells_its_hospital_that_it_is_and_never_where_the_other_one_is(
    system: System, end: str
) -> None:
    patient, first, second = enrol(system), f"FIRST-{end}", f"SECOND-{end}"
    here = system.settle(of_no_episode(KUNMING, first) | {"patient": patient})
    there = system.settle(of_no_episode(CHONGQING, second) | {"patient": patient})
    assert there["flags"] == ["possible-duplicate", "held"]
    call, expect = system.client.call, system.client.expect
    path = f"/v1/claims/{there['claim_id']}/{end}"
    expect(404, call("POST", path, ("agency", "371000"), {"reason": "seen"}, actor="head"))
    expect(200 if end == "release" else 202, call("POST", path, THIRD, {"reason": "looked at both"}, actor="head"))
    for reader in (("hospital", CHONGQING), THIRD):
        claim = read(system, there["claim_id"], reader)
        assert not any(each in str(claim) for each in (KUNMING, here["claim_id"], first))
        assert events(claim)[-1] == end
    unaware = read(system, here["claim_id"], ("hospital", KUNMING))
    assert "flags" not in unaware
    assert events(unaware) == ["received", "settled"]
    assert_hidden(system, here["claim_id"], ("hospital", CHONGQING))
    assert_hidden(system, there["claim_id"], ("hospital", KUNMING))
    # Whose fund owes both reads both; the treatment places do not read each other's.
    assert {here["claim_id"], there["claim_id"]} <= set(listed(system, DEBTOR))
    assert there["claim_id"] not in listed(system, CREDITOR)
    assert here["claim_id"] not in listed(system, THIRD)


def test_another_callers_cursor_and_a_persons_token_show_nobody_elses_claims(system: System) -> None:
    patient = enrol(system)
    mine = [
        system.settle(stay(KUNMING, number="PAGE-1") | {"patient": patient})["claim_id"],
        system.settle(visit(KUNMING, number="PAGE-2") | {"patient": patient})["claim_id"],
    ]
    call, expect, own = system.client.call, system.client.expect, ("hospital", KUNMING)
    page = expect(200, call("GET", "/v1/claims?limit=1", own))
    for stranger in (("hospital", CHONGQING), ("agency", "371000")):
        answer = call("GET", f"/v1/claims?limit=50&cursor={page['next']}", stranger)
        assert answer.status in (200, 400)
        assert answer.status == 400 or not set(mine) & {each["claim_id"] for each in answer.body["items"]}
    filed = expect(200, call("GET", f"/v1/claims?person={person_of(system, patient)}", own))
    assert {each["claim_id"] for each in filed["items"]} == set(mine)
    for stranger in (("hospital", CHONGQING), ("agency", "371000")):
        answer = call("GET", f"/v1/claims?person={person_of(system, patient)}", stranger)
        assert answer.status == 200
        assert answer.body["items"] == []


def person_of(system: System, patient: dict[str, str]) -> str:
    """The token of a person, as their own agency is told it."""
    body = {**patient, "insured_area": "420100", "insurance": "employee", "employment": "active", "assistance": "none"}
    found = system.client.expect(201, system.client.call("POST", "/v1/enrolments", DEBTOR, body))
    return str(found["person"])
