"""What contingency needs of the world: the stores of plans and of analyses."""

from __future__ import annotations

from typing import Protocol

from chalicelib.contingency.domain import ContingencyPlan, FundAnalysis
from chalicelib.kernel.ports import Shelf


def contingency_in(area: str) -> str:
    """The list of an area's plans, or of its analyses."""
    return f"AREA#{area}"


class ContingencyPlanStore(Shelf[ContingencyPlan], Protocol):
    """Plans by area, by their first day."""


class FundAnalysisStore(Shelf[FundAnalysis], Protocol):
    """Analyses by area, by month."""
