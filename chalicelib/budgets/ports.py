"""What budgets need of the world: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.budgets.domain import Budget
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.transaction import BudgetUse


@dataclass(frozen=True, slots=True)
class UseBudgets(Part):
    """Count a transaction's uses of one institution's budgets, and the fund spending of the month (`2026-11`) in which
    it posts.
    """

    transaction_id: str
    institution: str
    period: str
    uses: tuple[BudgetUse, ...]


@dataclass(frozen=True, slots=True)
class AdjustBudget(Part):
    """Replace a budget's quota and adjustments, never its sums. Condition: it stands at the version before."""

    budget: Budget


class BudgetStore(Protocol):
    def budget(self, institution: str, year: int) -> Budget:
        """A year's budget; one nobody set or used has nothing in it."""
        ...
