"""The registers that forms choose from, over HTTP."""

from __future__ import annotations

import pytest

from tests.kit.desk import Caller
from tests.kit.worked_cases import shipped_bundle

REGISTRY = shipped_bundle().registry


def codes(caller: Caller, path: str, role: str = "health", subject: str = "530000") -> list[str]:
    got = caller.call("GET", path, role=role, subject=subject)
    assert got.status == 200, got.text
    return [item["code"] for item in got.json["items"]]


def test_every_area_is_listed_by_code(caller: Caller) -> None:
    assert codes(caller, "/v1/areas?limit=200") == sorted(REGISTRY.areas)


def test_an_area_is_found_by_its_chinese_name_and_by_its_english_one(caller: Caller) -> None:
    assert codes(caller, "/v1/areas?q=%E6%98%86%E6%98%8E") == ["530100"]
    assert codes(caller, "/v1/areas?q=KUNMING") == ["530100"]


def test_every_word_of_a_search_must_stand_in_the_row(caller: Caller) -> None:
    assert codes(caller, "/v1/areas?q=5301%20kunming") == ["530100"]
    assert codes(caller, "/v1/areas?q=5001%20kunming") == []


def test_institutions_are_listed_a_page_at_a_time(caller: Caller) -> None:
    first = caller.call("GET", "/v1/institutions?limit=3").json
    rest = caller.call("GET", f"/v1/institutions?limit=200&cursor={first['next']}").json
    assert [each["code"] for each in first["items"] + rest["items"]] == sorted(REGISTRY.institutions)
    assert rest["next"] is None


def test_the_institutions_of_a_province_are_those_in_it_and_those_it_settles_with(caller: Caller) -> None:
    found = codes(caller, "/v1/institutions?area=530000&limit=200")
    assert found
    assert all("530000" in {*REGISTRY.chain(REGISTRY.institutions[code].area)} for code in found)


def test_a_list_of_institutions_says_nothing_of_their_agreements(caller: Caller) -> None:
    row = caller.call("GET", "/v1/institutions?limit=1").json["items"][0]
    assert not [name for name in row if "agreement" in name]


def test_an_item_of_the_catalogue_is_offered_on_the_days_on_which_it_may_be_billed(caller: Caller) -> None:
    ended = next(row for rows in REGISTRY.catalogue.values() for row in rows if row.valid_from is not None)
    assert ended.valid_from is not None
    day = ended.valid_from
    before = day.replace(year=day.year - 1)
    assert ended.code in codes(caller, f"/v1/catalogue?on={day}&limit=200")
    assert sum(row.valid_on(before) for row in REGISTRY.catalogue[ended.code]) == codes(
        caller, f"/v1/catalogue?on={before}&limit=200"
    ).count(ended.code)


def test_a_code_of_diagnosis_says_which_provisions_name_it(caller: Caller) -> None:
    got = caller.call("GET", "/v1/diagnoses?q=u07").json["items"]
    assert {each["code"][:3] for each in got} == {"U07"}
    assert all(each["citations"] for each in got)


@pytest.mark.parametrize("path", ["/v1/areas?q=%0A", "/v1/institutions?area=53", "/v1/catalogue?on=x", "/v1/areas?x=1"])
def test_a_parameter_that_cannot_be_read_is_malformed(caller: Caller, path: str) -> None:
    assert caller.call("GET", path).status == 400
