"""Personal-account access: the roles that maintain the protective goods and record purchases."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

GOODS_MAINTAIN = Action("protective-goods:maintain", {Role.HOSPITAL: Scope.OWN})
PURCHASE_RECORD = Action("account-purchases:record", {Role.HOSPITAL: Scope.OWN})
PURCHASE_READ = Action(
    "account-purchases:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}
)
