"""Every error is a problem document, and none tells more than it should."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.kernel import errors
from chalicelib.kernel.errors import QuebaoError
from chalicelib.kernel.system import System
from chalicelib.kernel.text import Text
from chalicelib.main.health import ReadHealth
from chalicelib.main.telemetry import AllowListFormatter
from chalicelib.platform.http.problems import STATUSES
from tests.kit.builders import CLAIM_ID
from tests.kit.desk import ID_NO, Caller, Desk, claim_body


@pytest.fixture(name="log")
def fixture_log() -> Iterator[io.StringIO]:
    """Yield the deployed formatter's output for the product's log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AllowListFormatter())
    logger = logging.getLogger("quebao")
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (errors.Malformed(), 400, None),
        (errors.Unauthenticated(), 401, None),
        (errors.ExpiredToken(), 401, None),
        (errors.Forbidden(), 403, None),
        (errors.NotFound(), 404, None),
        (errors.InstitutionNotYours(), 404, None),
        (errors.Conflict(), 409, None),
        (errors.TooLarge(), 413, None),
        (errors.UnknownCharset(), 415, None),
        (errors.Compressed(), 415, None),
        (errors.Invalid(), 422, None),
        (errors.Unavailable(), 503, "5"),
        (errors.VersionConflict(), 503, "1"),
        (errors.Deferred("enrolment-missing", "person"), 503, "60"),
        (errors.PolicyConflict(), 500, None),
        (errors.IntegrityError(), 500, None),
    ],
    ids=lambda value: getattr(value, "code", None),
)
def test_each_error_has_its_status(
    caller: Caller, desk: Desk, error: QuebaoError, status: int, retry_after: str | None
) -> None:
    desk.failure = error
    got = caller.call("POST", "/v1/claims", claim_body())
    assert (got.status, got.json["status"]) == (status, status)
    assert got.headers["Content-Type"] == "application/problem+json"
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers.get("Retry-After") == retry_after
    assert got.json["errors"]
    assert set(got.json["errors"][0]["message"]) == {"zh", "en"}
    assert got.json["instance"].startswith("urn:quebao:request:")


def test_every_error_of_the_product_is_mapped() -> None:
    known = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, QuebaoError)]
    server_faults = {errors.PolicyConflict, errors.IntegrityError}
    assert set(known) - server_faults == set(STATUSES)


def test_a_message_of_its_own_is_told_in_both_languages(caller: Caller, desk: Desk) -> None:
    desk.failure = errors.Conflict(message=Text("已有有效参保。", "An enrolment is in force."))
    got = caller.call("POST", "/v1/claims", claim_body()).json
    assert got["detail"] == "已有有效参保。 An enrolment is in force."
    assert got["title"] == "Conflict"


def test_an_error_nobody_foresaw_tells_the_caller_nothing(caller: Caller, desk: Desk, log: io.StringIO) -> None:
    desk.failure = RuntimeError(f"boom {ID_NO}")
    got = caller.call("POST", "/v1/claims", claim_body())
    assert got.status == 500
    assert "detail" not in got.json
    assert "boom" not in got.text
    logged = [json.loads(line) for line in log.getvalue().splitlines()]
    request_id = got.json["instance"].rsplit(":", 1)[-1]
    assert [line["event"] for line in logged] == ["unexpected error", "request answered"]
    assert {line["request_id"] for line in logged} == {request_id}
    assert logged[0]["error"]["class"] == "RuntimeError"
    assert ID_NO not in log.getvalue()


def test_a_request_is_logged_by_its_route_and_not_by_its_path(caller: Caller, log: io.StringIO) -> None:
    got = caller.call("GET", f"/v1/claims/{ID_NO}")
    assert got.status == 404
    line = json.loads(log.getvalue())
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/claims/{claim_id}", "404")
    assert got.headers["X-Request-Id"] == line["request_id"]
    assert ID_NO not in log.getvalue()
    assert ID_NO not in got.text


def test_a_method_that_a_path_does_not_have_is_a_problem(caller: Caller) -> None:
    got = caller.call("DELETE", f"/v1/claims/{CLAIM_ID}")
    assert (got.status, got.json["code"], got.headers["Allow"]) == (405, "method-not-allowed", "GET, HEAD")
    assert got.headers["Content-Type"] == "application/problem+json"


def test_a_body_of_another_kind_is_a_problem(caller: Caller) -> None:
    got = caller.call("POST", "/v1/claims", b"<claim/>", headers={"Content-Type": "application/xml"})
    assert (got.status, got.json["code"]) == (415, "media-type")
    assert got.headers["Content-Type"] == "application/problem+json"


def test_a_charset_beside_the_media_type_is_no_obstacle(caller: Caller) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert caller.call("POST", "/v1/claims/preview", claim_body(), headers=headers).status == 200


def test_a_system_that_cannot_decide_yet_is_not_healthy() -> None:
    def unavailable() -> dict[str, Any]:
        raise errors.Unavailable

    class Starting(Desk):
        @property
        def system(self) -> System:
            return self.over({ReadHealth: unavailable})

    got = Caller(Starting()).call("GET", "/v1/health", headers={"Authorization": ""})
    assert (got.status, got.json["code"], got.headers["Retry-After"]) == (503, "unavailable", "5")
