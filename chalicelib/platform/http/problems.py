"""The mapping of errors to HTTP: `application/problem+json` (RFC 9457) with every error found.

A problem never repeats sent content. An unforeseen error is logged by its kind and place, without its message, which
could hold a value of the request, and answered with 500 and the request's id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from chalice.app import Request, Response

from chalicelib.kernel import errors
from chalicelib.kernel.errors import Finding, QuebaoError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.platform.http.findings import Cite, finding_document, json_text

MEDIA_TYPE = "application/problem+json"
ERRORS_MAX = 1000
"""The maximum number of listed errors; the rest is counted, since the answer of a function ends at 6 MB."""

PROBLEMS_PATH = "/docs/problems"

CHALLENGE = 'Bearer realm="quebao"'

_LOG = logging.getLogger("quebao.api")


@dataclass(frozen=True, slots=True)
class Said:
    """A problem's code and sentence, and the stage above the page of problems."""

    code: str
    message: Text
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of an error and the delay in seconds after which the same request may be sent again, if at all."""

    status: int
    retry_after_s: int | None = None


STATUSES: Mapping[type[QuebaoError], Answer] = {
    errors.Malformed: Answer(400),
    errors.Unauthenticated: Answer(401),
    errors.ExpiredToken: Answer(401),
    errors.Forbidden: Answer(403),
    errors.OwnAct: Answer(403),
    errors.NotFound: Answer(404),
    errors.InstitutionNotYours: Answer(404),
    errors.Conflict: Answer(409),
    errors.TooLarge: Answer(413),
    errors.UnknownCharset: Answer(415),
    errors.Compressed: Answer(415),
    errors.Invalid: Answer(422),
    errors.TooManyRequests: Answer(429, retry_after_s=60),
    errors.Deferred: Answer(503, retry_after_s=60),
    errors.Unavailable: Answer(503, retry_after_s=5),
    errors.VersionConflict: Answer(503, retry_after_s=1),
    QuebaoError: Answer(500),
}
"""The answers by class of error; a subclass without a row of its own takes its parent's."""

GATEWAY_PROBLEMS: Mapping[int, tuple[str, Text]] = {
    400: (errors.Malformed.code, errors.Malformed.message),
    401: (errors.Unauthenticated.code, errors.Unauthenticated.message),
    403: (errors.Forbidden.code, errors.Forbidden.message),
    404: (errors.NotFound.code, errors.NotFound.message),
    405: (
        "method-not-allowed",
        Text(
            "该路径不支持此方法，请改用 Allow 头所列的方法。",
            "This path does not have that method. Use one that the header `Allow` names.",
        ),
    ),
    413: (errors.TooLarge.code, errors.TooLarge.message),
    415: ("media-type", Text("请求体须为 application/json。", "Send the body as application/json.")),
    429: (errors.TooManyRequests.code, errors.TooManyRequests.message),
    503: (errors.Unavailable.code, errors.Unavailable.message),
}
"""The answers of Chalice and the gateway themselves, in the words of a problem; infra/head.yaml repeats them."""

_GATEWAY_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": CHALLENGE},
    429: {"Retry-After": "1"},
    503: {"Retry-After": str(STATUSES[errors.Unavailable].retry_after_s)},
}

_INTERNAL = QuebaoError()


def problem_type(code: str, prefix: str = "") -> str:
    """Return the address that explains a kind of problem, below the stage `prefix`, if any."""
    return f"{prefix}{PROBLEMS_PATH}#{code}"


def problem_of(error: QuebaoError, request: Request, cite: Cite) -> Response:
    """Return the answer to an error of the product."""
    request_id = request_id_of(request)
    answer = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    wait_s = getattr(error, "retry_after_s", answer.retry_after_s)
    headers = {"Retry-After": str(wait_s)} if wait_s is not None else {}
    if answer.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = getattr(error, "challenge", CHALLENGE)
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return unexpected(error, request)
    said = Said(error.code, error.message, prefix_of(request))
    return _problem(answer.status, said, error.findings, request_id, headers, cite)


def status_of(error: QuebaoError) -> int:
    """Return the status of an error."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES).status


def status_of_code(code: str) -> int:
    """Return the status of an error stored by its code."""
    return next(answer.status for kind, answer in STATUSES.items() if kind.code == code)


def unexpected(error: Exception, request: Request) -> Response:
    """Return the answer to an unforeseen error, logged by class and place; `main/telemetry.py` drops its text."""
    request_id = request_id_of(request)
    _LOG.error("unexpected error", exc_info=error, extra={"request_id": request_id})
    return _problem(500, Said(_INTERNAL.code, _INTERNAL.message, prefix_of(request)), (), request_id, {})


def gateway_problem(
    status: int, request_id: str, headers: Mapping[str, str] | None = None, prefix: str = ""
) -> Response:
    """Return the answer to a request that reached no view: an unknown path, an unsupported method or media type."""
    code, message = GATEWAY_PROBLEMS.get(status, (_INTERNAL.code, _INTERNAL.message))
    all_headers = {**_GATEWAY_HEADERS.get(status, {}), **(headers or {})}
    return _problem(status, Said(code, message, prefix), (), request_id, all_headers)


def problems_for_chalice(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Turn Chalice's own error answers into problems (middleware). Every other answer passes unchanged."""
    response = get_response(request)
    body = response.body
    if response.status_code < 400 or not isinstance(body, dict) or "Code" not in body:
        return response
    allow = {name: str(value) for name, value in response.headers.items() if name == "Allow"}
    return gateway_problem(response.status_code, request_id_of(request), allow, prefix_of(request))


def prefix_of(request: Request) -> str:
    """Return the stage before every path, where the gateway's address has a stage."""
    stage, path = request.context.get("stage"), str(request.context.get("path") or "")
    return f"/{stage}" if stage and path.startswith(f"/{stage}/") else ""


def request_id_of(request: Request) -> str:
    """Return the gateway's id of the request, or the function's; both are random and tell nothing of the caller."""
    known = request.context.get("requestId") or getattr(request.lambda_context, "aws_request_id", None)
    return str(known or "unknown")


def _problem(
    status: int,
    said: Said,
    findings: Sequence[Finding],
    request_id: str,
    headers: dict[str, str],
    cite: Cite = CitedProvision.named,
) -> Response:
    code, message = said.code, said.message
    body: dict[str, Any] = {
        "type": problem_type(code, said.prefix),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "instance": f"urn:quebao:request:{request_id}",
        "code": code,
        "errors": [finding_document(found, cite) for found in listed(findings or [Finding(code, "", message)])],
    }
    if status != HTTPStatus.INTERNAL_SERVER_ERROR:
        body["detail"] = f"{message.zh} {message.en}"
    all_headers: dict[str, str | list[str]] = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **headers}
    return Response(json_text(body), headers=all_headers, status_code=status)


def listed(findings: Sequence[Finding], most: int = ERRORS_MAX) -> list[Finding]:
    """Return the findings, or as many as may be listed and the number of the rest."""
    if len(findings) <= most:
        return list(findings)
    left = len(findings) - most
    more = Text(
        f"另有 {left} 处错误未列出，请更正以上各处后重新发送。",
        f"{left} more errors are not listed; correct these and send it again.",
    )
    return [*findings[:most], Finding("more-errors", "", more)]
