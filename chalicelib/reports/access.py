"""The permission to read statistics."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

REPORT_READ = Action(
    "reports:read", {**PARTIES, Role.HEALTH: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY}
)
