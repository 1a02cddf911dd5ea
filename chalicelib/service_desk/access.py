"""Who records a matter at an agency's desk, who sees to it, and who reads it."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

DESK_RECORD = Action("desk:record", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA})
DESK_HANDLE = Action("desk:handle", {Role.AGENCY: Scope.AREA})
DESK_READ = Action("desk:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
