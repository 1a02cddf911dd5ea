"""The machine that carries the nightly audit."""

from __future__ import annotations

from chalicelib.audit.domain.runs import AuditId
from chalicelib.platform.aws.executions import StepFunctionsMachine, start_once


class StepFunctionsAudits(StepFunctionsMachine):
    """The machine that carries the audit."""

    def start(self, audit_id: AuditId) -> None:
        """Start an execution named by its audit; an execution that ended before is left alone."""
        start_once(self._client, self._machine, audit_id, {"audit_id": audit_id})
