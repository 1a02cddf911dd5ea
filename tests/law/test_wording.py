"""Policies in words: nothing that an author may write is shown as an identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.authoring.slots.table import VALUE_MODELS
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.model import DIMENSIONS, SLOTS, Slot
from chalicelib.law.domain.services.businesses import BUSINESSES
from chalicelib.law.schemas.names import BUSINESS_NAMES, DIMENSION_NAMES, DUTY_NAMES, SLOT_NAMES
from chalicelib.law.schemas.policies import provision_document
from chalicelib.law.schemas.value_names import FIELD_NAMES, VALUE_NAMES
from chalicelib.law.schemas.wording import condition_in_words, value_in_words
from chalicelib.progress_reports import domain as progress_reports
from chalicelib.service_desk.domain import matters
from tests.kit.policy_sets import shipped_files

Schema = Mapping[str, Any]
OF_RECORDS = "version"
"""Key of a record that the shipped policies use; the further keys of a record are open."""
IDENTIFIER = re.compile(r"[a-z]+[-_][a-z]+")


def fields_of(document: Schema, definitions: Schema) -> Iterator[tuple[str, Schema]]:
    """Every field of a value's schema, with what may stand in it, tables inside tables too."""
    for part in parts_of(document, definitions):
        for name, found in part.get("properties", {}).items():
            yield name, found
            yield from fields_of(found, definitions)


def parts_of(document: Schema, definitions: Schema) -> Iterator[Schema]:
    if "$ref" in document:
        yield from parts_of(definitions[document["$ref"].rpartition("/")[2]], definitions)
        return
    yield document
    for each in [*document.get("anyOf", ()), *([document["items"]] if isinstance(document.get("items"), dict) else ())]:
        yield from parts_of(each, definitions)


def enumerated(document: Schema, definitions: Schema) -> Iterator[str]:
    for part in parts_of(document, definitions):
        yield from part.get("enum", ())
        if "const" in part:
            yield part["const"]


def editions() -> set[str]:
    """The editions of the treatment plan that the shipped policies name."""
    provisions = open_file(compile_files(shipped_files())).provisions
    return {each.value[OF_RECORDS] for each in provisions if OF_RECORDS in each.value}


def everything_written() -> list[tuple[str, Schema, Schema]]:
    schemas = [model.model_json_schema(mode="serialization") for model in VALUE_MODELS.values()]
    return [
        (name, found, each.get("$defs", {}))
        for each in schemas
        for name, found in fields_of(each, each.get("$defs", {}))
    ]


def test_every_slot_business_and_dimension_has_a_name() -> None:
    assert set(SLOT_NAMES) == set(SLOTS) == set(Slot)
    assert set(BUSINESS_NAMES) == set(BUSINESSES)
    assert set(DIMENSION_NAMES) == set(DIMENSIONS)


def test_every_duty_that_is_no_business_of_policies_has_a_name() -> None:
    assert set(DUTY_NAMES) - set(BUSINESSES) == {matters.BUSINESS, progress_reports.BUSINESS}


def test_every_field_that_an_author_may_write_has_a_name_and_no_name_is_left_over() -> None:
    assert {name for name, _, _ in everything_written()} | {OF_RECORDS} == set(FIELD_NAMES)


def test_every_enumerated_value_has_a_name_and_no_name_is_left_over() -> None:
    written = [
        (name, value) for name, found, definitions in everything_written() for value in enumerated(found, definitions)
    ]
    written += [(name, value) for name, values in DIMENSIONS.items() if name != "business" for value in values]
    written += [(OF_RECORDS, value) for value in editions()]
    used = {f"{name}.{value}" if f"{name}.{value}" in VALUE_NAMES else value for name, value in written}
    assert used == set(VALUE_NAMES)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ({}, "", ""),
        (
            {"share": "9/10", "filled_by": "basic"},
            "比例：90%；不足部分由：基本医保",
            "share: 90%; made up by: basic insurance",
        ),
        ({"share": "1/3"}, "比例：1/3", "share: 1/3"),
        ({"per_day": "1/2000"}, "每日：0.05%", "a day: 0.05%"),
        (
            {"by_level_fen": {"1": 20000, "2": 120000}},
            "按医疗机构级别（元）：（一级：200.00，二级：1,200.00）",
            "by level (yuan): (level 1: 200.00, level 2: 1,200.00)",
        ),
        ({"method": "ordinary"}, "方式：按服务协议约定的方式付费", "method: by the service agreement"),
        ({"what": "bed-filing"}, "记录：床位备案", "record: filing of beds"),
        ({"top_up": False, "months_max": 3}, "可补足：否；最多月数：3", "topped up: no; months at most: 3"),
    ],
)
def test_a_value_is_said_field_by_field(value: Mapping[str, Any], zh: str, en: str) -> None:
    said = value_in_words(value)
    assert (said.zh, said.en) == (zh, en)


def test_a_condition_names_its_dimensions_and_all_values_of_each() -> None:
    said = condition_in_words({"status": frozenset({"suspected", "confirmed"}), "level": ("1",)})
    assert said.zh == "病例状态：确诊、疑似；医疗机构级别：一级"
    assert said.en == "status: confirmed, suspected; level of the institution: level 1"


def test_no_provision_of_the_shipped_policies_shows_an_identifier() -> None:
    provisions = [provision_document(each)["in_words"] for each in open_file(compile_files(shipped_files())).provisions]
    said = [
        text for words in provisions for text in (words["decides"]["zh"], words["when"]["zh"], words["value"]["zh"])
    ]
    assert len(said) > 300
    assert [text for text in said if IDENTIFIER.search(text)] == []
