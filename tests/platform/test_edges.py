"""Acts of the edge on every route of the OpenAPI document, whatever the route is for."""

from __future__ import annotations

import gzip
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.schemas.claims import ClaimBody
from chalicelib.kernel.errors import Malformed, TooManyRequests, Unavailable
from chalicelib.platform.http import fields as wire
from chalicelib.platform.http.reading import Allowance, Reading
from tests.kit.desk import Caller, Desk, claim_body
from tests.kit.documented import Call, bodies, calls, document
from tests.kit.over_all import over_all
from tests.kit.worked_cases import WorkedCase, worked_cases

CHINESE = range(0x4E00, 0x9FFF)


def ask(caller: Caller, call: Call, query: str = "", body: Any = None, **headers: str) -> Any:
    sent = body if body is not None else (dict(call.example) if call.example else None)
    return caller.call(
        call.method, f"{call.concrete}{query}", sent, role=call.role, subject=call.subject, headers=headers
    )


@over_all("call", calls(), ids=str)
def test_an_unknown_query_parameter_is_told_with_the_known_ones(caller: Caller, call: Call) -> None:
    got = ask(caller, call, "?zzz=1")
    assert got.status == 400
    found = next(each for each in got.json["errors"] if each["code"] == "parameter-unknown")
    assert found["field"] == "zzz"
    assert all(name in found["message"]["zh"] and name in found["message"]["en"] for name in call.query)


@over_all("call", [call for call in calls() if call.query], ids=str)
def test_a_query_parameter_that_is_given_twice_is_refused(caller: Caller, call: Call) -> None:
    """`status=settled&status=rejected` is neither both nor either; the repetition is told, whatever else is wrong."""
    for name in call.query:
        got = ask(caller, call, f"?{name}=1&{name}=2")
        assert got.status == 400
        assert ("parameter-twice", name) in got.findings


@over_all("call", [call for call in calls() if call.query], ids=str)
def test_a_refused_parameter_says_what_it_may_be(caller: Caller, call: Call) -> None:
    for parameter in call.parameters:
        schema = parameter["schema"]
        if parameter["in"] != "query" or not {"enum", "format", "minimum"} & schema.keys():
            continue
        got = ask(caller, call, f"?{parameter['name']}=~~~")
        assert got.status == 400
        found = next(each for each in got.json["errors"] if each["field"] == parameter["name"])
        allowed = [*map(str, schema.get("enum", [])), *([str(schema["maximum"])] if "maximum" in schema else [])]
        assert all(each in found["message"]["zh"] and each in found["message"]["en"] for each in allowed)
        assert " or " not in found["message"]["zh"]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
@over_all("call", [call for call in calls() if call.query], ids=str)
def test_a_day_that_nothing_can_be_counted_from_is_refused(caller: Caller, call: Call, day: str) -> None:
    for parameter in call.parameters:
        if parameter["in"] == "query" and parameter["schema"].get("format") == "date":
            got = ask(caller, call, f"?{parameter['name']}={day}")
            assert got.status == 400
            found = next(each for each in got.json["errors"] if each["field"] == parameter["name"])
            assert "1900-01-01" in found["message"]["zh"]


@pytest.mark.parametrize(
    "parts", [b"[" * 1500, b'["", "\\ud800"]', b'["", ""]', b'["", "' + b"x" * 1030 + b'"]', b"[1e999]", b'"x"']
)
@over_all("call", [call for call in calls() if "cursor" in call.query], ids=str)
def test_a_cursor_of_anything_is_no_fault_of_ours(caller: Caller, call: Call, parts: bytes) -> None:
    cursor = urlsafe_b64encode(parts).decode().rstrip("=")
    assert ask(caller, call, f"?cursor={cursor}").status < 500


@over_all("call", [call for call in calls() if call.method == "GET"], ids=str)
def test_where_get_is_answered_head_is_without_a_body(caller: Caller, call: Call) -> None:
    for more in ("", "?nothing-of-the-kind=1"):
        shown = ask(caller, call, more)
        got = caller.call("HEAD", call.concrete + more, role=call.role, subject=call.subject)
        assert (got.status, got.body) == (shown.status, b"")
        assert got.headers["Content-Length"] == str(len(shown.body)), "told how long the answer to GET is"


