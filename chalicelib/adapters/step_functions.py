"""Starts state machines. An execution's input is an id and nothing else, for inputs can be read in its history."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import error_code, reaching_aws


class StepFunctionsWorkflows:
    """`client` is a boto3 Step Functions client, `settlement_machine` the machine's ARN."""

    def __init__(self, client: Any, settlement_machine: str) -> None:
        self._client = client
        self._settlement_machine = settlement_machine

    @reaching_aws
    def start_settlement(self, claim_id: str, attempt: int) -> bool:
        """An execution is named by claim and attempt: while it runs, the service takes a second start for the first."""
        try:
            self._client.start_execution(
                stateMachineArn=self._settlement_machine,
                name=claim_id if attempt == 1 else f"{claim_id}-{attempt}",
                input=json.dumps({"claim_id": claim_id}),
            )
        except ClientError as error:
            if error_code(error) == "ExecutionAlreadyExists":
                return False
            raise
        return True
