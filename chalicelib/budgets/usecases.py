"""An institution's budgets: reading a year, and changing its quota with a reason."""

from __future__ import annotations

from chalicelib.budgets.access import BUDGET_ADJUST, BUDGET_READ
from chalicelib.budgets.domain import Budget
from chalicelib.budgets.ports import AdjustBudget, BudgetStore
from chalicelib.kernel.access import Action, Principal
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import of_institution, permitted


@dataclass(frozen=True, slots=True)
class Budgets:
    hospitals: BudgetStore
    bundles: BundleStore
    commits: Commits
    clock: Clock
    retrying: Retrying

    def read(self, principal: Principal, code: InstitutionCode, year: int | None) -> Budget:
        """Return the budget of a year, by default of this year. Raises `NotFound` also for a foreign institution."""
        self._require(principal, BUDGET_READ, code)
        return self.hospitals.budget(code, year or self.clock.today().year)

    def adjust(self, principal: Principal, code: InstitutionCode, year: int, quota_fen: Fen, reason: str) -> Budget:
        """Set the total-control quota of a year. Every change stays on record; a change that is sent again is recorded
        once. Raises `Invalid`. Source: C-11.
        """
        self._require(principal, BUDGET_ADJUST, code)

        def once() -> Budget:
            now = instant(self.clock.now())
            standing = self.hospitals.budget(code, year)
            adjusted = standing.adjusted(quota_fen, reason, principal.actor, now)
            if standing.adjustments and standing.adjustments[-1].repeats(adjusted.adjustments[-1]):
                return standing
            self.commits.commit([AdjustBudget(adjusted)])
            return adjusted

        return self.retrying.on_conflict(once)

    def _require(self, principal: Principal, action: Action, code: InstitutionCode) -> None:
        institution = self.bundles.current().registry.institutions.get(code)
        permitted(principal, action, "budget", institution, of_institution)
