"""Sentinels of a person, planted in every text of every body, header, path, query and token, are found nowhere.

The routes and their texts come from the OpenAPI document, so that a new one is planted with the rest. A bank's
reference may hold anything: it is kept with its order, and stands in no id and in no object's key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
import requests

from chalicelib.kernel.time import civil_date
from chalicelib.kernel.words.ids import AreaCode, RunId
from tests.kit.centre import NATION, Centre
from tests.kit.documented import Call, bodies, calls
from tests.kit.fixtures.system import System
from tests.kit.traces import buckets, everything, readable, where
from tests.kit.worked_cases import worked_cases

NUMBER = "371002190005010134"
WIDE = "３７１００２１９０００５０１０１３４"
MOBILE = "13900139127"
NAME = "示例寅卯辰"
YUNNAN = AreaCode("530000")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SENTINELS = (NUMBER, WIDE, MOBILE)
EVERYTHING = os.environ.get("QUEBAO_SENTINELS") == "all"


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
    return sent_by(system, call, path, token, body, headers)


def sent_by(
    system: System, call: Call, path: str, token: str, body: Any, headers: Mapping[str, str]
) -> requests.Response:
    raw = None if body is None else json.dumps(body).encode()
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
    return _session().request(call.method, system.stack.url + path, headers=sent, data=raw, timeout=60)


@cache
def _session() -> requests.Session:
    """Open a session for a thousand requests: a session takes longer to set up than a request."""
    session = requests.Session()
    session.trust_env = False
    return session


def silent(answered: requests.Response) -> None:
    """The answer repeats no sentinel."""
    told = {"answer": readable(answered.content), "headers": str(answered.headers)}
    assert where(told, (*SENTINELS, NAME)) == set(), answered.request.url


def sentinels(place: int) -> tuple[str, ...]:
    """The sentinels of a text, by its place: all of them under QUEBAO_SENTINELS=all, as in .ci/run, else one in turn;
    the screen is one for every text and every kind of number.
    """
    return SENTINELS if EVERYTHING else (SENTINELS[place % len(SENTINELS)],)


def to_plant() -> Iterator[tuple[Call, tuple[Any, ...]]]:
    """Yield the texts of every body but a person's own: all of them under QUEBAO_SENTINELS=all, as in .ci/run, else the
    first of each body and those whose name no body before had.
    """
    seen: set[str] = set()
    for call in bodies():
        for place, path in enumerate(path for path in texts(dict(call.example)) if not is_personal(path)):
            if EVERYTHING or place == 0 or named(path) not in seen:
                yield call, path
            seen.add(named(path))


def is_personal(path: tuple[Any, ...]) -> bool:
    """A person's own number or name, whose value goes to the vault."""
    return path[-1] == "id_no" or (path[-1] == "name" and "lines" not in path)


def named(path: tuple[Any, ...]) -> str:
    """Return the name of the field in which a text stands, alone or in a list."""
    return next(step for step in reversed(path) if isinstance(step, str))


def plant_bodies(system: System) -> int:
    count = 0
    for call, path in to_plant():
        for sentinel in sentinels(count):
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
    assert plant_bodies(system) > 100 * len(sentinels(0))
    plant_paths_queries_and_headers(system)
    assert where(everything(system), (*SENTINELS, NAME)) == set()


def plant_paths_queries_and_headers(system: System) -> None:
    for number, call in enumerate(calls()):
        for sentinel in sentinels(number):
            place = call.path
            for parameter in call.parameters:
                if parameter["in"] == "path":
                    place = place.replace("{" + parameter["name"] + "}", quote(sentinel))
            query = "&".join(f"{name}={quote(sentinel)}" for name in call.query)
            silent(send(system, call, f"{place}?{query}" if query else place, dict(call.example) or None))
            headers = {"Prefer": NUMBER, "Idempotency-Key": NUMBER, "X-Request-Id": NUMBER, "User-Agent": NUMBER}
            if call.method == "GET":
                silent(send(system, call, call.concrete, **headers))


