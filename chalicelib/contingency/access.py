"""The actions of contingency: propose and approve a fund's plans, analyse its months, and read both."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

CONTINGENCY_PROPOSE = Action("contingency:propose", {Role.AGENCY: Scope.AREA})
CONTINGENCY_DECIDE = Action("contingency:decide", {Role.AGENCY: Scope.AREA}, another_person=True)
CONTINGENCY_ANALYSE = Action("contingency:analyse", {Role.AGENCY: Scope.AREA})
CONTINGENCY_READ = Action(
    "contingency:read", {Role.AGENCY: Scope.AREA, Role.FINANCE: Scope.AREA, Role.AUDITOR: Scope.ANY}
)
