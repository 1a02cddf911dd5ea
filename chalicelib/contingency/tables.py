"""Contingency in the state table.

| pk | sk | what |
|---|---|---|
| FUNDPLAN#id | RECORD | a plan |
| FUNDPLANS#AREA#area | first day#id | the same |
| FUNDANALYSIS#id | RECORD | an analysed month |
| FUNDANALYSISS#AREA#area | month#id | the same |
"""

from __future__ import annotations

from chalicelib.contingency.domain import ContingencyPlan, FundAnalysis
from chalicelib.contingency.ports import contingency_in
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table

_PLAN = "FUNDPLAN"
_ANALYSIS = "FUNDANALYSIS"


def _plan_places(plan: ContingencyPlan) -> list[tuple[str, str]]:
    return [(contingency_in(plan.area), f"{plan.starts_on.isoformat()}#{plan.plan_id}")]


def _analysis_places(analysis: FundAnalysis) -> list[tuple[str, str]]:
    return [(contingency_in(analysis.area), f"{analysis.month}#{analysis.analysis_id}")]


CONTINGENCY_PLANS = shelf_record(_PLAN, ContingencyPlan, lambda plan: plan.plan_id, _plan_places)
FUND_ANALYSES = shelf_record(_ANALYSIS, FundAnalysis, lambda analysis: analysis.analysis_id, _analysis_places)


class DynamoContingencyPlanStore(DynamoShelf[ContingencyPlan]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _PLAN, CONTINGENCY_PLANS)


class DynamoFundAnalysisStore(DynamoShelf[FundAnalysis]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _ANALYSIS, FUND_ANALYSES)
