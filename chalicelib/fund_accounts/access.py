"""Access to area figures: the roles that state a fund's income and finance's budget, and that read the accounts."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

INCOME_STATE = Action("fund-income:state", {Role.AGENCY: Scope.AREA})
BUDGET_STATE = Action("fiscal-budgets:state", {Role.FINANCE: Scope.AREA})
FIGURES_READ = Action("area-figures:read", {**PARTIES, Role.AUDITOR: Scope.ANY})
