"""Coding access: the roles that open, report, confirm, remind of and read the duties of coding and interfaces."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

CODING_OPEN = Action("coding:open", {Role.AGENCY: Scope.AREA})
CODING_REPORT = Action("coding:report", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA})
CODING_DECIDE = Action("coding:decide", {Role.AGENCY: Scope.AREA}, another_person=True)
CODING_REMIND = Action("coding:remind", {Role.AGENCY: Scope.AREA})
CODING_READ = Action(
    "coding:read",
    {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY},
)
