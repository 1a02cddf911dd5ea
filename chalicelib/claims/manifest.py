"""Claims: received, versioned, listed, read."""

from __future__ import annotations

from chalicelib.claims.http import claims
from chalicelib.claims.ports import ClaimIds, ClaimStore, PersonStore, Workflows
from chalicelib.claims.tables.claims import DynamoClaimStore
from chalicelib.claims.tables.history import HISTORY
from chalicelib.claims.tables.persons import DynamoPersonStore
from chalicelib.claims.tables.visits import VISITS, YEARS
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.executions import StepFunctionsWorkflows
from chalicelib.platform.capability import Capability
from chalicelib.registry.tokens import KmsClaimIds


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Claims and persons lie in the state table; ids are keyed, so that nobody else can compute them."""
    config = cloud.config
    return (
        ports.give(ClaimStore, DynamoClaimStore(cloud.state))
        .give(PersonStore, DynamoPersonStore(cloud.state))
        .give(ClaimIds, KmsClaimIds(cloud.client("kms"), config.claim_key))
        .give(Workflows, StepFunctionsWorkflows(cloud.client("stepfunctions"), config.settlement_machine))
    )


CLAIMS = Capability("claims", connect, routes=(claims.blueprint,), records=(HISTORY, YEARS, VISITS))
