"""Claims over HTTP: accepted bodies, answers, and refusals that tell everything wrong at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.adjudication.domain.claim import Filing, VisitKind
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.submission import ClaimFilter, ClaimSort, SubmitOutcome
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.errors import Conflict, Finding
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.text import Text
from tests.kit.areas import KUNMING
from tests.kit.builders import CLAIM_ID
from tests.kit.desk import HOSPITAL, ID_NO, OTHER_HOSPITAL, Caller, Desk, claim_body, determination, view
from tests.kit.memory.samples import agency, enrolment, hospital, passport, policies, submission
from tests.kit.memory.samples import body as sample_body
from tests.kit.memory.world import World
from tests.kit.worked_cases import WorkedCase, worked_cases

RECEIVED = SubmitOutcome(view(status=ClaimStatus.RECEIVED, determination=None, settlement=None), created=True)


def changed(body: dict[str, Any], line: int, **fields: Any) -> dict[str, Any]:
    """The body with some fields of one line changed; None leaves a field out."""
    lines = [dict(each) for each in body["lines"]]
    lines[line] = {name: value for name, value in {**lines[line], **fields}.items() if value is not None}
    return {**body, "lines": lines}


def with_patient(**fields: Any) -> dict[str, Any]:
    body = claim_body()
    return {**body, "patient": {**body["patient"], **fields}}


def test_changes_and_an_order_are_read_from_the_query_and_not_together(caller: Caller, desk: Desk) -> None:
    caller.call("GET", "/v1/claims?changed_since=2026-11-05T08:00:00%2B08:00")
    assert desk.asked[0].changed_since == "2026-11-05T00:00:00.000000Z"
    caller.call("GET", "/v1/claims?sort=amount&from=2026-11-05&to=2026-11-05")
    assert desk.asked[2].sort is ClaimSort.AMOUNT
    both = caller.call("GET", "/v1/claims?sort=amount&changed_since=2026-11-05T00:00:00Z")
    assert both.findings == {("parameter-invalid", "sort")}
    caller.call("GET", "/v1/claims?amount_from=10.00&amount_to=20.50&from=2026-11-05&to=2026-11-05")
    assert (desk.asked[4].amount_from_fen, desk.asked[4].amount_to_fen) == (1000, 2050)
    changed_by = caller.call("GET", "/v1/claims?amount_to=1.00&changed_since=2026-11-05T00:00:00Z")
    assert changed_by.findings == {("parameter-invalid", "amount_to")}
    other_way = caller.call("GET", "/v1/claims?amount_from=2.00&amount_to=1.00")
    assert other_way.findings == {("parameter-invalid", "amount_to")}
    assert caller.call("GET", "/v1/claims?amount_from=2").findings == {("parameter-invalid", "amount_from")}
    wrong = caller.call("GET", "/v1/claims?sort=size&changed_since=yesterday")
    assert wrong.findings == {("parameter-invalid", "sort"), ("parameter-invalid", "changed_since")}


def test_a_preview_answers_the_determination(caller: Caller) -> None:
    got = caller.call("POST", "/v1/claims/preview", claim_body())
    assert got.status == 200
    assert got.json == determination()


@pytest.mark.parametrize("case", worked_cases(), ids=lambda case: case.id)
def test_the_body_of_every_worked_case_is_read_without_a_warning(case: WorkedCase, caller: Caller, desk: Desk) -> None:
    institution = case.claim["institution"]
    got = caller.call("POST", "/v1/claims/preview", case.claim, subject=institution)
    # A case may be about a body that breaks a rule; no case is about an unreadable body.
    assert got.status in {200, 422}
    if got.status == 200:
        assert desk.asked[-1].warnings == ()
        assert desk.asked[-1].institution == institution


def test_a_received_claim_is_answered_with_its_id_and_place(caller: Caller, desk: Desk) -> None:
    desk.outcome = RECEIVED
    got = caller.call("POST", "/v1/claims", claim_body())
    assert got.status == 202
    assert got.json == {"claim_id": CLAIM_ID, "status": "received"}
    assert got.headers["Location"] == f"/v1/claims/{CLAIM_ID}"
    assert "Preference-Applied" not in got.headers


def test_the_discharge_desk_waits_and_gets_the_figure(caller: Caller, desk: Desk) -> None:
    desk.outcome = SubmitOutcome(view(), created=True)
    got = caller.call("POST", "/v1/claims", claim_body(), headers={"Prefer": "wait=20"})
    assert got.status == 200
    assert got.headers["Preference-Applied"] == "wait=20"
    assert got.json["status"] == "settled"
    assert got.json["determination"]["shares"] == determination()["shares"]
    assert got.json["settlement"] == {
        "transaction_id": f"settle:{CLAIM_ID}",
        "advance_offset": "0.00",
        "payable": "17000.00",
        "held": "0.00",
    }


def test_a_claim_that_is_not_decided_in_time_is_answered_as_received(caller: Caller, desk: Desk) -> None:
    desk.outcome = RECEIVED
    got = caller.call("POST", "/v1/claims", claim_body(), headers={"Prefer": "respond-async, wait=300"})
    assert got.status == 202
    assert got.headers["Preference-Applied"] == "wait=20"
    assert desk.asked[-1] == 20


def test_the_same_claim_again_is_answered_with_the_claim_that_stands(caller: Caller, desk: Desk) -> None:
    desk.outcome = SubmitOutcome(RECEIVED.view, created=False)
    got = caller.call("POST", "/v1/claims", claim_body())
    assert got.status == 200
    assert got.json["claim_id"] == CLAIM_ID


def test_another_body_under_the_same_number_conflicts(caller: Caller, desk: Desk) -> None:
    desk.failure = Conflict()
    got = caller.call("POST", "/v1/claims", claim_body())
    assert got.status == 409
    assert got.headers["Content-Type"] == "application/problem+json"
    assert got.json["code"] == "conflict"


def test_a_rejected_claim_shows_all_its_errors(caller: Caller, desk: Desk) -> None:
    found = Finding(
        "institution-unknown", "institution", Text("机构不存在。", "No such institution."), "yn-2020-12.3.5"
    )
    desk.claims[CLAIM_ID] = view(
        status=ClaimStatus.REJECTED, findings=(found, found), determination=None, settlement=None
    )
    got = caller.call("GET", f"/v1/claims/{CLAIM_ID}").json
    assert got["status"] == "rejected"
    assert got["errors"] == 2 * [
        {
            "code": "institution-unknown",
            "field": "institution",
            "message": {"zh": "机构不存在。", "en": "No such institution."},
            "citation": {
                "notice": "yn-2020-12",
                "document_no": "云医保〔2020〕12号",
                "article": "三（五）",
                "provision": "3.5",
                "source": ["Y-09"],
            },
        }
    ]
    assert "determination" not in got


def test_a_deferred_claim_says_what_it_waits_for(caller: Caller, desk: Desk) -> None:
    desk.claims[CLAIM_ID] = view(
        status=ClaimStatus.DEFERRED, reason="enrolment-missing", determination=None, settlement=None
    )
    assert caller.call("GET", f"/v1/claims/{CLAIM_ID}").json["reason"] == "enrolment-missing"


def test_another_hospital_finds_nothing(caller: Caller) -> None:
    assert caller.call("GET", f"/v1/claims/{CLAIM_ID}", subject=OTHER_HOSPITAL).status == 404
    assert caller.call("POST", "/v1/claims", claim_body(), subject=OTHER_HOSPITAL).status == 404
    assert caller.call("POST", "/v1/claims/preview", claim_body(), subject=OTHER_HOSPITAL).status == 404


def test_a_role_that_may_never_submit_is_refused_before_its_body_is_read(caller: Caller) -> None:
    for path in ("/v1/claims", "/v1/claims/preview"):
        assert caller.call("POST", path, b"{", role="agency", subject="530100").status == 403


def test_a_list_is_narrowed_and_paged(caller: Caller, desk: Desk) -> None:
    path = "/v1/claims?claim_no=YN-0001&status=settled&from=2026-11-01&to=2026-11-30&area=530100&limit=7&cursor=bmV4dA"
    got = caller.call("GET", path)
    assert got.status == 200
    assert got.json["next"] == "bmV4dA"
    assert [item["claim_id"] for item in got.json["items"]] == [CLAIM_ID]
    wanted, page = desk.asked
    assert (wanted.claim_no, wanted.status, wanted.area) == ("YN-0001", ClaimStatus.SETTLED, "530100")
    assert (wanted.from_on.isoformat(), wanted.to_on.isoformat()) == ("2026-11-01", "2026-11-30")
    assert (page.limit, page.cursor) == (7, "bmV4dA")


def test_a_list_has_fifty_items_unless_asked_otherwise(caller: Caller, desk: Desk) -> None:
    caller.call("GET", "/v1/claims")
    assert desk.asked[-1].limit == 50


def test_an_empty_parameter_is_as_good_as_none(caller: Caller, desk: Desk) -> None:
    assert caller.call("GET", "/v1/claims?claim_no=&status=&from=&to=&area=&limit=&cursor=").status == 200
    assert desk.asked == [ClaimFilter(), PageRequest(50)]


def test_every_parameter_that_cannot_be_read_is_named(caller: Caller) -> None:
    got = caller.call("GET", "/v1/claims?limit=201&cursor=%20&status=open&from=2026-02-30&area=53")
    assert got.status == 400
    assert got.findings == {("parameter-invalid", name) for name in ("limit", "cursor", "status", "from", "area")}


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1.5", "ten", "1e2"])
def test_a_page_has_one_to_two_hundred_items(caller: Caller, limit: str) -> None:
    assert caller.call("GET", f"/v1/claims?limit={limit}").findings == {("parameter-invalid", "limit")}


def test_a_span_of_days_that_ends_before_it_starts_is_malformed(caller: Caller) -> None:
    got = caller.call("GET", "/v1/claims?from=2026-11-30&to=2026-11-01")
    assert (got.status, got.findings) == (400, {("parameter-invalid", "to")})


# The body.


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[1,", b'{"a": NaN}', b"[" * 100_000, b'{"a": "\\ud800"}x'],
    ids=["empty", "open", "list", "nan", "deep", "trailing"],
)
def test_what_is_not_json_is_malformed(caller: Caller, raw: bytes) -> None:
    got = caller.call("POST", "/v1/claims", raw)
    assert (got.status, got.findings) == (400, {("json-invalid", "")})


def test_a_field_named_twice_is_malformed(caller: Caller) -> None:
    raw = json.dumps(claim_body()).encode().replace(b'{"claim_no"', b'{"claim_no": "YN-9", "claim_no"', 1)
    assert caller.call("POST", "/v1/claims", raw).findings == {("json-duplicate-key", "")}


def test_a_body_that_is_no_object_is_malformed(caller: Caller) -> None:
    bodies: list[Any] = [[], "claim", 1, True]
    for body in bodies:
        assert caller.call("POST", "/v1/claims", body).findings == {("field-type", "")}


def test_every_missing_and_mistyped_field_is_named_at_once(caller: Caller) -> None:
    body = changed(claim_body(claim_no=None, visit={"kind": "inpatient", "admitted": 20200205}), 1, no="2", code=None)
    got = caller.call("POST", "/v1/claims/preview", body)
    assert got.status == 400
    assert got.findings == {
        ("field-missing", "claim_no"),
        ("field-type", "visit.admitted"),
        ("field-missing", "visit.discharged"),
        ("field-type", "lines[1].no"),
        ("field-missing", "lines[1].code"),
    }


@pytest.mark.parametrize(
    ("field", "number"), [("amount", 6000), ("amount", 6000.0), ("price", 1200.0), ("quantity", 5)]
)
def test_a_figure_written_as_a_json_number_is_refused_and_told_why(caller: Caller, field: str, number: float) -> None:
    got = caller.call("POST", "/v1/claims", changed(claim_body(), 0, **{field: number}))
    assert (got.status, got.findings) == (400, {("decimal-not-a-string", f"lines[0].{field}")})


def test_every_value_that_breaks_a_rule_of_writing_is_named_at_once(caller: Caller) -> None:
    body = changed(claim_body(), 0, amount="6000", price="1200.1234567", quantity="5.00001", date="2020-02-30")
    body = changed(body, 2, amount="1e4")
    body["diagnosis"]["history"][0]["status"] = "recovered"
    got = caller.call("POST", "/v1/claims", body)
    assert got.status == 422
    assert got.findings == {
        ("value-unknown", "diagnosis.history[0].status"),
        ("date-format", "lines[0].date"),
        ("quantity-format", "lines[0].quantity"),
        ("price-format", "lines[0].price"),
        ("money-format", "lines[0].amount"),
        ("amount-differs", "lines[0].amount"),
        ("money-format", "lines[2].amount"),
    }


def test_a_malformed_body_is_400_and_still_names_the_rules_it_breaks(caller: Caller) -> None:
    got = caller.call("POST", "/v1/claims", changed(claim_body(institution=None), 0, amount="6000"))
    assert got.status == 400
    assert got.findings == {("field-missing", "institution"), ("money-format", "lines[0].amount")}


def test_what_the_body_alone_shows_wrong_comes_with_one_answer(caller: Caller) -> None:
    body = changed(changed(with_patient(id_no="530102190001010018"), 0, amount="5999.98"), 1, no=1)
    got = caller.call("POST", "/v1/claims", body)
    assert got.status == 422
    assert got.findings == {
        ("identity-check-digit", "patient.id_no"),
        ("amount-differs", "lines[0].amount"),
        ("line-no-twice", "lines[1].no"),
    }


def test_prices_of_six_decimals_and_quantities_of_four_are_accepted(caller: Caller, desk: Desk) -> None:
    body = changed(claim_body(), 0, quantity="4.9999", price="1200.000024", amount="5999.88")
    assert caller.call("POST", "/v1/claims/preview", body).status == 200
    line = desk.asked[-1].lines[0]
    assert (str(line.quantity), str(line.price), line.amount_fen) == ("4.9999", "1200.000024", 599988)


@pytest.mark.parametrize("name", ["refunds", "refund_of"])
def test_a_refund_names_the_line_it_refunds_by_either_name(caller: Caller, desk: Desk, name: str) -> None:
    body = claim_body()
    refund = {**body["lines"][0], "no": 9, "quantity": "-1", "amount": "-1200.00", name: 1}
    got = caller.call("POST", "/v1/claims/preview", {**body, "lines": [*body["lines"], refund]})
    assert got.status == 200
    assert desk.asked[-1].lines[-1].refunds == 1
    assert desk.asked[-1].warnings == ()


def test_an_emergency_visit_has_one_day(caller: Caller, desk: Desk) -> None:
    body = claim_body(visit={"kind": "emergency", "date": "2020-02-10", "episode": "E-1", "transfer_from": CLAIM_ID})
    assert caller.call("POST", "/v1/claims/preview", body).status == 200
    visit = desk.asked[-1].visit
    assert visit.kind is VisitKind.EMERGENCY
    assert visit.admitted_on == visit.discharged_on
    assert (visit.episode, visit.transfer_from) == ("E-1", CLAIM_ID)


def test_a_visit_of_no_known_kind_is_named(caller: Caller) -> None:
    assert caller.call("POST", "/v1/claims", claim_body(visit={})).findings == {("field-missing", "visit.kind")}
    got = caller.call("POST", "/v1/claims", claim_body(visit={"kind": "home"}))
    assert (got.status, got.findings) == (422, {("value-unknown", "visit.kind")})


def test_a_hospital_asserts_an_emergency_but_never_that_it_was_filed(caller: Caller, desk: Desk) -> None:
    assert caller.call("POST", "/v1/claims/preview", claim_body(remote={"filing": "emergency"})).status == 200
    assert desk.asked[-1].filing is Filing.EMERGENCY
    got = caller.call("POST", "/v1/claims/preview", claim_body(remote={"filing": "filed"}))
    assert (got.status, got.findings) == (422, {("filing-from-record", "remote.filing")})
    got = caller.call("POST", "/v1/claims/preview", claim_body(remote={"filing": "later"}))
    assert "允许的取值：emergency、unfiled。" in got.json["errors"][0]["message"]["zh"]


def test_unknown_fields_are_accepted_with_one_warning_each(caller: Caller, desk: Desk) -> None:
    desk.outcome = RECEIVED
    body = changed(changed(claim_body(ward="3B"), 0, unit="day"), 1, unit="box")
    body["patient"]["phone"] = "0871"
    got = caller.call("POST", "/v1/claims", body)
    assert got.status == 202
    warned = {(warning["code"], warning["field"]) for warning in got.json["warnings"]}
    assert warned == {("field-unknown", "ward"), ("field-unknown", "patient.phone"), ("field-unknown", "lines[0].unit")}
    assert "0871" not in got.text


def test_what_the_gateway_carries_is_the_most_a_body_may_have(caller: Caller) -> None:
    body = claim_body(padding="x" * 4_500_000)
    for path in ("/v1/claims", "/v1/claims/preview"):
        got = caller.call("POST", path, body)
        assert (got.status, got.json["code"]) == (413, "too-large")


def test_five_thousand_broken_lines_are_answered_with_a_count(caller: Caller) -> None:
    lines = [{**claim_body()["lines"][0], "no": number, "amount": "1"} for number in range(1, 5001)]
    got = caller.call("POST", "/v1/claims", claim_body(lines=lines))
    assert got.status == 422
    assert len(got.json["errors"]) == 1001
    assert got.json["errors"][-1]["code"] == "more-errors"
    assert "4000" in got.json["errors"][-1]["message"]["en"]


@pytest.mark.parametrize(
    "body",
    [
        with_patient(id_no=ID_NO + "9"),
        with_patient(id_no=[ID_NO]),
        with_patient(id_no={ID_NO: ID_NO}),
        with_patient(name=None, phone=ID_NO, **{ID_NO: ID_NO}),
        with_patient(id_type=ID_NO),
        with_patient(entry=ID_NO),
        {**with_patient(), ID_NO: 1, "claim_no": f"YN-{ID_NO}"},
        {**with_patient(), "visit": {"kind": ID_NO}},
        {**with_patient(), "remote": {"filing": ID_NO}},
        changed(with_patient(), 0, amount=ID_NO, name=f"{ID_NO} CT"),
        [ID_NO],
        ID_NO,
    ],
)
def test_an_identity_number_is_never_repeated(caller: Caller, body: Any) -> None:
    for path in ("/v1/claims", "/v1/claims/preview"):
        got = caller.call("POST", path, body)
        assert got.status in {400, 422}
        assert ID_NO not in got.text
        assert ID_NO not in str(got.headers)


def test_an_identity_number_in_a_field_nobody_knows_is_neither_kept_nor_shown(caller: Caller, desk: Desk) -> None:
    desk.outcome = RECEIVED
    got = caller.call("POST", "/v1/claims", {**claim_body(), ID_NO: ID_NO})
    assert got.status == 202
    assert got.json["warnings"][0]["field"] == "*"
    assert ID_NO not in got.text
    assert ID_NO not in repr(desk.asked)


def test_the_hospital_in_the_body_is_the_one_in_the_token(caller: Caller, desk: Desk) -> None:
    caller.call("POST", "/v1/claims/preview", claim_body())
    assert desk.asked[-1].institution == HOSPITAL


def test_an_error_of_form_does_not_hide_the_others(caller: Caller) -> None:
    body = changed(changed(with_patient(id_no="530102190001010018"), 1, quantity="20.55555", amount="2055.56"), 0)
    body = changed(body, 0, amount="5999.00")
    body["visit"] = {"kind": "inpatient", "admitted": "2020-02-20", "discharged": "2020-02-05"}
    body["diagnosis"]["codes"] = []
    for path in ("/v1/claims", "/v1/claims/preview"):
        got = caller.call("POST", path, body)
        assert got.status == 422
        assert got.findings == {
            ("quantity-format", "lines[1].quantity"),
            ("identity-check-digit", "patient.id_no"),
            ("dates-out-of-order", "visit.discharged"),
            ("amount-differs", "lines[0].amount"),
            ("main-diagnosis-missing", "diagnosis.codes"),
        }


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ({"quantity": "20.55555", "amount": "2055.55"}, {("quantity-format", "quantity")}),
        ({"quantity": "20.55555", "amount": "1.00"}, {("quantity-format", "quantity"), ("amount-differs", "amount")}),
        ({"amount": 2000.5}, {("decimal-not-a-string", "amount"), ("amount-differs", "amount")}),
        ({"amount": "2000"}, {("money-format", "amount")}),
        ({"quantity": "twenty"}, {("quantity-format", "quantity")}),
        ({"price": None}, {("field-missing", "price")}),
        ({"date": "2020-13-01"}, {("date-format", "date")}),
        ({"no": 0}, {("number-range", "no")}),
        ({"no": "2", "date": "2020-03-01"}, {("field-type", "no"), ("line-outside-stay", "date")}),
    ],
)
def test_nothing_is_said_of_what_could_not_be_read(
    caller: Caller, line: dict[str, Any], found: set[tuple[str, str]]
) -> None:
    got = caller.call("POST", "/v1/claims", changed(with_patient(id_no="530102190001010018"), 1, **line))
    assert got.findings == {
        ("identity-check-digit", "patient.id_no"),
        *((code, f"lines[1].{name}") for code, name in found),
    }


@pytest.mark.parametrize("part", ["claim_no", "institution", "visit", "patient", "diagnosis", "lines"])
@pytest.mark.parametrize("wrong", [None, 7, [], {}, "x y"])
def test_whatever_part_is_missing_the_rest_is_checked(caller: Caller, part: str, wrong: Any) -> None:
    body = changed(claim_body(claim_no="no spaces"), 0, amount="5999.00")
    left = {name: value for name, value in body.items() if name != part}
    got = caller.call("POST", "/v1/claims", left if wrong is None else {**left, part: wrong})
    if part == "institution" and wrong == "x y":
        assert (got.status, got.json["code"]) == (404, "institution-not-yours")
        return
    expected = {"claim_no": ("claim-no", "claim_no"), "lines": ("amount-differs", "lines[0].amount")}
    assert {found for name, found in expected.items() if name != part} <= got.findings
    assert any(field.partition(".")[0].partition("[")[0] == part for _, field in got.findings)


def test_an_agency_lists_the_claims_of_one_institution() -> None:
    """The list of an area holds several hospitals; a hospital that names another finds nothing."""
    world = World(policies())
    for number, institution in enumerate(("H53010200001", "H53010200003")):
        world.system[EnrolPerson](agency(KUNMING), enrolment(passport(number)["id_no"]))
        claim = {**sample_body(), "claim_no": f"LIST-{number}", "institution": institution, "patient": passport(number)}
        world.system[SubmitClaim](hospital(institution), submission(claim))
    world.run_all()
    caller = Caller(world)

    def listed(query: str, role: str, subject: str) -> list[str]:
        got = caller.call("GET", f"/v1/claims{query}", role=role, subject=subject)
        assert got.status == 200
        return sorted(each["claim_no"] for each in got.json["items"])

    assert listed("", "agency", "530100") == ["LIST-0", "LIST-1"]
    assert listed("?institution=H53010200003", "agency", "530100") == ["LIST-1"]
    assert listed("?institution=H53010200003", "auditor", "000000") == ["LIST-1"]
    assert listed("?institution=H53010200003", "hospital", "H53010200001") == []
