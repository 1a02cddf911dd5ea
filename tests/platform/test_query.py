"""Parameters of a query: each declaration reads what its schema allows and refuses the rest."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from chalicelib.kernel.errors import Malformed
from chalicelib.kernel.text import Text
from chalicelib.main.capabilities import described
from chalicelib.platform.http.docs.openapi import operations_of
from chalicelib.platform.http.query import (
    Parameter,
    Query,
    choice,
    day,
    ends_after,
    form,
    matching,
    required,
    switch,
    whole_number,
)

NAME = Text("名称", "Name")


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


COLOUR = choice("colour", NAME, Colour)
FORMAT = form(NAME, "json", "csv")
CODE = matching("code", NAME, "[a-z]{2}")
YEAR = whole_number("year", NAME, 2000, 2100)
LATE = switch("late", NAME)
FROM, TO = day("from", NAME), day("to", NAME)
ALL: tuple[Parameter[Any], ...] = (COLOUR, FORMAT, CODE, YEAR, LATE, FROM, TO)


def findings(texts: dict[str, str], *parameters: Parameter[Any]) -> list[tuple[str, str]]:
    with pytest.raises(Malformed) as refused:
        Query(texts, parameters or ALL).check()
    return [(each.code, each.field) for each in refused.value.findings]


def test_every_parameter_is_read_as_it_is_declared() -> None:
    texts = {"colour": "green", "format": "csv", "code": "ab", "year": "2020", "late": "true", "from": "2020-02-03"}
    query = Query(texts, ALL)
    query.check()
    read = [query.of(each) for each in ALL]
    assert read == [Colour.GREEN, "csv", "ab", 2020, True, date(2020, 2, 3), None]


@pytest.mark.parametrize("texts", [{}, {each.name: "" for each in ALL}])
def test_an_absent_and_an_empty_parameter_have_the_declared_value(texts: dict[str, str]) -> None:
    query = Query(texts, ALL)
    query.check()
    assert [query.of(each) for each in ALL] == [None, "json", None, None, False, None, None]


def test_all_that_cannot_be_read_is_reported_at_once() -> None:
    wrong = {"colour": "blue", "format": "pdf", "code": "abc", "year": "1999", "late": "yes", "from": "3.2.2020"}
    assert findings({**wrong, "shade": "dark"}) == [
        ("parameter-unknown", "shade"),
        *(("parameter-invalid", name) for name in wrong),
    ]


def test_a_required_parameter_that_is_missing_is_reported_as_missing() -> None:
    assert findings({}, required(CODE)) == [("field-missing", "code")]
    assert findings({"code": "7"}, required(CODE)) == [("parameter-invalid", "code")]


def test_a_last_day_before_the_first_is_refused() -> None:
    query = Query({"from": "2020-02-03", "to": "2020-02-02"}, ALL)
    ends_after(FROM, TO)(query)
    with pytest.raises(Malformed):
        query.check()
    for texts in ({"from": "2020-02-03", "to": "2020-02-03"}, {"from": "2020-02-03"}, {"to": "2020-02-02"}):
        query = Query(texts, ALL)
        ends_after(FROM, TO)(query)
        query.check()


TRIED = ("", "~", "true", "false", "json", "csv", "0", "1", "200", "201", "2020-02-30", "2020-02-03", "530100", "open")


def test_no_reader_of_the_api_takes_a_text_that_its_schema_refuses() -> None:
    known = [each for _, _, operation in operations_of(described().routes) for each in operation.parameters]
    tried = 0
    for parameter in {id(each): each for each in known if each.place == "query"}.values():
        schema = Draft202012Validator(dict(parameter.schema), validate_formats=True)
        for text in (*TRIED, *parameter.schema.get("enum", ()), *parameter.schema.get("examples", ())):
            is_number = parameter.schema["type"] == "integer"
            value: Any = int(text) if is_number and text.isdigit() else text
            query = Query({parameter.name: text}, (parameter,))
            try:
                query.check()
            except Malformed:
                is_read = False
            else:
                is_read = bool(text)
            assert is_read == (schema.is_valid(value) and bool(text)), (parameter.name, text)
            tried += 1
    assert tried > 500
