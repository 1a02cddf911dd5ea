"""Every body of every route, from the OpenAPI document: a field nobody knows is refused with the nearest known name."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from chalicelib.kernel.words.spelling import MISSPELT_LENGTH_MIN
from chalicelib.platform.http.reading import NAMEABLE
from tests.kit.desk import Answered, Caller, claim_body
from tests.kit.documented import Call, bodies, document
from tests.kit.over_all import over_all

TOLERANT = {"/v1/claims", "/v1/claims/preview"}


@over_all("call", bodies(), ids=str)
def test_an_unknown_field_is_told_with_the_fields_there_are(caller: Caller, call: Call) -> None:
    got = caller.call(call.method, call.concrete, {**call.example, "Zzz-9": 1}, role=call.role, subject=call.subject)
    if call.path in TOLERANT:
        assert got.status in {200, 202}
        assert [each["field"] for each in got.json.get("warnings", [{"field": "Zzz-9"}])] == ["Zzz-9"]
        return
    assert got.status == 400
    found = next(each for each in got.json["errors"] if each["code"] == "field-unknown")
    assert found["field"] == "Zzz-9"
    assert all(name in found["message"]["zh"] and name in found["message"]["en"] for name in call.example)


@over_all("call", bodies(), ids=str)
def test_a_known_field_in_another_case_is_refused_and_its_name_is_told(caller: Caller, call: Call) -> None:
    for name in call.example:
        body = {name.title() if each == name else each: value for each, value in call.example.items()}
        got = caller.call(call.method, call.concrete, body, role=call.role, subject=call.subject)
        assert got.status == 400, name
        told = [each for each in got.json["errors"] if each["code"] == "field-unknown"]
        assert [each["field"] for each in told] == [name.title()]
        assert f"“{name}”" in told[0]["message"]["zh"]
        assert f'"{name}"' in told[0]["message"]["en"]


def objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a body with its path, the whole first."""
    if isinstance(value, dict):
        yield path, value
        for name, each in value.items():
            yield from objects(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from objects(each, f"{path}[{place}]")


def errors(got: Answered) -> dict[str, dict[str, Any]]:
    """Return the errors by field, also for the claims of a batch: each claim is a body of its own."""
    inside = [(f"claims[{item['index']}].", each) for item in got.json.get("items", []) for each in item["errors"]]
    return {f"{path}{each['field']}": each for path, each in [*inside, *(("", e) for e in got.json.get("errors", []))]}


@over_all("call", bodies(), ids=str)
def test_a_field_one_letter_off_is_told_with_the_name_that_was_meant(caller: Caller, call: Call) -> None:
    """At any depth, beside every other field as it was: two letters change places, or one is left out. Names of less
    than six letters lie too near to each other.
    """
    for path, known in objects(call.example):
        for name in (each for each in known if len(each) >= MISSPELT_LENGTH_MIN):
            for written in {name[:-2] + name[-1] + name[-2], name[:2] + name[3:]} - set(known):
                sent = deepcopy(dict(call.example))
                place = dict(objects(sent))[path]
                place[written] = place.pop(name)
                got = caller.call(call.method, call.concrete, sent, role=call.role, subject=call.subject)
                # A name with digits could itself be somebody's number, and is not repeated.
                told_of = written if NAMEABLE.fullmatch(written) else "*"
                told = errors(got)[f"{path}.{told_of}" if path else told_of]
                assert told["code"] == "field-unknown"
                assert f"“{name}”" in told["message"]["zh"]
                assert f'"{name}"' in told["message"]["en"]


@pytest.mark.parametrize(
    ("where", "written", "meant"),
    [
        ("", "remot", "remote"),
        ("visit", "transfer_form", "transfer_from"),
        ("lines[0]", "refund_off", "refund_of"),
        ("patient", "Entry", "entry"),
    ],
)
def test_a_misspelt_field_of_a_claim_breaks_a_rule(caller: Caller, where: str, written: str, meant: str) -> None:
    body: dict[str, Any] = claim_body()
    place = body["lines"][0] if where == "lines[0]" else body.get(where, body)
    place[written] = "x"
    got = caller.call("POST", "/v1/claims/preview", body)
    assert (got.status, got.findings) == (422, {("field-unknown", f"{where}.{written}".lstrip("."))})
    assert f'"{meant}"' in got.json["errors"][0]["message"]["en"]


def test_an_object_of_more_fields_than_anybody_has_is_not_looked_at(caller: Caller) -> None:
    got = caller.call("POST", "/v1/claims", {f"f{number}": 1 for number in range(201)})
    assert (got.status, got.findings) == (400, {("fields-too-many", "")})


def short_of() -> Iterator[tuple[Call, str, Any]]:
    """Every list and every object at the top of a body that may not be empty, by the document."""
    for call in bodies():
        schema = resolved(call.operation["requestBody"]["content"]["application/json"]["schema"])
        for name, field in schema.get("properties", {}).items():
            least = resolved(field)
            if least.get("minItems") or least.get("minProperties"):
                yield call, name, [] if "minItems" in least else {}


def resolved(schema: Any) -> Any:
    return document()["components"]["schemas"][schema["$ref"].split("/")[-1]] if "$ref" in schema else schema


@over_all(("call", "name", "empty"), short_of(), ids=lambda call, name, _empty: f"{call} {name}")
def test_a_list_that_is_too_short_is_told_how_many_it_has_to_hold(
    caller: Caller, call: Call, name: str, empty: Any
) -> None:
    got = caller.call(call.method, call.concrete, {**call.example, name: empty}, role=call.role, subject=call.subject)
    told = next(each for each in got.json["errors"] if each["field"] == name)
    assert told["code"] == "list-too-short"
    assert ("字符" in told["message"]["zh"], "at least 1" in told["message"]["en"]) == (False, True)


def test_an_object_of_too_many_names_is_told_how_many_it_may_have(caller: Caller) -> None:
    files = {f"f{number}": "" for number in range(2001)}
    got = caller.call("POST", "/v1/policies/bundles", {"files": files}, role="policy", subject="000000")
    assert got.findings == {("list-too-long", "files")}
    assert "2000" in got.json["errors"][0]["message"]["zh"]


def test_a_batch_of_too_many_claims_is_told_how_many_it_may_hold(caller: Caller) -> None:
    got = caller.call("POST", "/v1/claims/batch", {"claims": [{}] * 1001})
    assert (got.status, got.json["code"], got.findings) == (413, "too-large", {("list-too-long", "claims")})
    assert "1000" in got.json["errors"][0]["message"]["zh"]
    assert "4,500,000" not in got.text
