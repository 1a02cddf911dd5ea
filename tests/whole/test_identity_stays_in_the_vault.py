"""A planted identity number and name are looked for in tables, buckets, logs and histories: only the vault has them."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.main import wiring
from chalicelib.registry.domain.identity_documents import Document, DocumentType
from chalicelib.registry.ports import PersonTokens, PersonVault
from tests.kit.fixtures.system import AUDITOR, System
from tests.kit.traces import everything, where
from tests.kit.worked_cases import worked_cases

NAME = "示例戌"


def test_an_identity_number_is_found_nowhere_but_in_the_vault(system: System) -> None:
    planted = plant(system)
    places = everything(system)
    assert where(places, (planted, planted[:-1], NAME)) == set()
    state = places[system.stack.environment["QUEBAO_STATE_TABLE"]]
    assert "settled" in state, "the search reads what it says it reads"
    assert "prs_" in state
    assert "adv_" in places["executions"]
    assert "request answered" in places["log"]
    process = wiring.process()
    card = Document(DocumentType.IDENTITY_CARD, "CHN", planted)
    vault: Any = process.ports[PersonVault]  # the adapter's `reveal`, which no use case has
    kept = vault.reveal(process.ports[PersonTokens].token(card))
    assert (kept.id_no, kept.name) == (planted, NAME), "the enrolment's own, and nobody else's"


def plant(system: System) -> str:
    """Send one identity through every door: enrolment, filing, a settled, a rejected and malformed claims; and an
    advance, whose execution is a Standard one and keeps its history.
    """
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    like = case.claim["patient"]["id_no"]
    settled = system.for_newcomer(case.claim, "planted-1", name=NAME)
    planted = str(settled["patient"]["id_no"])
    hospital = ("hospital", settled["institution"])
    call = system.client.call
    filing = {
        "id_no": planted,
        "treatment_area": "420100",
        "kind": "temporary",
        "channel": "phone",
        "from": "2020-02-01",
    }
    system.client.expect(201, call("POST", "/v1/filings", ("agency", "530100"), filing))
    system.settle(settled)
    asked = {"institution": settled["institution"], "fund": "special", "amount": "1.00", "reason": "treatment"}
    system.client.expect(202, call("POST", "/v1/advances", hospital, asked))
    wrong_code = {**settled["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}
    rejected = system.submit({**settled, "claim_no": "planted-2", "diagnosis": wrong_code})
    assert rejected.body["status"] == "rejected"
    broken = [
        {**settled, "claim_no": planted},
        {**settled, "claim_no": "planted-3", "lines": [{**settled["lines"][0], "name": planted, "amount": "1"}]},
        {**settled, "claim_no": "planted-4", "patient": {**settled["patient"], "id_no": planted[:-1] + "?"}},
        {**settled, "claim_no": "planted-5", "visit": planted},
    ]
    for body in broken:
        answer = call("POST", "/v1/claims", hospital, body)
        assert answer.status in (400, 422), answer
        assert planted[:-1] not in json.dumps(answer.body)
    stranger = {**settled, "claim_no": "planted-6", "patient": {**settled["patient"], "id_no": like}}
    call("GET", f"/v1/claims/{planted}", hospital)
    call("GET", f"/v1/claims?claim_no={planted}", hospital)
    call("GET", f"/v1/ledger/transactions/{planted}", AUDITOR)
    call("POST", "/v1/claims/preview", hospital, stranger)
    return planted
