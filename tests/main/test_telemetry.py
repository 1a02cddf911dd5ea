"""Allowed content of a log line: listed fields in their forms, and nothing that identifies a person."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.money import parse_yuan
from chalicelib.main.telemetry import FIELDS, configure
from tests.kit.over_all import over_all

ID_NO, NAME = "530102190001010019", "示例甲"
CLAIM = "clm_" + "a" * 26


class Lines:
    """The log lines so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def last(self) -> dict[str, Any]:
        return json.loads(self.text.splitlines()[-1])


@pytest.fixture(name="lines")
def fixture_lines() -> Iterator[Lines]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    lines = Lines()
    configure(stream=lines.stream)
    yield lines
    root.handlers, root.level = handlers, level


def log() -> logging.Logger:
    return logging.getLogger("quebao.test")


def test_a_line_is_one_json_object_with_its_event_and_its_fields(lines: Lines) -> None:
    log().info("claim settled", extra={"claim_id": CLAIM, "duration_ms": 12, "status": "settled"})
    line = lines.last()
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "quebao.test",
        "event": "claim settled",
        "claim_id": CLAIM,
        "duration_ms": "12",
        "status": "settled",
    }


@over_all("field", [*FIELDS, "id_no", "patient", "message_text", "body"])
@pytest.mark.parametrize("planted", [ID_NO, ID_NO + " ", NAME, {"id_no": ID_NO}, [ID_NO], f"/v1/persons/{ID_NO}"])
def test_an_identity_planted_in_any_field_never_appears(lines: Lines, field: str, planted: object) -> None:
    log().warning("claim settled", extra={field: planted})
    assert ID_NO not in lines.text
    assert NAME not in lines.text
    assert "\\u" not in lines.text
    assert lines.last().get(field, "(dropped)") == "(dropped)"


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        (f"claim of {ID_NO}", ()),
        ("claim of %s", (ID_NO,)),
        (f"patient {NAME}", ()),
        (f"{ID_NO}", ()),
        ("claim %(id_no)s", ({"id_no": ID_NO},)),
    ],
)
def test_an_identity_planted_in_a_message_never_appears(
    lines: Lines, message: str, arguments: tuple[object, ...]
) -> None:
    log().error(message, *arguments)
    assert ID_NO not in lines.text
    assert "\\u" not in lines.text


def test_an_error_is_told_by_its_class_code_and_place_and_never_by_its_text(lines: Lines) -> None:
    try:
        parse_yuan(ID_NO)
    except ValueError as error:
        error.add_note(ID_NO)
        log().exception("request failed")
    told = lines.last()["error"]
    assert told["class"] == "ValueError"
    assert told["raised_at"].startswith("chalicelib/kernel/money.py:")
    assert ID_NO not in lines.text


def test_an_error_of_the_product_is_told_with_its_code(lines: Lines) -> None:
    log().error("request failed", exc_info=Conflict())
    assert lines.last()["error"] == {"class": "Conflict", "code": "conflict"}


def test_libraries_speak_through_the_same_list(lines: Lines) -> None:
    logging.getLogger("botocore.parsers").warning("Response body: %s", ID_NO)
    logging.getLogger("botocore.parsers").info("quiet")
    (line,) = lines.text.splitlines()
    assert json.loads(line)["event"] == "(dropped)"
    assert ID_NO not in line


def test_a_stack_asked_for_is_not_printed(lines: Lines) -> None:
    log().info("claim settled", stack_info=True, extra={"claim_id": CLAIM})
    assert "File" not in lines.text


def test_an_object_that_cannot_be_printed_does_not_break_the_log(lines: Lines) -> None:
    class Unprintable:
        def __str__(self) -> str:
            raise RuntimeError

    log().info("claim settled", extra={"claim_id": Unprintable()})
    assert lines.last()["claim_id"] == "(dropped)"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("institution", "H53010200001"),
        ("route", "/v1/claims/{claim_id}"),
        ("status", 202),
        ("status", "deferred"),
        ("execution", f"{CLAIM}-2"),
        ("code", "not-found"),
        ("request_id", "4f9dd5b2-3f5a-4a6e-9a8e-0123456789ab"),
        ("person", "prs_" + "0" * 32),
        ("bundle", "0" * 64),
        ("method", "POST"),
    ],
)
def test_the_forms_let_through_what_operators_need(lines: Lines, field: str, value: object) -> None:
    log().info("request answered", extra={field: value})
    assert lines.last()[field] == str(value)
