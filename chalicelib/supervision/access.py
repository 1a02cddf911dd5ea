"""The actions of supervision: review claims, follow and answer suspicious matters, and inspect institutions jointly."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

SUPERVISION_REVIEW = Action("supervision:review", {Role.AGENCY: Scope.AREA})
SUPERVISION_ASK = Action("supervision:ask", {Role.AGENCY: Scope.AREA})
SUPERVISION_ANSWER = Action("supervision:answer", {Role.HOSPITAL: Scope.OWN})
SUPERVISION_CLOSE = Action("supervision:close", {Role.AGENCY: Scope.AREA}, another_person=True)
SUPERVISION_READ = Action(
    "supervision:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}
)
INSPECTION_OPEN = Action("inspections:open", PARTIES)
INSPECTION_JOIN = Action("inspections:join", {**PARTIES, Role.HEALTH: Scope.AREA})
INSPECTION_CLOSE = Action("inspections:close", PARTIES)
INSPECTION_READ = Action("inspections:read", {**PARTIES, Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY})
