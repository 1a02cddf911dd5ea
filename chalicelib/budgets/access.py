"""Access rules of budgets: reading them, and changing their quotas."""

from __future__ import annotations

from chalicelib.kernel.access import MONEY_READERS, Action, Role, Scope

BUDGET_READ = Action("budgets:read", MONEY_READERS)
BUDGET_ADJUST = Action("budgets:adjust", {Role.AGENCY: Scope.AGENCY})
