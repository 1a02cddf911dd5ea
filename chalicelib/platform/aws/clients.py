"""How this product talks to AWS: one configuration of clients, one retry policy, one reading of failures.

A service that does not answer, answers too late or asks to slow down is `Unavailable`; anything else it refuses is a
fault of ours and stays what it is, so that it is seen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 3
"""Tries within one call. What still fails is retried by the caller or the state machine, which can wait longer."""

WAITING = "stepfunctions:waiting"
"""The client of executions that are waited for: it asks once, and waits for as long as a caller may prefer to wait."""
WAITED_S_MAX = 20

SIGNING = "s3:signing"
"""The client that signs addresses of files, in the one way that every region and encrypted buckets take."""

_SLOW_DOWN = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",  # a write of one item met a transaction that holds it
        "TransactionInProgressException",
    }
)


def client_config(attempts: int = ATTEMPTS, answer_s: int = 10) -> ClientConfig:
    """The configuration every client is built with: short time limits, for a task would rather be tried again."""
    return ClientConfig(
        connect_timeout=2,
        read_timeout=answer_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=50,
        user_agent_extra="quebao",
    )


def signing_config() -> ClientConfig:
    """The configuration of the client that signs addresses."""
    return client_config().merge(ClientConfig(signature_version="s3v4", s3={"addressing_style": "virtual"}))


def error_code(error: ClientError) -> str:
    """The service's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def reaching_aws(call: Callable[P, R]) -> Callable[P, R]:
    """Make a method raise `Unavailable` where AWS did not answer it."""

    @functools.wraps(call)
    def reached(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except ClientError as error:
            if _is_transient(error):
                raise Unavailable from error
            raise
        except BotoCoreError as error:
            raise Unavailable from error

    return reached


def _is_transient(error: ClientError) -> bool:
    status: Any = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error_code(error) in _SLOW_DOWN or status >= 500