def values(document: Any) -> Any:
    """Return the places of every leaf of a body, as functions that put a value there."""
    for key, value in document.items() if isinstance(document, dict) else enumerate(document):
        if isinstance(value, dict | list) and value:
            for path in values(value):
                yield (key, *path)
        else:
            yield (key,)


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = json.loads(json.dumps(document))
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


ODD = [
    "\ud800",
    "\u202e",
    "\x00",
    "0001-01-01",
    "9999-12-31",
    2**70,
    -1,
    1e300,
    "x" * 5000,
    [],
    {},
    [[]],
    True,
    None,
    "",
]


@pytest.mark.parametrize("call", bodies(), ids=str)
def test_no_value_of_any_field_is_a_fault_of_ours(caller: Caller, call: Call) -> None:
    for path in values(call.example):
        for odd in ODD:
            got = ask(caller, call, body=with_value(call.example, path, odd))
            assert got.status < 500, (path, odd)


@pytest.mark.parametrize("call", bodies(), ids=str)
def test_what_is_refused_is_said_in_both_languages_without_mixing_them(caller: Caller, call: Call) -> None:
    for path in values(call.example):
        got = ask(caller, call, body=with_value(call.example, path, "~~~"))
        for error in got.json.get("errors") or []:
            assert " or " not in error["message"]["zh"]
            assert any(ord(each) in CHINESE for each in error["message"]["zh"])
            assert not any(ord(each) in CHINESE for each in error["message"]["en"])
            assert error["code"] != "value-unknown" or ("允许的取值" in error["message"]["zh"]), error


def test_each_claim_of_a_batch_is_answered_beside_a_poisoned_one(caller: Caller) -> None:
    poisoned = [
        claim_body(claim_no="\ud800"),
        claim_body(claim_no="BAD-1", visit={"kind": "inpatient", "admitted": "0001-01-01", "discharged": "0001-01-02"}),
        7,
        None,
        claim_body(claim_no="371002190005010134"),
    ]
    claims = [claim_body(claim_no="GOOD-1"), *poisoned, claim_body(claim_no="GOOD-2")]
    got = caller.call("POST", "/v1/claims/batch", {"claims": claims})
    assert got.status == 200
    assert [item["http_status"] for item in got.json["items"]] == [200, 400, 422, 400, 400, 422, 200]
    assert (got.json["accepted"], got.json["refused"]) == (2, 5)
    assert got.json["items"][2]["claim_no"] == "BAD-1"
    assert "371002190005010134" not in got.text


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("boom"), 500), (Unavailable(), 503)])
def test_an_error_at_one_claim_is_answered_for_that_claim(
    caller: Caller, desk: Desk, error: Exception, status: int
) -> None:
    desk.failure = error
    got = caller.call("POST", "/v1/claims/batch", {"claims": [claim_body(), claim_body(claim_no="\ud800")]})
    assert got.status == 200
    assert [item["http_status"] for item in got.json["items"]] == [status, 400]
    assert "boom" not in got.text


@pytest.mark.parametrize("charset", ["gb18030", "GBK", '"GB2312"'])
def test_a_body_in_the_chinese_encoding_that_it_declares_is_read(caller: Caller, desk: Desk, charset: str) -> None:
    raw = json.dumps(claim_body(), ensure_ascii=False).encode("gb18030")
    headers = {"Content-Type": f"application/json; charset={charset}"}
    assert caller.call("POST", "/v1/claims/preview", raw, headers=headers).status == 200
    assert desk.asked[-1].lines[0].name == "有创机械通气"


