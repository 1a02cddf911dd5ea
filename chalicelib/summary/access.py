"""Summary access. Report readers see their own summaries, a hospital its own; a day's report is for an area."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

SUMMARY_READ = Action(
    "summary:read",
    {Role.HOSPITAL: Scope.OWN, **PARTIES, Role.HEALTH: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY},
)
DAILY_READ = Action(
    "reports:daily", {**PARTIES, Role.HEALTH: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY}
)