@dataclass(frozen=True)
class Standing:
    """Existing records, by the name of their path parameter, with the owner of each."""

    ids: Mapping[str, str]

    def path(self, call: Call) -> str:
        path = call.path
        for name, value in self.ids.items():
            path = path.replace("{" + name + "}", value)
        return path

    def owned(self, call: Call) -> Call:
        """Make the call as a caller of the owner's office; a province's run is its own centre's."""
        role = next(
            (each for each in ("agency", "centre", "hospital") if each in call.operation["x-access"]), call.role
        )
        return replace(call, role=role)


def send_as(system: System, call: Call, path: str, body: Any = None) -> requests.Response:
    subject = YUNNAN if call.role == "centre" else call.subject
    return sent_by(system, call, path, system.stack.issuer.token(call.role, subject), body, {})


def disputed(system: System, centre: Centre) -> Standing:
    """A claim of a person of the sentinel name, disputed in a run that waits for its parties; an advance."""
    case = next(case for case in worked_cases() if case.path.stem == "dali-resident-in-kunming")
    claim = system.settle(system.for_newcomer(case.claim, "sentinel-run", name=NAME))
    run_id = centre.start()
    centre.until(run_id, lambda run: run["status"] == "confirming")
    debtor = claim["determination"]["cross_region"]["debtor"]
    said = {"area": debtor, "claim_id": claim["claim_id"], "reason": "not insured here"}
    dispute = centre.post(f"{run_id}/disputes", said, ("agency", debtor), 201)
    asked = {"institution": case.claim["institution"], "fund": "ordinary", "amount": "9.00", "reason": "treatment"}
    call = system.client.call
    hospital = ("hospital", case.claim["institution"])
    advance = system.client.expect(202, call("POST", "/v1/advances", hospital, asked))
    published = system.client.expect(200, call("GET", "/v1/policies/bundles", ("policy", NATION)))
    ids = {
        "claim_id": claim["claim_id"],
        "run_id": run_id,
        "dispute_id": dispute["dispute_id"],
        "advance_id": advance["advance_id"],
        "payment_id": claim["claim_id"],
        "transaction_id": claim["settlement"]["transaction_id"],
        "bundle": published["items"][0]["bundle"],
        "code": case.claim["institution"],
        "area": "530100",
        "province": YUNNAN,
        "edition": "1",
        "chart": "flows",
    }
    return Standing(ids)


def test_what_reaches_a_thing_that_exists_is_screened_and_no_export_shows_a_person(system: System) -> None:
    """A stand-in for an id ends at 404; these bodies reach the use cases, and every file of the document is opened.

    One text of each body, and one form of each file as one role, are enough here: the screen is one for all texts, and
    tests/house/test_files.py opens every form. .ci/run plants every text of every body and opens each file in every
    form as every role.
    """
    centre = Centre(system, YUNNAN)
    standing = disputed(system, centre)
    reached = texts_planted = 0
    for call in map(standing.owned, calls()):
        place = standing.path(call)
        if call.path == place or "{" in place:
            continue
        if call.method == "GET":
            answered = send_as(system, call, place)
            silent(answered)
            reached += answered.status_code == 200
        screened = [path for path in texts(dict(call.example)) if path[-1] != "bank_reference"]
        for path in screened if EVERYTHING else screened[:1]:
            texts_planted += 1
            for sentinel in sentinels(texts_planted):
                answered = send_as(system, call, place, planted(call.example, path, sentinel))
                silent(answered)
                assert answered.status_code in {400, 403, 404, 409, 422}, (str(call), path, answered.text)
    assert reached >= 10
    run_id = RunId(standing.ids["run_id"])
    finish(centre, run_id)
    exports(system, standing)
    verdict = {"verdict": "owed"}
    centre.post(f"{run_id}/disputes/{standing.ids['dispute_id']}/resolution", verdict)
    again = centre.start()
    centre.until(again, lambda run: run["status"] == "confirming")
    finish(centre, again)
    exports(system, Standing({**standing.ids, "run_id": again}), about="{run_id}")
    assert where(everything(system), (*SENTINELS, NAME)) == set()


