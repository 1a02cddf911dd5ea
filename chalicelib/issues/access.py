"""Who reports a problem, who answers it and who reads it."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

ISSUE_REPORT = Action("issues:report", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA})
ISSUE_ANSWER = Action("issues:answer", {**PARTIES, Role.HEALTH: Scope.AREA}, another_person=True)
ISSUE_READ = Action(
    "issues:read", {Role.HOSPITAL: Scope.OWN, **PARTIES, Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY}
)
