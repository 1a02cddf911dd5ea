"""Estimates: a bill decided for a person described by insurance alone, in the caller's reach, without any person."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.kernel.money import parse_yuan
from tests.kit.desk import ID_NO, Answered, Caller, claim_body
from tests.kit.memory.samples import enrol_sample, policies
from tests.kit.memory.world import World

PATH = "/v1/estimates"
KUNMING, WUHAN, CHONGQING = "530100", "420100", "500102"
KUNMING_HOSPITAL, CHONGQING_HOSPITAL = "H53010200001", "H50010200001"
TERMS = {"insured_area": KUNMING, "insurance": "employee", "employment": "active", "assistance": "none"}
SAMPLE = claim_body()
BILL: dict[str, Any] = {
    "institution": KUNMING_HOSPITAL,
    "insured": TERMS,
    "visit": {name: SAMPLE["visit"][name] for name in ("kind", "admitted", "discharged")},
    "diagnosis": SAMPLE["diagnosis"],
    "lines": [{name: value for name, value in line.items() if name != "no"} for line in SAMPLE["lines"]],
}


@pytest.fixture(name="world")
def fixture_world() -> World:
    return World(policies())


@pytest.fixture(name="office")
def fixture_office(world: World) -> Caller:
    return Caller(world)


def estimated(
    office: Caller, bill: dict[str, Any], role: str = "hospital", subject: str = KUNMING_HOSPITAL
) -> Answered:
    return office.call("POST", PATH, bill, role=role, subject=subject)


def insured_in(area: str | None, **terms: Any) -> dict[str, Any]:
    return {**BILL, "insured": {**TERMS, "insured_area": area, **terms}}


def test_an_estimate_is_what_a_preview_says_of_an_insured_person_who_used_nothing(office: Caller, world: World) -> None:
    enrol_sample(world, ID_NO)
    preview = office.call("POST", "/v1/claims/preview", SAMPLE).json
    estimate = estimated(office, BILL).json
    for part in ("total", "in_scope", "deductible", "shares", "fiscal_split", "cross_region"):
        assert estimate[part] == preview[part]


def test_another_insured_place_pays_by_its_own_rules_and_owes_the_treating_one(office: Caller) -> None:
    here, away = estimated(office, BILL).json, estimated(office, insured_in(WUHAN)).json
    assert here["cross_region"] is None
    assert away["cross_region"]["debtor"] == WUHAN
    assert sum(parse_yuan(each) for each in away["shares"].values()) == parse_yuan(here["total"])


def test_a_filing_is_what_the_caller_says(office: Caller) -> None:
    ordinary = {**insured_in(WUHAN), "diagnosis": {"codes": [{"code": "J18.900", "role": "main"}]}}
    unfiled, filed = (estimated(office, {**ordinary, "filing": each}).json for each in ("unfiled", "filed"))
    assert parse_yuan(filed["shares"]["patient"]) < parse_yuan(unfiled["shares"]["patient"])


@pytest.mark.parametrize(
    ("role", "subject", "status"),
    [
        ("hospital", KUNMING_HOSPITAL, 200),
        ("hospital", CHONGQING_HOSPITAL, 404),
        ("agency", KUNMING, 200),
        ("agency", WUHAN, 200),
        ("agency", CHONGQING, 404),
        ("centre", "530000", 200),
        ("centre", "420000", 200),
        ("centre", "000000", 200),
        ("centre", "500000", 404),
        ("policy", "000000", 200),
        ("finance", KUNMING, 403),
        ("health", "530000", 403),
    ],
)
def test_an_office_estimates_where_its_area_treats_or_insures(
    role: str, subject: str, status: int, office: Caller
) -> None:
    assert estimated(office, insured_in(WUHAN), role, subject).status == status


def test_no_person_is_read_and_nobody_is_written(office: Caller, world: World) -> None:
    enrol_sample(world, ID_NO)
    before = len(world.access_records.kept)
    got = estimated(office, BILL, "agency", KUNMING)
    assert "prs_" not in got.text
    assert len(world.access_records.kept) == before
    named = estimated(office, {**BILL, "patient": SAMPLE["patient"]}, "agency", KUNMING)
    assert (named.status, named.findings) == (400, {("field-unknown", "patient")})


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"insured": {**TERMS, "insured_area": "999999"}}, ("area-unknown", "insured.insured_area")),
        ({"insured": {**TERMS, "insured_area": None}}, ("area-required", "insured.insured_area")),
        ({"insured": {**TERMS, "employment": None}}, ("employment-missing", "insured.employment")),
        (
            {"insured": {**TERMS, "insurance": "none", "employment": None}},
            ("area-not-allowed", "insured.insured_area"),
        ),
        ({"visit": {**BILL["visit"], "discharged": "2019-01-01"}}, ("dates-out-of-order", "visit.discharged")),
    ],
)
def test_terms_and_bills_that_do_not_fit_are_refused(
    changes: dict[str, Any], finding: tuple[str, str], office: Caller
) -> None:
    got = estimated(office, {**BILL, **changes})
    assert got.status == 422
    assert finding in got.findings


def test_an_estimate_is_made_by_another_bundle_and_an_unknown_one_is_not_found(office: Caller, world: World) -> None:
    current = estimated(office, BILL).json["receipt"]["bundle"]
    assert office.call("POST", f"{PATH}?bundle={current}", BILL).json["receipt"]["bundle"] == current
    assert office.call("POST", f"{PATH}?bundle={'0' * 64}", BILL).status == 404
