"""An institution's budgets of a year: the total-control quota with the sums used of it, and the separate budget.

Being over the quota refuses no claim: treatment comes first, and the excess is settled between agency and hospital. A
quota is changed with a reason, and every change stays on record. Source: N-03, C-11, D-05, S-06, Y-08.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.adjudication.domain.determination import Determination
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import FEN_MAX, Fen
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.ledger.domain.transaction import BudgetUse

_QUOTA_RANGE = Finding(
    "quota-range", "quota", Text("额度须在 0 到一百亿元之间。", "Give a quota from zero to ten billion yuan.")
)
_REASON_REQUIRED = Finding("reason-required", "reason", Text("调整额度须说明原因。", "Give the reason of the change."))


def use_of(determination: Determination, year: int) -> tuple[BudgetUse, ...]:
    """Return a decided claim's use of each budget: the amounts the funds pay, in its year of discharge."""
    return tuple(
        BudgetUse(determination.institution, year, part.kind, part.amount_fen)
        for part in determination.budgets
        if part.amount_fen
    )


@dataclass(frozen=True, slots=True)
class MonthSpending:
    """The sums the funds paid an institution in one month of posting, in and outside total control."""

    period: str
    total_control_fen: Fen = 0
    separate_fen: Fen = 0

    @property
    def funds_fen(self) -> Fen:
        return self.total_control_fen + self.separate_fen

    def plus(self, other: MonthSpending) -> MonthSpending:
        """Add the month of another institution."""
        return MonthSpending(
            self.period, self.total_control_fen + other.total_control_fen, self.separate_fen + other.separate_fen
        )


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A quota's change: the values before and after, the reason, the actor and the time (an instant in UTC)."""

    before_fen: Fen
    after_fen: Fen
    reason: str
    actor: str
    at: Instant

    def repeats(self, other: Adjustment) -> bool:
        """Tell whether this is the same change, made again by the same actor for the same reason."""
        return (self.after_fen, self.reason, self.actor) == (other.after_fen, other.reason, other.actor)


@dataclass(frozen=True, slots=True)
class Budget:
    """An institution's budget of a year. `version` counts the adjustments; the used sums are counted apart from it."""

    institution: InstitutionCode
    year: int
    quota_fen: Fen = 0
    total_control_used_fen: Fen = 0
    separate_used_fen: Fen = 0
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def version(self) -> int:
        return len(self.adjustments)

    def adjusted(self, quota_fen: Fen, reason: str, actor: str, at: Instant) -> Budget:
        """Return the budget with another quota. Raises `Invalid` with every fault of the change."""
        wrong = [] if 0 <= quota_fen <= FEN_MAX else [_QUOTA_RANGE]
        if not reason.strip():
            wrong.append(_REASON_REQUIRED)
        if wrong:
            raise Invalid(wrong)
        change = Adjustment(self.quota_fen, quota_fen, reason, actor, at)
        return replace(self, quota_fen=quota_fen, adjustments=(*self.adjustments, change))

    def used(self, use: BudgetUse) -> Budget:
        """Return the budget after one use. Raises `ValueError` for another institution's, year's or kind's use."""
        if (use.institution, use.year) != (self.institution, self.year):
            raise ValueError("a use counts in its own budget")
        if use.kind == "separate":
            return replace(self, separate_used_fen=self.separate_used_fen + use.amount_fen)
        if use.kind == "total-control":
            return replace(self, total_control_used_fen=self.total_control_used_fen + use.amount_fen)
        raise ValueError("a budget is separate or total-control")
