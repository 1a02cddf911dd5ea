"""Enrolments, filings and institutions over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.enrolment.usecases.enrol import INSURED_ELSEWHERE
from chalicelib.kernel.errors import Conflict
from chalicelib.registry.domain.identity_documents import read_document
from chalicelib.registry.domain.model import Employment, FilingChannel, FilingKind, Insurance
from tests.kit.builders import NOW, PERSON
from tests.kit.desk import HOSPITAL, ID_NO, OTHER_HOSPITAL, Caller, Desk

TODAY = date(2026, 11, 21)
ENROLMENT = {
    "id_no": ID_NO,
    "name": "示例甲",
    "insured_area": "530100",
    "insurance": "employee",
    "employment": "active",
    "assistance": "none",
}
FILING = {"id_no": ID_NO, "treatment_area": "530100", "kind": "temporary", "channel": "online", "from": "2020-02-01"}


def enrol(caller: Caller, subject: str = "530100", **changes: Any) -> Any:
    body = {name: value for name, value in {**ENROLMENT, **changes}.items() if value is not ...}
    return caller.call("POST", "/v1/enrolments", body, role="agency", subject=subject)


def test_an_enrolment_answers_the_token_and_nothing_of_the_person(caller: Caller, desk: Desk) -> None:
    got = enrol(caller, **{"from": "2020-01-01", "to": "2020-12-31"})
    assert (got.status, got.json) == (201, {"person": PERSON, "redecided": 0})
    asked = desk.asked[-1]
    assert (asked.document.id_no, asked.insured_area) == (ID_NO, "530100")
    assert (asked.insurance, asked.employment) == (Insurance.EMPLOYEE, Employment.ACTIVE)
    assert (asked.starts_on.isoformat(), asked.ends_on.isoformat()) == ("2020-01-01", "2020-12-31")
    assert ID_NO not in repr(asked)


def test_a_number_may_be_written_small_wide_and_with_spaces(caller: Caller, desk: Desk) -> None:
    assert enrol(caller, id_no=" ５３０１０２ 19000104004x ").status == 201
    document, wrong = read_document(desk.asked[-1].document, TODAY)
    assert (document and document.number, wrong) == ("53010219000104004X", ())


def test_a_resident_has_no_employment(caller: Caller, desk: Desk) -> None:
    assert enrol(caller, insurance="resident", employment=...).status == 201
    assert desk.asked[-1].employment is Employment.NONE
    got = enrol(caller, insurance="resident")
    assert (got.status, got.findings) == (422, {("employment-unexpected", "employment")})
    got = enrol(caller, employment=...)
    assert (got.status, got.findings) == (422, {("employment-missing", "employment")})


def test_an_enrolment_of_the_wrong_shape_names_every_field(caller: Caller) -> None:
    got = enrol(caller, id_no=1, name=..., insured_area=530100, assistance=None)
    assert got.status == 400
    assert got.findings == {
        ("field-type", "id_no"),
        ("field-missing", "name"),
        ("field-type", "insured_area"),
        ("field-type", "assistance"),
    }


def test_an_enrolment_that_breaks_rules_of_writing_names_every_field(caller: Caller) -> None:
    got = enrol(caller, insured_area="5301", insurance="private", **{"from": "2020-13-01"})
    assert got.status == 422
    assert got.findings == {("text-format", "insured_area"), ("value-unknown", "insurance"), ("date-format", "from")}
    assert ID_NO not in got.text


def test_another_area_cannot_insure_somebody(caller: Caller) -> None:
    assert enrol(caller, subject="370000").status == 404


def test_days_that_another_area_insures_conflict_and_the_answer_says_what_to_do(caller: Caller, desk: Desk) -> None:
    desk.failure = Conflict([INSURED_ELSEWHERE])
    got = enrol(caller)
    assert (got.status, got.findings) == (409, {("insured-elsewhere", "from")})
    assert "enrolment-transfers" in got.text


def test_a_hospital_records_a_filing(caller: Caller, desk: Desk) -> None:
    got = caller.call("POST", "/v1/filings", FILING)
    assert got.status == 201
    assert got.json == {
        "filing_id": "fil_00",
        "person": PERSON,
        "treatment_area": "530100",
        "kind": "temporary",
        "channel": "online",
        "from": "2026-11-21",
        "asked_from": "2020-02-01",
        "to": None,
        "filed_at": NOW,
        "made": {"actor": f"hospital@{HOSPITAL}", "role": "hospital", "subject": HOSPITAL, "at": NOW},
        "withdrawn": None,
        "reason": None,
        "redecided": 0,
        "answer": None,
        "backdated": False,
        "called_at": None,
        "confirmed": None,
        "report": None,
    }
    assert (desk.asked[-1].kind, desk.asked[-1].channel) == (FilingKind.TEMPORARY, FilingChannel.ONLINE)


def test_a_filing_of_the_wrong_shape_names_every_field(caller: Caller) -> None:
    got = caller.call("POST", "/v1/filings", {"id_no": ID_NO, "kind": 1, "to": "2020-1-1"})
    assert got.status == 400
    assert got.findings == {
        ("field-missing", "treatment_area"),
        ("field-type", "kind"),
        ("field-missing", "channel"),
        ("date-format", "to"),
    }


def test_an_institution_is_shown_to_itself_and_its_agency(caller: Caller) -> None:
    got = caller.call("GET", f"/v1/institutions/{HOSPITAL}")
    assert got.status == 200
    assert got.json == {
        "code": HOSPITAL,
        "name_zh": "昆明示例三级医院",
        "area": "530102",
        "pooling_area": "530100",
        "agency": "530100",
        "level": 3,
        "kind": "hospital",
        "treatment_designated": True,
        "agreement_until": "2020-12-31",
        "temporary_agreement_until": None,
    }
    assert caller.call("GET", f"/v1/institutions/{HOSPITAL}", role="agency", subject="530100").json == got.json


@pytest.mark.parametrize(("role", "subject"), [("hospital", OTHER_HOSPITAL), ("agency", "420100")])
def test_an_institution_is_not_found_by_others(caller: Caller, role: str, subject: str) -> None:
    assert caller.call("GET", f"/v1/institutions/{HOSPITAL}", role=role, subject=subject).status == 404
    assert caller.call("GET", "/v1/institutions/H00000000000").status == 404