def test_an_encoding_that_is_not_read_is_told_which_one_is(caller: Caller) -> None:
    headers = {"Content-Type": "application/json; charset=big5"}
    got = caller.call("POST", "/v1/claims/preview", claim_body(), headers=headers)
    assert (got.status, got.json["code"]) == (415, "charset")
    assert "UTF-8" in got.json["errors"][0]["message"]["zh"]
    undeclared = json.dumps(claim_body(), ensure_ascii=False).encode("gb18030")
    got = caller.call("POST", "/v1/claims/preview", undeclared)
    assert (got.status, got.findings) == (400, {("charset-undeclared", "")})
    assert all(word in got.json["errors"][0]["message"]["zh"] for word in ("UTF-8", "Content-Type", "GB18030"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_a_body_in_another_encoding_of_unicode_is_not_guessed(caller: Caller, encoding: str) -> None:
    got = caller.call("POST", "/v1/claims/preview", json.dumps(claim_body()).encode(encoding))
    assert got.status == 400
    assert "UTF-8" in got.json["errors"][0]["message"]["zh"]


def test_a_compressed_body_is_told_to_come_uncompressed(caller: Caller) -> None:
    raw = gzip.compress(json.dumps(claim_body()).encode())
    got = caller.call("POST", "/v1/claims/preview", raw, headers={"Content-Encoding": "gzip"})
    assert (got.status, got.json["code"]) == (415, "content-encoding")
    plain = caller.call("POST", "/v1/claims/preview", claim_body(), headers={"Content-Encoding": "identity"})
    assert plain.status == 200


def test_a_byte_order_mark_is_no_obstacle(caller: Caller) -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(claim_body()).encode()
    assert caller.call("POST", "/v1/claims/preview", raw).status == 200


@pytest.mark.parametrize("no", [0, -1, 2**70])
def test_a_line_has_a_number_that_a_person_could_have_given(caller: Caller, no: int) -> None:
    body = claim_body()
    body["lines"][0]["no"] = no
    got = caller.call("POST", "/v1/claims/preview", body)
    assert (got.status, got.findings) == (422, {("number-range", "lines[0].no")})


@over_all("call", [each for each in bodies() if "institution" in each.example], ids=str)
def test_a_body_of_another_institution_is_told_from_one_that_is_not_there(caller: Caller, call: Call) -> None:
    """Whoever else may make the call, a hospital makes it for itself only."""
    if "hospital" not in call.operation["x-access"]:
        return
    for other in ("H53010200003", "H99999999999"):
        body = {**call.example, "institution": other}
        got = caller.call(call.method, call.concrete, body, role="hospital", subject="H53010200001")
        assert (got.status, got.json["code"]) == (404, "institution-not-yours")
        assert got.findings == {("institution-not-yours", "institution")}


@pytest.mark.parametrize(("part", "most"), [("lines", 5000), ("history", 200), ("codes", 50)])
def test_a_list_over_its_bound_is_not_looked_at(part: str, most: int) -> None:
    """Counted by the objects that are read as something: of the list itself there is none."""
    body = claim_body()
    within = body if part == "lines" else body["diagnosis"]
    within[part] = [{}] * (most + 1)
    reading = Reading()
    with pytest.raises(ValidationError) as caught:
        ClaimBody.model_validate(body, context=reading)
    assert [error["type"] for error in caught.value.errors()] == ["list-too-long"]
    assert len(reading.models) <= 10


def test_errors_past_the_cap_are_counted_and_not_put_into_words(monkeypatch: pytest.MonkeyPatch) -> None:
    worded = []

    def path_of(_: Any, loc: Any) -> str:
        worded.append(loc)
        return "x"

    monkeypatch.setattr(wire, "path_of", path_of)
    with pytest.raises(Malformed) as caught:
        wire.read(ClaimBody, claim_body(lines=[{}] * 5000))
    assert len(caught.value.findings) == 35_000
    assert len(worded) == wire.FINDINGS_MAX


def test_a_batch_of_claims_that_hold_nothing_is_not_read_to_its_end(
    caller: Caller, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted by the errors that pydantic is asked for: 45 claims of 700 empty lines would have 220,500. What is whole
    is read all the same, and what is refused is told how to see the rest.
    """
    counted = []

    def path_of(_: Any, loc: Any) -> str:
        counted.append(loc)
        return "x"

    monkeypatch.setattr(wire, "path_of", path_of)
    empty = [claim_body(claim_no=f"BAD-{no}", lines=[{}] * 700) for no in range(1, 46)]
    good = [claim_body(claim_no="GOOD-1"), claim_body(claim_no="GOOD-2")]
    got = caller.call("POST", "/v1/claims/batch", {"claims": [good[0], *empty, 7, [], {}, good[1]]})
    assert got.status == 200
    assert (got.json["accepted"], got.json["refused"]) == (2, 48)
    assert [each.claim_no for each in desk.asked if isinstance(each, Submission)] == ["GOOD-1", "GOOD-2"]
    assert len(counted) < 4000
    assert len(got.text) < 400_000
    last = got.json["items"][-3]
    assert (last["http_status"], [each["code"] for each in last["errors"]]) == (400, ["errors-too-many"])
    assert all(word in last["errors"][0]["message"][lang] for lang, word in (("zh", "单独"), ("en", "alone")))


@pytest.mark.parametrize("case", worked_cases(), ids=lambda case: case.id)
def test_a_whole_claim_is_read_alike_when_a_batch_has_used_up_its_errors(case: WorkedCase) -> None:
    assert wire.read(ClaimBody, case.claim, allowance=Allowance(0)) == wire.read(ClaimBody, case.claim)


@pytest.mark.parametrize("raw", [b"{}," * 250_000 + b"{}", b"[]," * 250_000 + b"[]"])
def test_a_body_of_more_objects_than_any_is_not_parsed(caller: Caller, raw: bytes) -> None:
    got = caller.call("POST", "/v1/claims", b'{"lines":[' + raw + b"]}")
    assert (got.status, got.findings) == (400, {("json-too-many-values", "")})


@over_all("call", bodies(), ids=str)
def test_a_body_nested_deeper_than_any_is_told_so(caller: Caller, call: Call) -> None:
    """A thousand levels are short to write and long to put into a path; every route says how many it reads."""
    deep: Any = "x"
    for _ in range(wire.DEPTH_MAX + 1):
        deep = [deep]
    if call.path.endswith("/batch"):  # each of its claims is a body of its own
        answered = ask(caller, call, body={"claims": [claim_body(deep=deep)]}).json["items"][0]
    else:
        answered = ask(caller, call, body={**call.example, "deep": deep}).json
    assert [each["code"] for each in answered["errors"]] == ["json-too-deep"]
    assert str(wire.DEPTH_MAX) in answered["errors"][0]["message"]["zh"]


def test_a_field_named_twice_in_one_claim_of_a_batch_refuses_that_claim_alone(caller: Caller, desk: Desk) -> None:
    good = json.dumps(claim_body(claim_no="GOOD-1"))
    deep = good.replace("GOOD-1", "TWICE-2").replace('"quantity":', '"quantity": "7", "quantity":', 1)
    whole = good.replace('"claim_no": "GOOD-1"', '"claim_no": "TWICE-1", "claim_no": "TWICE-3"')
    got = caller.call("POST", "/v1/claims/batch", f'{{"claims": [{whole}, {good}, {deep}]}}'.encode())
    assert got.status == 200
    assert [item["http_status"] for item in got.json["items"]] == [400, 200, 400]
    refused = [got.json["items"][index] for index in (0, 2)]
    assert [[error["code"] for error in item["errors"]] for item in refused] == [["json-duplicate-key"]] * 2
    assert "claim_no" not in refused[0], "which of two numbers was meant is not known"
    assert [each.claim_no for each in desk.asked if isinstance(each, Submission)] == ["GOOD-1"]
    got = caller.call("POST", "/v1/claims/batch", f'{{"claims": [{good}], "claims": [{good}]}}'.encode())
    assert (got.status, got.findings) == (400, {("json-duplicate-key", "")})


def test_claims_of_a_batch_beyond_the_look_up_limit_are_each_told_so(caller: Caller, desk: Desk) -> None:
    desk.failure = TooManyRequests(7)
    got = caller.call("POST", "/v1/claims/batch", {"claims": [claim_body(claim_no="A-1"), claim_body(claim_no="A-2")]})
    assert got.status == 200
    assert [item["http_status"] for item in got.json["items"]] == [429, 429]
    assert [error["code"] for item in got.json["items"] for error in item["errors"]] == ["too-many-requests"] * 2


MONEY_ROUTES = ("/advances", "/payments", "/receipts", "/patient-advances", "/reimbursements")


def test_a_banks_reference_is_shown_by_no_route_but_those_of_the_moneys_own_parties() -> None:
    """Over every answer of the document; policy officers and the health side are no party to any money."""
    everything = document()
    holders = {
        f"{method.upper()} {path}": operation
        for path, methods in everything["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and "bank_reference" in _names_in(everything, operation.get("responses", {}))
    }
    assert holders
    for name, operation in holders.items():
        assert not {"policy", "health"} & set(operation["x-access"]), name
        assert any(word in name for word in MONEY_ROUTES), name


def _names_in(everything: dict[str, Any], root: Any) -> set[str]:
    """Every property's name that a part of the document leads to."""
    names, seen, left = set[str](), set[str](), [root]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            names |= set(value.get("properties", {}))
            named = value.get("$ref")
            if isinstance(named, str) and named not in seen:
                seen.add(named)
                found: Any = everything
                for step in named.removeprefix("#/").split("/"):
                    found = found[step]
                left.append(found)
            left += value.values()
    return names
