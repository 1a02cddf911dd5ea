"""Changes of the API that break a caller, told from changes that do not."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.kit.openapi_diff import changes

BEFORE: dict[str, Any] = {
    "paths": {
        "/v1/things": {
            "post": {
                "parameters": [{"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ask"}}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Told"}}}},
                    "409": {"description": "taken"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Ask": {
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"type": "string", "enum": ["a", "b"]},
                    "note": {"type": "string", "maxLength": 9},
                },
            },
            "Told": {
                "type": "object",
                "required": ["status"],
                "properties": {
                    "status": {"type": "string", "enum": ["open", "done"]},
                    "parts": {"$ref": "#/components/schemas/Parts"},
                },
            },
            "Parts": {"type": "array", "items": {"$ref": "#/components/schemas/Told"}},
        }
    },
}

OPERATION = ("paths", "/v1/things", "post")
ASK = ("components", "schemas", "Ask")
TOLD = ("components", "schemas", "Told")


def after(*path: str, value: Any) -> dict[str, Any]:
    """Return the description with one place changed; None takes the place away."""
    document = deepcopy(BEFORE)
    place = document
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def test_the_same_description_has_no_changes() -> None:
    assert changes(BEFORE, deepcopy(BEFORE)) == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (after("paths", value={}), "operation removed"),
        (after(*OPERATION, "parameters", value=[]), "query parameter limit removed"),
        (
            after(
                *OPERATION,
                "parameters",
                value=[{"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 50}}],
            ),
            "maximum 100 became 50",
        ),
        (after(*ASK, "required", value=["kind", "note"]), "field note is now required"),
        (after(*ASK, "properties", "kind", value={"type": "string", "enum": ["a"]}), "value b removed"),
        (after(*ASK, "properties", "note", value={"type": "string", "maxLength": 5}), "maxLength 9 became 5"),
        (after(*TOLD, "properties", "parts", value=None), "field parts removed"),
        (after(*TOLD, "required", value=[]), "field status may now be missing"),
        (after(*TOLD, "properties", "status", value={"type": "integer"}), "type string became integer"),
        (
            after(*TOLD, "properties", "status", value={"type": "string", "enum": ["open", "done", "lost"]}),
            "value lost added",
        ),
        (after(*OPERATION, "responses", "200", value=None), "answer 200 removed"),
    ],
)
def test_a_change_that_refuses_a_right_request_or_takes_from_an_answer_breaks(
    document: dict[str, Any], said: str
) -> None:
    breaking = [change.what for change in changes(BEFORE, document) if change.breaking]
    assert said in breaking


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (after("paths", "/v1/others", value={"get": {"responses": {}}}), "operation added"),
        (after(*ASK, "properties", "more", value={"type": "string"}), "field more added"),
        (after(*ASK, "properties", "kind", value={"type": "string", "enum": ["a", "b", "c"]}), "value c added"),
        (after(*TOLD, "properties", "more", value={"type": "string"}), "field more added"),
        (after(*OPERATION, "responses", "409", value=None), "answer 409 removed"),
        (after(*ASK, "required", value=[]), ""),
    ],
)
def test_a_change_that_takes_nothing_from_a_caller_does_not_break(document: dict[str, Any], said: str) -> None:
    found = changes(BEFORE, document)
    assert not [change for change in found if change.breaking]
    assert not said or said in [change.what for change in found]
