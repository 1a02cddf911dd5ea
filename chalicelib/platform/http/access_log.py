"""Access log, a line per request: route pattern, status, duration. Never a path, a parameter, a header or a body."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter

from chalice.app import Request, Response

from chalicelib.platform.http.problems import request_id_of

_LOG = logging.getLogger("quebao.api")


def log_requests(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Log the answer and pass it on (middleware), with the request's id added so that both sides can name the call."""
    started = perf_counter()
    response = get_response(request)
    request_id = request_id_of(request)
    response.headers.setdefault("X-Request-Id", request_id)
    _LOG.info(
        "request answered",
        extra={
            "request_id": request_id,
            "method": request.method,
            "route": request.path,
            "status": response.status_code,
            "duration_ms": round(1000 * (perf_counter() - started)),
        },
    )
    return response
