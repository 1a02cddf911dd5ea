"""Starts state machines and answers their tasks. An execution's input is an id and nothing else, for inputs can be read
in its history.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError

from chalicelib.platform.aws.clients import WAITING, error_code, reaching_aws

STANDARD = "STANDARD"
_LOOK_S = 0.2
_MACHINE_PARTS = 7
"""Of an ARN such as `arn:aws:states:<region>:<account>:stateMachine:<name>`; an eighth is a version or an alias."""
_NOT_WAITING = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What the service says of a token whose task ended, by its deadline or by an earlier answer."""


def without_qualifier(machine: str) -> str:
    """The ARN of a machine that is named by a version or an alias; its executions are named after the machine."""
    return ":".join(machine.split(":")[:_MACHINE_PARTS])


@reaching_aws
def start_once(client: Any, machine: str, name: str, execution_input: dict[str, str]) -> bool:
    """Start an execution; False where one of this name ended before.

    While it runs, the service takes a second start of the same name and input for the first.
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
    """Let the task that waits with a token go on. One that waits no more is left alone."""
    try:
        client.send_task_success(taskToken=token, output=json.dumps(output))
    except ClientError as error:
        if error_code(error) not in _NOT_WAITING:
            raise


def settlements(client_of: Callable[[str], Any], machine: str, kind: str) -> ExpressSettlements | StandardSettlements:
    """How settlements run: `EXPRESS` where the partition has Express machines, else `STANDARD`."""
    if kind == STANDARD:
        return StandardSettlements(client_of("stepfunctions"), machine)
    return ExpressSettlements(client_of("stepfunctions"), client_of(WAITING), machine)


class ExpressSettlements:
    """Executions that nobody can ask after: they have no names, may run twice, and leave their end with the claim.

    `client` is a boto3 Step Functions client, `waiting_client` one that waits for as long as a caller may, and asks
    once; `machine` is the machine's ARN.
    """

    def __init__(self, client: Any, waiting_client: Any, machine: str) -> None:
        self._client = client
        self._waiting_client = waiting_client
        self._machine = machine

    @reaching_aws
    def start_settlement(self, claim_id: str, attempt: int) -> None:  # noqa: ARG002 the claim alone counts attempts
        """An execution's input is its claim."""
        self._client.start_execution(stateMachineArn=self._machine, input=json.dumps({"claim_id": claim_id}))

    def run_settlement(self, claim_id: str, attempt: int, wait_s: int) -> None:  # noqa: ARG002 a client has one limit
        """The service answers when the execution has ended. Where that takes longer than a client waits for anything,
        or it failed, the claim says how far it came.
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
    """Executions by name, for a partition without Express machines: whoever waits looks until theirs has ended."""

    def __init__(self, client: Any, machine: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._machine = machine
        self._sleep = sleep

    def start_settlement(self, claim_id: str, attempt: int) -> None:
        """An execution is named by claim and attempt; one that ended before is left alone."""
        start_once(self._client, self._machine, _name(claim_id, attempt), {"claim_id": claim_id})

    @reaching_aws
    def run_settlement(self, claim_id: str, attempt: int, wait_s: int) -> None:
        self.start_settlement(claim_id, attempt)
        machine = without_qualifier(self._machine).replace(":stateMachine:", ":execution:")
        execution = f"{machine}:{_name(claim_id, attempt)}"
        for _ in range(int(wait_s / _LOOK_S)):
            if self._client.describe_execution(executionArn=execution)["status"] != "RUNNING":
                return
            self._sleep(_LOOK_S)


def _name(claim_id: str, attempt: int) -> str:
    return claim_id if attempt == 1 else f"{claim_id}-{attempt}"
