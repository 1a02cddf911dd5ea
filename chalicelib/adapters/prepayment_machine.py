"""Starts the prepayment state machine and lets it go on with what was decided or received."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import error_code, reaching_aws

_NOT_WAITING = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What the service says of a token whose task ended, by its deadline or by an earlier answer."""


class StepFunctionsPrepayment:
    """`client` is a boto3 Step Functions client, `machine` the machine's ARN."""

    def __init__(self, client: Any, machine: str) -> None:
        self._client = client
        self._machine = machine

    @reaching_aws
    def start(self, advance_id: str) -> None:
        """An execution is named by its advance, so a second start is the first one or is refused after its end."""
        try:
            self._client.start_execution(
                stateMachineArn=self._machine, name=advance_id, input=json.dumps({"advance_id": advance_id})
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise

    @reaching_aws
    def proceed(self, token: str, answer: str) -> None:
        try:
            self._client.send_task_success(taskToken=token, output=json.dumps({"status": answer}))
        except ClientError as error:
            if error_code(error) not in _NOT_WAITING:
                raise