def finish(centre: Centre, run_id: RunId) -> None:
    centre.confirm_all(centre.get(run_id))
    centre.pay_all(centre.until(run_id, lambda run: run["status"] in {"instructed", "settled"}))
    centre.until(run_id, lambda run: run["status"] == "settled")


FORMS = {"text/csv": "?format=csv", XLSX: "?format=xlsx", "text/html": "?format=html", "image/svg+xml": ""}


OF_ANOTHER_CITY = "/v1/reports/progress"
"""Report that only the notice of a city without data here requires; tests/house/test_files.py opens its files."""


def asked(call: Call) -> str:
    """Return the required query of a call: the days in which everything here was made, within any report's limit."""
    today = civil_date(datetime.now(UTC))
    days = {"from": today - timedelta(days=364), "to": today + timedelta(days=1)}
    said = ""
    for parameter in call.parameters:
        name, schema = parameter["name"], parameter["schema"]
        if parameter["in"] != "query" or not parameter.get("required"):
            continue
        if schema.get("format") == "date":
            said += f"&{name}={days.get(name, today)}"
        elif "enum" in schema:
            said += f"&{name}={schema['enum'][0]}"
        else:
            said += f"&{name}={today:%Y}" if name == "year" else f"&{name}={today:%Y-%m}"
    return said


def exported(
    system: System, standing: Standing, *, about: str = "", in_turn: bool = False, roles_max: int | None = None
) -> Iterator[tuple[str, str, str]]:
    """Every answer about things that exist which the document declares as a file, as every role that may have it, or as
    the first of them, in every form, or in one form of each in turn: which, its form and its text. `about`: only those
    with this in their path.
    """
    # The answer to an upload is a file too; it repeats no line of what was uploaded, and bodies are planted elsewhere.
    for number, call in enumerate(each for each in calls() if each.method == "GET" and each.path != OF_ANOTHER_CITY):
        place = standing.path(call)
        found = [*call.operation["responses"].get("200", {}).get("content", {})]
        files = [] if "{" in place or about not in call.path else [each for each in found if "json" not in each]
        for media in [files[number % len(files)]] if files and in_turn else files:
            query = FORMS[media] + asked(call) if FORMS[media] else ""
            for role in list(call.operation["x-access"])[:roles_max]:
                answered = send_as(system, replace(call, role=role), place + query)
                assert answered.status_code == 200, (str(call), role, answered.text)
                yield f"{call} {media} {role}", media, readable(answered.content)


def exports(system: System, standing: Standing, *, about: str = "") -> None:
    """No file shows a person, and every form of the document was opened."""
    seen = set()
    some: dict[str, Any] = {} if EVERYTHING else {"roles_max": 1, "in_turn": not about}
    for which, media, content in exported(system, standing, about=about, **some):
        assert len(content) > 50, f"{which} has no heading"
        assert where({which: content}, (*SENTINELS, NAME)) == set()
        seen.add(media)
    assert seen == set(FORMS)


def test_a_banks_reference_of_such_digits_is_taken_and_stands_in_no_id(system: System) -> None:
    finance = ("finance", "530100")
    body = {"bank_reference": NUMBER, "amount": "0.01"}
    paid = system.client.call("POST", "/v1/fiscal/530100/payments", finance, body)
    assert paid.status != 400
    assert not any(error["code"] == "personal-data" for error in (paid.body or {}).get("errors", []))
    assert not any(NUMBER in place for place in buckets())
    ledger = system.stack.client("dynamodb").scan(TableName=system.stack.environment["QUEBAO_LEDGER_TABLE"])
    assert NUMBER not in repr([(item["pk"], item["sk"]) for item in ledger["Items"]])


@pytest.mark.parametrize("actor", [NUMBER, MOBILE])
def test_a_token_whose_subject_is_a_persons_number_is_refused(system: System, actor: str) -> None:
    token = system.stack.issuer.token("auditor", "000000", actor=actor)
    headers = {"Authorization": f"Bearer {token}"}
    answered = requests.get(f"{system.stack.url}/v1/claims", headers=headers, timeout=60)
    assert answered.status_code == 401
    assert actor not in answered.text
