"""Starts state machines and answers their tasks. An execution's input is an id and nothing else, for inputs can be read
in the execution's history.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError

from chalicelib.kernel.words.ids import ClaimId
from chalicelib.platform.aws.clients import WAITING, error_code, reaching_aws

STANDARD = "STANDARD"
_LOOK_S = 0.2
_MACHINE_PARTS = 7
"""The number of parts of an ARN such as `arn:aws:states:<region>:<account>:stateMachine:<name>`; an eighth part is a
version or an alias.
"""
_NOT_WAITING = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""The error codes for the token of a task that ended, by its deadline or by an earlier answer."""


def without_qualifier(machine: str) -> str:
    """Return a machine's ARN without version or alias; executions are named after the machine."""
    return ":".join(machine.split(":")[:_MACHINE_PARTS])


@reaching_aws
def start_once(client: Any, machine: str, name: str, execution_input: dict[str, str]) -> bool:
    """Start an execution; return False where an execution of this name has already ended.

    While an execution runs, the service treats a second start with the same name and input as the first.
    """
    try:
        client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(execution_input))
    except ClientError as error:
        if error_code(error) == "ExecutionAlreadyExists":
            return False
        raise
    return True


@reaching_aws
def answer_task(client: Any, token: str, output: dict[str, str]) -> None:
    """Let the task that waits with a token go on. A task that waits no longer is left alone."""
    try:
        client.send_task_success(taskToken=token, output=json.dumps(output))
    except ClientError as error:
        if error_code(error) not in _NOT_WAITING:
            raise


class StepFunctionsMachine:
    """A machine on Step Functions. `client` is a boto3 Step Functions client, `machine` the machine's ARN."""

    def __init__(self, client: Any, machine: str) -> None:
        self._client = client
        self._machine = machine


def settlements(client_of: Callable[[str], Any], machine: str, kind: str) -> ExpressSettlements | StandardSettlements:
    """Return the runner of settlements: `EXPRESS` where the partition has Express machines, else `STANDARD`."""
    if kind == STANDARD:
        return StandardSettlements(client_of("stepfunctions"), machine)
    return ExpressSettlements(client_of("stepfunctions"), client_of(WAITING), machine)


class ExpressSettlements:
    """Executions on Express machines, which cannot be queried: they have no names, may run twice, and record their end
    in the claim.

    `client` is a boto3 Step Functions client, `waiting_client` a client that asks once and waits as long as a caller
    may; `machine` is the machine's ARN.
    """

    def __init__(self, client: Any, waiting_client: Any, machine: str) -> None:
        self._client = client
        self._waiting_client = waiting_client
        self._machine = machine

    @reaching_aws
    def start_settlement(self, claim_id: ClaimId, attempt: int) -> None:  # noqa: ARG002 the claim alone counts attempts
        """Start an execution with the claim as its input."""
        self._client.start_execution(stateMachineArn=self._machine, input=json.dumps({"claim_id": claim_id}))

    def run_settlement(self, claim_id: ClaimId, attempt: int, wait_s: int) -> None:  # noqa: ARG002 a client has one limit
        """Run an execution and wait for its end. If the execution fails, or takes longer than a client waits, the claim
        records the progress.
        """
        try:
            self._waiting_client.start_sync_execution(
                stateMachineArn=self._machine, input=json.dumps({"claim_id": claim_id})
            )
        except (ReadTimeoutError, ConnectionClosedError):
            return
        except (ClientError, BotoCoreError):
            self.start_settlement(claim_id, attempt)


class StandardSettlements:
    """Executions by name, for a partition without Express machines: a waiting caller polls until the execution has
    ended.
    """

    def __init__(self, client: Any, machine: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._machine = machine
        self._sleep = sleep

    def start_settlement(self, claim_id: ClaimId, attempt: int) -> None:
        """Start an execution named by claim and attempt; an execution that already ended is left alone."""
        start_once(self._client, self._machine, _name(claim_id, attempt), {"claim_id": claim_id})

    @reaching_aws
    def run_settlement(self, claim_id: ClaimId, attempt: int, wait_s: int) -> None:
        self.start_settlement(claim_id, attempt)
        machine = without_qualifier(self._machine).replace(":stateMachine:", ":execution:")
        execution = f"{machine}:{_name(claim_id, attempt)}"
        for _ in range(int(wait_s / _LOOK_S)):
            if self._client.describe_execution(executionArn=execution)["status"] != "RUNNING":
                return
            self._sleep(_LOOK_S)


def _name(claim_id: ClaimId, attempt: int) -> str:
    return claim_id if attempt == 1 else f"{claim_id}-{attempt}"
