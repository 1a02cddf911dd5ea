"""Who reports what was bought beside the procurement platform, and who reads it."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

PURCHASE_REPORT = Action("purchases:report", {Role.HOSPITAL: Scope.OWN})
PURCHASE_READ = Action("purchases:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
