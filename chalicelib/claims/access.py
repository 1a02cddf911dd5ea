"""Actions on claims, with the roles that may take them."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

CLAIM_PREVIEW = Action("claims:preview", {Role.HOSPITAL: Scope.OWN})
CLAIM_ESTIMATE = Action(
    "claims:estimate",
    {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.CENTRE: Scope.AREA, Role.POLICY: Scope.ANY},
)
"""An estimate reads nobody's data, so offices that may not see a patient may make one."""
CLAIM_SUBMIT = Action("claims:submit", {Role.HOSPITAL: Scope.OWN})
CLAIM_READ = Action("claims:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
CLAIM_RECONCILE = Action("claims:reconcile", {Role.HOSPITAL: Scope.OWN})
