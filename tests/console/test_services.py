"""The table of services names what the routes have, and a sheet says all that a page needs of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

import app
from chalicelib.console.domain.model import Service
from chalicelib.console.domain.table import SERVICES
from chalicelib.console.schemas.sheets import index_of, operation_for, sheet_of
from chalicelib.kernel.access import Role
from tests.kit.desk import Caller

ROUTES = app.app.routes
LISTED = [each for each in SERVICES if each.listed]
every_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.code)
every_list = pytest.mark.parametrize("service", LISTED, ids=lambda service: service.code)


def kinds_of(service: Service) -> dict[str, str]:
    return {field["n"]: field["k"] for field in sheet_of(service, ROUTES)["fields"]}


def fields_below(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for field in fields for each in (field, *fields_below(field.get("f", [])))]


@every_list
def test_a_column_an_id_and_a_condition_are_fields_of_the_answer(service: Service) -> None:
    kinds = kinds_of(service)
    sheet = sheet_of(service, ROUTES)
    assert set(service.columns) <= set(kinds)
    assert service.key in kinds or service.needed
    assert set(service.needed) <= {each["n"] for each in sheet["filters"]}
    values = {field["n"]: field.get("o") for field in sheet["fields"]}
    for act in service.acts:
        assert {kinds[name] for name in act.another} <= {"act"}
        assert act.lacking == "" or kinds[act.lacking] == "list"
        assert act.where == "" or kinds[act.where] in ("area", "institution", "text")
        for name, wanted in act.when.items():
            assert set(wanted) <= set(values[name] or ())


@every_service
def test_every_title_and_every_word_is_there_in_both_languages(service: Service) -> None:
    sheet = sheet_of(service, ROUTES)
    shown = [*sheet["fields"], *sheet["filters"], *(field for act in sheet["acts"] for field in act["f"])]
    for field in fields_below([field for field in shown if "t" in field]):
        if "t" in field:
            zh, en = field["t"]
            assert en
            assert not zh.isascii()
    for name in service.columns:
        zh, en = next(field["t"] for field in sheet["fields"] if field["n"] == name)
        assert len(zh) <= 14
        assert len(en) <= 40


@every_service
def test_who_sees_a_service_is_who_may_read_its_list(service: Service) -> None:
    (entry,) = [each for each in index_of(SERVICES, ROUTES) if each["c"] == service.code]
    read = [operation_for(ROUTES, f"GET {service.listed}")] if service.listed else []
    acts = [operation_for(ROUTES, act.call) for act in service.acts]
    granted = {role for each in read or acts for action in each.actions for role in action.grants}
    assert entry["a"] == sorted({action.value for each in read or acts for action in each.actions})
    assert granted or entry["a"] == []
    assert granted <= set(Role)


def test_a_form_asks_for_what_the_body_takes_and_marks_what_it_needs() -> None:
    sheet = sheet_of(next(each for each in SERVICES if each.code == "reimbursements"), ROUTES)
    (accept,) = [act for act in sheet["acts"] if act["id"] == "acceptReimbursement"]
    claim = next(field for field in accept["f"] if field["n"] == "claim")
    assert (claim["k"], claim["r"]) == ("group", 1)
    visit = next(field for field in claim["f"] if field["n"] == "visit")
    kind = next(field for field in visit["f"] if field["n"] == "kind")
    assert kind["o"] == ["inpatient", "outpatient", "emergency"]
    lines = next(field for field in claim["f"] if field["n"] == "lines")
    assert lines["k"] == "rows"
    assert {"code", "amount"} <= {field["n"] for field in lines["f"]}


@every_service
def test_a_form_says_what_an_act_does_without_codes_of_the_api(service: Service) -> None:
    known = {"CSV", "UTF-8", "GB18030", "Excel"}
    for act in sheet_of(service, ROUTES)["acts"]:
        zh, en = act["d"]
        columns = {field["n"] for field in act["f"]} & {"csv"}
        codes = set(re.findall(r"[A-Za-z][A-Za-z0-9_-]+", zh)) - known
        assert columns or (codes == set() and not re.search(r"`|\b4\d\d\b", en)), act["id"]
        titles = "".join(field["t"][0] for field in fields_below(act["f"]) if "t" in field)
        assert not re.search(r"[a-z]{2,}|UTC", titles.replace("Excel", ""))


def test_an_act_tells_the_parts_of_its_answer_that_no_list_shows() -> None:
    sheets = {each.code: sheet_of(each, ROUTES)["acts"] for each in SERVICES}
    told = {act["id"]: [field["n"] for field in act["told"]] for acts in sheets.values() for act in acts}
    assert told["correctStatus"] == ["redecided", "unchanged", "recorded", "left"]
    assert told["openPersonRecord"] == ["id_type", "issued_by", "id_no", "name", "opened_at"]
    assert told["recordFiling"] == ["redecided"]
    assert told["decideAgreement"] == told["uploadEnrolments"] == []


def test_the_sheets_are_served_as_modules_and_an_unknown_one_is_not_found(caller: Caller) -> None:
    nobody = {"Authorization": ""}
    index = caller.call("GET", "/console/services.js", headers=nobody)
    assert index.status == 200
    assert all(f'"c":"{each.code}"' in index.text for each in SERVICES)
    beds = caller.call("GET", "/console/services/beds.js", headers=nobody)
    assert beds.text.startswith("export default {")
    assert caller.call("GET", "/console/services/none.js", headers=nobody).status == 404
