"""The machine that carries large batches."""

from __future__ import annotations

from typing import Any

from chalicelib.batches.domain import BatchId
from chalicelib.platform.aws.executions import start_once


class StepFunctionsBatches:
    """The machine on Step Functions. `client` is a boto3 Step Functions client, `machine` the machine's ARN."""

    def __init__(self, client: Any, machine: str) -> None:
        self._client = client
        self._machine = machine

    def start(self, batch_id: BatchId, attempt: int) -> bool:
        return start_once(self._client, self._machine, f"{batch_id}-{attempt}", {"batch_id": batch_id})
