"""Starts the clearing state machines and lets them go on: a province's, and the nation's with its distributed maps."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import error_code, reaching_aws
from chalicelib.domain.registry import NATION

_NOT_WAITING = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What the service says of a token whose task ended, by its deadline or by an earlier answer."""


class StepFunctionsClearing:
    """`client` is a boto3 Step Functions client; the machines are ARNs."""

    def __init__(self, client: Any, machine: str, national_machine: str) -> None:
        self._client = client
        self._machine = machine
        self._national_machine = national_machine

    @reaching_aws
    def start(self, run_id: str, tier: str, attempt: int) -> bool:
        try:
            self._client.start_execution(
                stateMachineArn=self._national_machine if tier == NATION else self._machine,
                name=f"{run_id}-{attempt}",
                input=json.dumps({"run_id": run_id}),
            )
        except ClientError as error:
            if error_code(error) == "ExecutionAlreadyExists":
                return False
            raise
        return True

    @reaching_aws
    def proceed(self, token: str) -> None:
        try:
            self._client.send_task_success(taskToken=token, output="{}")
        except ClientError as error:
            if error_code(error) not in _NOT_WAITING:
                raise
