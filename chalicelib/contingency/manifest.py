"""Contingency: plans for an area's fund in the epidemic, and monthly analyses of the fund."""

from __future__ import annotations

from chalicelib.contingency.ports import ContingencyPlanStore, FundAnalysisStore
from chalicelib.contingency.tables import (
    CONTINGENCY_PLANS,
    FUND_ANALYSES,
    DynamoContingencyPlanStore,
    DynamoFundAnalysisStore,
)
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Store plans and analyses in the state table."""
    given = ports.give(ContingencyPlanStore, DynamoContingencyPlanStore(cloud.state))
    return given.give(FundAnalysisStore, DynamoFundAnalysisStore(cloud.state))


CONTINGENCY = Capability(
    "contingency",
    connect,
    routes=("http",),
    steps=("tasks.ContingencySteps",),
    records=(CONTINGENCY_PLANS, FUND_ANALYSES),
)
