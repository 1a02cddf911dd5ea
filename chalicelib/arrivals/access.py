"""Decides who keeps the register of arrivals, and who reads it."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

ARRIVAL_KEEP = Action("arrivals:keep", {Role.HEALTH: Scope.AREA})
ARRIVAL_READ = Action("arrivals:read", {Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY})
