"""Starts state machines and answers their tasks. An execution's input is an id and nothing else, for inputs can be read
in its history.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.platform.aws.clients import error_code, reaching_aws

_NOT_WAITING = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What the service says of a token whose task ended, by its deadline or by an earlier answer."""


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


class StepFunctionsWorkflows:
    """`client` is a boto3 Step Functions client, `settlement_machine` the machine's ARN."""

    def __init__(self, client: Any, settlement_machine: str) -> None:
        self._client = client
        self._settlement_machine = settlement_machine

    def start_settlement(self, claim_id: str, attempt: int) -> bool:
        """An execution is named by claim and attempt."""
        name = claim_id if attempt == 1 else f"{claim_id}-{attempt}"
        return start_once(self._client, self._settlement_machine, name, {"claim_id": claim_id})
