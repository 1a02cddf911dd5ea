"""Descriptions in the OpenAPI document: the meaning of each field and each value, in Chinese and in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

from chalicelib.platform.http.docs import descriptions
from chalicelib.platform.http.docs.descriptions import values_of
from chalicelib.platform.http.docs.problems_page import known_problems, render_problems
from tests.kit.documented import document
from tests.kit.over_all import over_all

DOCUMENT = document()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
_HAN = re.compile(r"[\u4e00-\u9fff]")


def fields() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, schema in SCHEMAS.items():
        for field, part in schema.get("properties", {}).items():
            yield name, field, part


def enumerations(part: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        if "enum" in part or "const" in part:
            yield place, part
        for key, below in part.items():
            if key not in ("x-text", "x-values", "example", "examples"):
                inner = key if place.endswith(".properties") else f"{place}.{key}"
                yield from enumerations(below, inner)
    elif isinstance(part, list):
        for below in part:
            yield from enumerations(below, place)


@over_all("schema", sorted(SCHEMAS))
def test_every_field_says_what_it_means_in_both_languages(schema: str) -> None:
    silent = []
    for field, part in SCHEMAS[schema].get("properties", {}).items():
        words = part.get("x-text", {}).get("description", {})
        if not _HAN.search(words.get("zh", "")) or part.get("description") != words.get("en"):
            silent.append(field)
    assert silent == [], "say it in chalicelib/platform/http/docs/descriptions.json"


def test_every_value_of_every_enumeration_says_what_it_means_in_both_languages() -> None:
    silent = [
        (place, value)
        for place, found in enumerations({"schemas": SCHEMAS, "paths": DOCUMENT["paths"]}, "")
        for value in values_of(found)
        if not {"zh", "en"} <= found.get("x-values", {}).get(value, {}).keys()
    ]
    assert silent == [], "say it in chalicelib/platform/http/docs/descriptions.json"


def test_no_description_is_kept_of_what_the_document_does_not_have() -> None:
    known = descriptions._descriptions()
    names = {field for _, field, _ in fields()}
    assert known["fields"].keys() - names == set()
    there = {(schema, field) for schema, field, _ in fields()}
    assert {(schema, field) for schema, said in known["in"].items() for field in said} - there == set()
    values = {v for _, found in enumerations({"s": SCHEMAS, "p": DOCUMENT["paths"]}, "") for v in values_of(found)}
    assert known["values"].keys() - values == set()


def test_the_file_of_descriptions_is_in_order_so_that_two_people_can_add_to_it() -> None:
    for section in descriptions._descriptions().values():
        assert list(section) == sorted(section)


def test_no_field_that_may_be_left_out_has_a_default_which_generators_would_take_for_required() -> None:
    assert [(name, field) for name, field, part in fields() if "default" in part] == []


def test_the_document_names_the_address_it_was_read_at() -> None:
    (server,) = DOCUMENT["servers"]
    assert server["url"] == "{baseUrl}"
    assert server["variables"]["baseUrl"]["default"]


def test_every_file_that_a_call_can_answer_is_declared() -> None:
    for path, calls in DOCUMENT["paths"].items():
        for call in calls.values():
            forms = {
                form
                for parameter in call.get("parameters", [])
                if parameter["name"] == "format"
                for form in parameter["schema"]["enum"]
            }
            media = " ".join(call["responses"].get("200", {}).get("content", {}))
            assert ("csv" in forms) <= ("text/csv" in media), path
            assert ("xlsx" in forms) <= ("spreadsheetml" in media), path


def test_the_type_of_every_problem_leads_to_its_place_on_the_page() -> None:
    page = render_problems()
    for response in DOCUMENT["components"]["responses"].values():
        example = response["content"]["application/problem+json"]["example"]
        assert example["type"] == f"/docs/problems#{example['code']}"
        assert f'id="{example["code"]}"' in page


def test_the_page_of_problems_says_of_each_kind_what_its_answer_says() -> None:
    page = render_problems()
    for _, code, message in known_problems():
        assert escape(message.zh) in page, code
        assert escape(message.en) in page, code


def test_the_document_is_plain_json() -> None:
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
