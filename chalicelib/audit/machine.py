"""The machine that carries the nightly audit."""

from __future__ import annotations

from typing import Any

from chalicelib.audit.domain.runs import AuditId
from chalicelib.platform.aws.executions import start_once


class StepFunctionsAudits:
    """The machine that carries the audit; `client` is a boto3 Step Functions client, `machine` the machine's ARN."""

    def __init__(self, client: Any, machine: str) -> None:
        self._client = client
        self._machine = machine

    def start(self, audit_id: AuditId) -> None:
        """Start an execution named by its audit; an execution that ended before is left alone."""
        start_once(self._client, self._machine, audit_id, {"audit_id": audit_id})
