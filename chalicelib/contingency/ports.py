"""Ports of contingency: the stores of plans and of analyses."""

from __future__ import annotations

from typing import Protocol

from chalicelib.contingency.domain import ContingencyPlan, FundAnalysis
from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode


def contingency_in(area: AreaCode) -> str:
    """Name the list of an area's plans, or of its analyses."""
    return f"AREA#{area}"


class ContingencyPlanStore(Shelf[ContingencyPlan], Protocol):
    """Plans by area, ordered by their first day."""


class FundAnalysisStore(Shelf[FundAnalysis], Protocol):
    """Analyses by area, ordered by month."""
