"""Decides who maintains the goods that personal accounts buy, and who records such purchases."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

GOODS_MAINTAIN = Action("protective-goods:maintain", {Role.HOSPITAL: Scope.OWN})
PURCHASE_RECORD = Action("account-purchases:record", {Role.HOSPITAL: Scope.OWN})
PURCHASE_READ = Action(
    "account-purchases:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}
)
