"""Prescription access: the roles that prescribe, pass on, dispense, count, and publish the internet institutions."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

PRESCRIPTION_ISSUE = Action("prescriptions:issue", {Role.HOSPITAL: Scope.OWN})
PRESCRIPTION_DISPENSE = Action("prescriptions:dispense", {Role.HOSPITAL: Scope.OWN})
PRESCRIPTION_READ = Action(
    "prescriptions:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}
)
INTERNET_LIST_PUBLISH = Action("internet-institutions:publish", {Role.HEALTH: Scope.AREA})
