"""The permission to have the books audited."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

LEDGER_AUDIT = Action("ledger:audit", {Role.AUDITOR: Scope.ANY})
