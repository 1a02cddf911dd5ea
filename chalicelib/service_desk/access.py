"""The actions of the desk: recording, handling and reading matters, and reading the counts."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

DESK_RECORD = Action("desk:record", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA})
DESK_HANDLE = Action("desk:handle", {Role.AGENCY: Scope.AREA})
DESK_READ = Action("desk:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
DESK_REPORT = Action(
    "desk:report", {**PARTIES, Role.HEALTH: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY}
)
HOTLINE_RECORD = Action("hotline:record", {Role.AGENCY: Scope.AREA})
HOTLINE_READ = Action("hotline:read", {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
DIALYSIS_ASK = Action("dialysis:ask", {Role.HOSPITAL: Scope.OWN})
DIALYSIS_DECIDE = Action("dialysis:decide", {Role.AGENCY: Scope.AREA}, another_person=True)
DIALYSIS_AUDIT = Action("dialysis:audit", {Role.AGENCY: Scope.AREA}, another_person=True)
DIALYSIS_READ = Action("dialysis:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
