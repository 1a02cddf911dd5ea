"""The machine that carries large batches."""

from __future__ import annotations

from chalicelib.batches.domain import BatchId
from chalicelib.platform.aws.executions import StepFunctionsMachine, start_once


class StepFunctionsBatches(StepFunctionsMachine):
    """The machine on Step Functions."""

    def start(self, batch_id: BatchId, attempt: int) -> bool:
        return start_once(self._client, self._machine, f"{batch_id}-{attempt}", {"batch_id": batch_id})
