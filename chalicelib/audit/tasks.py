"""The schedule that begins an audit every night, and the tasks of the machine that carries out the audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.audit.usecases.nightly import AuditPartly, CloseAudit, PlanAudit
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class AuditSteps:
    """The machine's tasks: a method per task, named as the variable of app.py that binds the task."""

    system: Callable[[], System]

    def audit_books(self, _event: dict[str, Any], _context: object = None) -> dict[str, str]:
        """Begin an audit, on a schedule."""
        return {"audit_id": self.system()[PlanAudit]()}

    def audit_plan(self, event: dict[str, Any], _context: object = None) -> dict[str, list[str]]:
        """Return the parts of the audit in the order of the work."""
        return self.system()[CloseAudit].plan(event["audit_id"])

    def audit_part(self, event: dict[str, Any], _context: object = None) -> None:
        """Do a part of the audit."""
        self.system()[AuditPartly](event["audit_id"], event["part"])

    def audit_close(self, event: dict[str, Any], _context: object = None) -> dict[str, str]:
        """Close the audit. Raises `BooksDiffer` and `AuditIncomplete`, which set the alarm off."""
        return {"audit_id": self.system()[CloseAudit](event["audit_id"]).audit_id}

    def audit_fail(self, event: dict[str, Any], _context: object = None) -> dict[str, str]:
        """Record that the audit was not closed."""
        self.system()[CloseAudit].fail(event["audit_id"])
        return {"audit_id": event["audit_id"]}
