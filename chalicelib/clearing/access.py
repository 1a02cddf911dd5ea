"""Access rules of clearing: running, confirming, disputing, ruling and repairing."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

CLEARING_RUN = Action("clearing:run", {Role.CENTRE: Scope.TIER})
CLEARING_READ = Action("clearing:read", {**PARTIES, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY})
STATEMENT_READ = Action("clearing:read-statement", {**PARTIES, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY})
STATEMENT_CONFIRM = Action("clearing:confirm", PARTIES)
STATEMENT_DISPUTE = Action("clearing:dispute", PARTIES)
DISPUTE_RESOLVE = Action("clearing:resolve", {Role.CENTRE: Scope.TIER}, another_person=True)
RULING_DISPOSE = Action("clearing:dispose", {Role.AGENCY: Scope.AREA})
CLEARING_RECEIPT = Action("clearing:receipt", {Role.CENTRE: Scope.TIER})
REPAIR_REQUEST = Action("clearing:request-repair", {Role.CENTRE: Scope.TIER})
REPAIR_DECIDE = Action("clearing:decide-repair", {Role.CENTRE: Scope.TIER}, another_person=True)
HAND_DOWN_READ = Action("clearing:read-hand-down", {**PARTIES, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY})
HAND_DOWN_RECEIPT = Action("clearing:hand-down-receipt", {Role.CENTRE: Scope.TIER})
