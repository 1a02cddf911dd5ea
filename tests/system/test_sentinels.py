"""Sentinels of a person, planted in every text of every body, header, path, query and token, are found nowhere.

The routes and their texts come from the OpenAPI document, so that a new one is planted with the rest. A bank's
reference may hold anything: it is kept with its order, and stands in no id and in no object's key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.support.documented import Call, bodies, calls
from tests.support.worked_cases import worked_cases
from tests.system.conftest import System
from tests.system.test_identity_stays_in_the_vault import buckets, histories, tables

NUMBER = "371002190005010134"
WIDE = "３７１００２１９０００５０１０１３４"
MOBILE = "13900139127"
NAME = "示例寅卯辰"
SENTINELS = (NUMBER, WIDE, MOBILE)
OWN = ("id_no", "name")
"""What is a person's by purpose: it goes to the vault."""


def texts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every text of a document."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(each, (*path, key))


def planted(document: Any, path: tuple[Any, ...], sentinel: str) -> Any:
    changed = json.loads(json.dumps(document))
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = sentinel
    return changed


def send(system: System, call: Call, path: str, body: Any = None, **headers: str) -> requests.Response:
    token = system.stack.issuer.token(call.role, call.subject)
    raw = None if body is None else json.dumps(body).encode()
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
    return requests.request(call.method, system.stack.url + path, headers=sent, data=raw, timeout=60)


def silent(answered: requests.Response) -> None:
    """The answer repeats no sentinel."""
    for sentinel in (*SENTINELS, NAME):
        assert sentinel not in answered.text, answered.request.url
        assert sentinel not in str(answered.headers)


def plant_bodies(system: System) -> int:
    count = 0
    for call in bodies():
        for path in texts(dict(call.example)):
            if path[-1] in OWN and path[-1] != "name":
                continue
            if path[-1] == "name" and "lines" not in path:
                continue
            for sentinel in SENTINELS:
                answered = send(system, call, call.concrete, planted(call.example, path, sentinel))
                if path[-1] != "bank_reference":
                    silent(answered)
                    refused = answered.json()["items"][0]["http_status"] if call.path.endswith("/batch") else None
                    assert (refused or answered.status_code) in {400, 404, 422}, (call, path)
                count += 1
    return count


def test_what_is_a_persons_is_found_nowhere(system: System) -> None:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    mine = system.for_newcomer(case.claim, "sentinel-1", name=NAME)
    hospital = next(call for call in bodies() if call.path == "/v1/claims")
    for path in texts(mine):
        if path[0] != "patient" and path[-1] != "claim_no":
            answered = send(system, hospital, "/v1/claims", planted(mine, path, NAME))
            silent(answered)
            assert answered.status_code in {400, 404, 422}, path
    assert plant_bodies(system) > len(SENTINELS) * len(bodies())
    for call in calls():
        for sentinel in SENTINELS:
            place = call.path
            for parameter in call.parameters:
                if parameter["in"] == "path":
                    place = place.replace("{" + parameter["name"] + "}", quote(sentinel))
            query = "&".join(f"{name}={quote(sentinel)}" for name in call.query)
            silent(send(system, call, f"{place}?{query}" if query else place, dict(call.example) or None))
            headers = {"Prefer": NUMBER, "Idempotency-Key": NUMBER, "X-Request-Id": NUMBER, "User-Agent": NUMBER}
            if call.method == "GET":
                silent(send(system, call, call.concrete, **headers))
    places = {**tables(system), **buckets(system), **histories(system), "log": system.log.getvalue()}
    for place, content in places.items():
        for sentinel in (*SENTINELS, NAME):
            assert sentinel not in content, place


def test_a_banks_reference_of_such_digits_is_taken_and_stands_in_no_id(system: System) -> None:
    finance = ("finance", "530100")
    body = {"bank_reference": NUMBER, "amount": "0.01"}
    paid = system.client.call("POST", "/v1/fiscal/530100/payments", finance, body)
    assert paid.status != 400
    assert not any(error["code"] == "personal-data" for error in (paid.body or {}).get("errors", []))
    assert not any(NUMBER in place for place in buckets(system))
    ledger = system.stack.client("dynamodb").scan(TableName=system.stack.environment["QUEBAO_LEDGER_TABLE"])
    assert NUMBER not in repr([(item["pk"], item["sk"]) for item in ledger["Items"]])


@pytest.mark.parametrize("actor", [NUMBER, MOBILE])
def test_a_token_whose_subject_is_a_persons_number_is_refused(system: System, actor: str) -> None:
    token = system.stack.issuer.token("auditor", "000000", actor=actor)
    headers = {"Authorization": f"Bearer {token}"}
    answered = requests.get(f"{system.stack.url}/v1/claims", headers=headers, timeout=60)
    assert answered.status_code == 401
    assert actor not in answered.text
