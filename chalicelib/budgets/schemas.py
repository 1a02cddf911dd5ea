"""Budgets on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.budgets.domain import Budget
from chalicelib.kernel.money import format_yuan
from chalicelib.platform.http.answers import Answer, Yuan
from chalicelib.platform.http.fields import MoneyText, Reason
from chalicelib.platform.http.reading import WireModel


class BudgetAdjustmentBody(WireModel):
    year: Annotated[int, Field(ge=2000, le=2100)]
    quota: MoneyText
    reason: Reason


def budget_document(budget: Budget) -> dict[str, Any]:
    """Write a year's budget."""
    return {
        "institution": budget.institution,
        "year": budget.year,
        "total_control": {
            "quota": format_yuan(budget.quota_fen),
            "used": format_yuan(budget.total_control_used_fen),
        },
        "separate": {"used": format_yuan(budget.separate_used_fen)},
        "adjustments": [AdjustmentDocument.from_record(change) for change in budget.adjustments],
    }


class TotalControlDocument(Answer):
    quota: Yuan
    used: Yuan


class SeparateDocument(Answer):
    used: Yuan


class AdjustmentDocument(Answer):
    before: Yuan
    after: Yuan
    reason: str
    actor: str
    at: str


class YearBudgetDocument(Answer):
    institution: str
    year: int
    total_control: TotalControlDocument
    separate: SeparateDocument
    adjustments: list[AdjustmentDocument]
