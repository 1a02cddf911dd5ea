"""Starts and continues the clearing state machines: a province's, and the nation's with its distributed maps."""

from __future__ import annotations

from typing import Any

from chalicelib.kernel.words.ids import AreaCode, RunId
from chalicelib.platform.aws.executions import answer_task, start_once
from chalicelib.registry.domain.model import NATION


class StepFunctionsClearing:
    """The clearing machines on Step Functions. `client` is a boto3 Step Functions client; the machines are ARNs."""

    def __init__(self, client: Any, machine: str, national_machine: str) -> None:
        self._client = client
        self._machine = machine
        self._national_machine = national_machine

    def start(self, run_id: RunId, tier: AreaCode, attempt: int) -> bool:
        machine = self._national_machine if tier == NATION else self._machine
        return start_once(self._client, machine, f"{run_id}-{attempt}", {"run_id": run_id})

    def proceed(self, token: str) -> None:
        answer_task(self._client, token, {})
