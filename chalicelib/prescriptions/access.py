"""Who prescribes, passes on, dispenses and counts, and who publishes the institutions that see patients online."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

PRESCRIPTION_ISSUE = Action("prescriptions:issue", {Role.HOSPITAL: Scope.OWN})
PRESCRIPTION_DISPENSE = Action("prescriptions:dispense", {Role.HOSPITAL: Scope.OWN})
PRESCRIPTION_READ = Action(
    "prescriptions:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}
)
INTERNET_LIST_PUBLISH = Action("internet-institutions:publish", {Role.HEALTH: Scope.AREA})
