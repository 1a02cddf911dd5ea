"""Access rules of settlement: reversing a claim, releasing its payment, correcting a status, working off tasks."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

CLAIM_REVERSE = Action("claims:reverse", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AGENCY})
CLAIM_RELEASE = Action("claims:release", {Role.AGENCY: Scope.AGENCY}, another_person=True)
CASE_CORRECT = Action("cases:correct", {Role.HEALTH: Scope.AREA})
TASK_READ = Action(
    "tasks:read",
    {
        Role.HOSPITAL: Scope.OWN,
        Role.AGENCY: Scope.AREA,
        Role.FINANCE: Scope.AREA,
        Role.HEALTH: Scope.AREA,
        Role.AUDITOR: Scope.ANY,
        Role.OPERATOR: Scope.ANY,
    },
)
TASK_RETRY = Action("tasks:retry", {Role.AGENCY: Scope.AGENCY, Role.OPERATOR: Scope.ANY})
TASK_COMPLETE = Action("tasks:complete", {Role.HOSPITAL: Scope.OWN})
