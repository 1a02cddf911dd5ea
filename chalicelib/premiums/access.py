"""Premium access: the roles that record deferred premiums and the payments of flexible workers."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

PREMIUM_RECORD = Action("premiums:record", {Role.AGENCY: Scope.AREA})
PREMIUM_READ = Action("premiums:read", {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
