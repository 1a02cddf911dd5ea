"""Runs the project's own handlers where moto 5.2.5 would start a Docker container.

Every way into a function ends in `LambdaFunction._invoke_lambda`: task states, direct invocations, events and stream
mappings. Replacing that method gives all of them the real handler object, in this process.
"""

from __future__ import annotations

import json
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from moto.awslambda.models import LambdaFunction

from infra.local.replacing import replaced

Handler = Callable[[Any, Any], Any]

running_function: ContextVar[str | None] = ContextVar("running_function", default=None)
"""Name of the function whose handler runs in this context, so that a test can hold its calls against its role."""


class LambdaContext:
    """The second argument that AWS hands a Python handler."""

    def __init__(self, function: LambdaFunction) -> None:
        self.function_name = function.function_name
        self.function_version = "$LATEST"
        self.invoked_function_arn = function.function_arn
        self.memory_limit_in_mb = str(function.memory_size)
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function.function_name}"
        self.log_stream_name = "local"
        self._deadline = time.monotonic() + float(function.timeout)

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


@contextmanager
def lambda_bridge(handlers: Mapping[str, Handler]) -> Iterator[None]:
    """Bind function names to handlers. A function without a handler answers with an error that names it."""

    def invoke(function: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
        """Return the answer that moto expects: payload, the error flag, log tail."""
        named = running_function.set(function.function_name)
        try:
            # A copy through JSON: a handler must not be able to change its caller's objects.
            payload = json.loads(event if isinstance(event, str) else json.dumps(event or {}))
            return json.dumps(handlers[function.function_name](payload, LambdaContext(function))), False, ""
        except Exception as error:  # noqa: BLE001 the runtime turns whatever a handler raises into an answer
            return _failure(error), True, ""
        finally:
            running_function.reset(named)

    with replaced(LambdaFunction, _invoke_lambda=invoke):
        yield


def _failure(error: Exception) -> str:
    """Return the Python runtime's answer for an unhandled exception; Retry and Catch match its `errorType`."""
    return json.dumps(
        {
            "errorMessage": str(error),
            "errorType": type(error).__name__,
            "requestId": str(uuid.uuid4()),
            "stackTrace": traceback.format_tb(error.__traceback__),
        }
    )
