"""The port of budgets: their store."""

from __future__ import annotations

from typing import Protocol

from chalicelib.budgets.domain import Budget
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import InstitutionCode, TransactionId
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.transaction import BudgetUse


@dataclass(frozen=True, slots=True)
class UseBudgets(Part):
    """The count of a transaction's uses of one institution's budgets, and of the fund spending of the month (`2026-11`)
    in which the transaction posts.
    """

    transaction_id: TransactionId
    institution: InstitutionCode
    period: str
    uses: tuple[BudgetUse, ...]


@dataclass(frozen=True, slots=True)
class AdjustBudget(Part):
    """A budget's new quota and adjustments, never its sums. Condition: the stored budget has the version before."""

    budget: Budget


class BudgetStore(Protocol):
    def budget(self, institution: InstitutionCode, year: int) -> Budget:
        """Return a year's budget; a budget that nobody set or used is empty."""
        ...
