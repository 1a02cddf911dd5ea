"""Access rules of advances for patients from elsewhere: reporting, passing on and granting a request."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

PATIENT_ADVANCE_REPORT = Action("patient-advances:report", {Role.AGENCY: Scope.AREA})
PATIENT_ADVANCE_FORWARD = Action("patient-advances:forward", {Role.CENTRE: Scope.TIER}, another_person=True)
PATIENT_ADVANCE_DECIDE = Action("patient-advances:decide", {Role.AGENCY: Scope.AGENCY}, another_person=True)
PATIENT_ADVANCE_READ = Action(
    "patient-advances:read", {Role.AGENCY: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY}
)
