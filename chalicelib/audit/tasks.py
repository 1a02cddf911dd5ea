"""The schedule that audits the books every night."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.audit.usecases.audit import Audit
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.system import System


@dataclass(frozen=True, slots=True)
class AuditSteps:
    """One method per task, named as the variable of app.py that binds it."""

    system: Callable[[], System]

    def audit_books(self, _event: dict[str, Any], _context: object = None) -> dict[str, int]:
        """Replay the journal, on a schedule. Raises `BooksDiffer`, which sets the alarm off."""
        return {"transactions": self.system()[Audit].run_or_raise().replay.transactions}
