"""The actions of supply: reporting and reading purchases and stock, looking into abnormal figures and shortages."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

_READERS = {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}

PURCHASE_REPORT = Action("purchases:report", {Role.HOSPITAL: Scope.OWN})
PURCHASE_READ = Action("purchases:read", _READERS)
SUPPLY_REPORT = Action("supply:report", {Role.HOSPITAL: Scope.OWN})
SUPPLY_READ = Action("supply:read", _READERS)
SUPPLY_INVESTIGATE = Action("supply:investigate", {Role.AGENCY: Scope.AREA})
SUPPLY_CLOSE = Action("supply:close", {Role.AGENCY: Scope.AREA}, another_person=True)
STOCK_REPORT = Action("stocks:report", {Role.HOSPITAL: Scope.OWN})
STOCK_READ = Action("stocks:read", {**_READERS, Role.HEALTH: Scope.AREA})
SHORTAGE_ANSWER = Action("shortages:answer", {Role.AGENCY: Scope.AREA})
