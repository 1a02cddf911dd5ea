"""Access to the ledger: reading is granted to an area's agency and finance department, and to the auditor."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

LEDGER_READ = Action("ledger:read", {**PARTIES, Role.AUDITOR: Scope.ANY})
