"""Issue access: the roles that report a problem, answer, forward and read an issue."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

_REPORTERS = {Role.HOSPITAL: Scope.OWN, Role.TOWNSHIP: Scope.OWN}

ISSUE_REPORT = Action("issues:report", {**_REPORTERS, Role.AGENCY: Scope.AREA})
ISSUE_FORWARD = Action("issues:forward", {Role.AGENCY: Scope.AREA})
ISSUE_ANSWER = Action("issues:answer", {**PARTIES, Role.HEALTH: Scope.AREA}, another_person=True)
ISSUE_READ = Action("issues:read", {**_REPORTERS, **PARTIES, Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY})
