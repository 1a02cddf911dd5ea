"""The schedule that begins an audit every night, and the tasks of the machine that carries it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.audit.usecases.nightly import AuditPartly, CloseAudit, PlanAudit
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class AuditSteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def audit_books(self, _event: dict[str, Any], _context: object = None) -> dict[str, str]:
        """Begin an audit, on a schedule."""
        return {"audit_id": self.system()[PlanAudit]()}

    def audit_plan(self, event: dict[str, Any], _context: object = None) -> dict[str, list[str]]:
        """The parts, by when they are done."""
        return self.system()[CloseAudit].plan(event["audit_id"])

    def audit_part(self, event: dict[str, Any], _context: object = None) -> None:
        """Do one part."""
        self.system()[AuditPartly](event["audit_id"], event["part"])

    def audit_close(self, event: dict[str, Any], _context: object = None) -> dict[str, str]:
        """Close it. Raises `BooksDiffer` and `AuditIncomplete`, which set the alarm off."""
        return {"audit_id": self.system()[CloseAudit](event["audit_id"]).audit_id}

    def audit_fail(self, event: dict[str, Any], _context: object = None) -> dict[str, str]:
        """Say that it was not closed."""
        self.system()[CloseAudit].fail(event["audit_id"])
        return {"audit_id": event["audit_id"]}
