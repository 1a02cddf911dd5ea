"""Who reads summaries: whoever reads reports, each its own, and a hospital its own; a day's report is an area's."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

SUMMARY_READ = Action(
    "summary:read",
    {Role.HOSPITAL: Scope.OWN, **PARTIES, Role.HEALTH: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY},
)
DAILY_READ = Action(
    "reports:daily", {**PARTIES, Role.HEALTH: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY}
)
