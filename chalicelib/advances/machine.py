"""Starts the prepayment state machine and resumes a waiting execution after a decision or a receipt."""

from __future__ import annotations

from chalicelib.kernel.words.ids import AdvanceId
from chalicelib.platform.aws.executions import StepFunctionsMachine, answer_task, start_once


class StepFunctionsPrepayment(StepFunctionsMachine):
    """Starter of the prepayment machine."""

    def start(self, advance_id: AdvanceId) -> None:
        """Start the execution named by its advance: a second start finds the first, or is refused after its end."""
        start_once(self._client, self._machine, advance_id, {"advance_id": advance_id})

    def proceed(self, token: str, answer: str) -> None:
        answer_task(self._client, token, {"status": answer})
