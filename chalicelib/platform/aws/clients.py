"""AWS clients: a shared client configuration, retry policy and classification of failures.

A service that does not answer, answers too late or asks to slow down is `Unavailable`; any other refusal is a fault of
the product and is raised unchanged, so that the fault is seen.
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
"""Tries within a call. A call that still fails is retried by the caller or the state machine, which can wait longer."""

WAITING = "stepfunctions:waiting"
"""The name of the client for awaited executions: the client asks once, and waits as long as a caller may prefer to
wait.
"""
WAITED_S_MAX = 20

SIGNING = "s3:signing"
"""The name of the client that signs addresses of files, in the manner accepted by every region and by encrypted
buckets.
"""

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
    """Return the configuration of every client: short time limits, since a task is better tried again."""
    return ClientConfig(
        connect_timeout=2,
        read_timeout=answer_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=50,
        user_agent_extra="quebao",
    )


def signing_config() -> ClientConfig:
    """Return the configuration of the client that signs addresses; every region has its own host, us-east-1 too."""
    s3 = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
    return client_config().merge(ClientConfig(signature_version="s3v4", s3=s3))


def error_code(error: ClientError) -> str:
    """Return the service's code of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def reaching_aws(call: Callable[P, R]) -> Callable[P, R]:
    """Make a method raise `Unavailable` where AWS did not answer the call."""

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
