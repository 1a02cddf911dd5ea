"""The actions of the register of arrivals: keeping and reading the register."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

ARRIVAL_KEEP = Action("arrivals:keep", {Role.HEALTH: Scope.AREA})
ARRIVAL_READ = Action("arrivals:read", {Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY})
