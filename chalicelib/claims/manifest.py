"""Claims: received, versioned, listed, read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from chalicelib.claims.ports import AgreementTerms, ClaimIds, ClaimStore, PersonStore, Workflows
from chalicelib.claims.tables.agreements import DynamoAgreementTerms
from chalicelib.claims.tables.bodies import BODIES
from chalicelib.claims.tables.claims import DynamoClaimStore
from chalicelib.claims.tables.history import HISTORY, told_of
from chalicelib.claims.tables.persons import DynamoPersonStore
from chalicelib.claims.tables.uncounted import UNCOUNTED
from chalicelib.claims.tables.visits import SETTLED_YEARS, VISITS, YEARS
from chalicelib.claims.tables.writes import ClaimPart, claim_operations
from chalicelib.kernel.system import Ports, System
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.codec import STATE
from chalicelib.platform.aws.executions import settlements
from chalicelib.platform.capability import Capability
from chalicelib.registry.tokens import KmsClaimIds


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Provide the ports of claims: claims and persons lie in the state table; ids are keyed, so that nobody else can
    compute an id.
    """
    config = cloud.config
    return (
        ports.give(ClaimStore, DynamoClaimStore(cloud.state))
        .give(PersonStore, DynamoPersonStore(cloud.state))
        .give(AgreementTerms, DynamoAgreementTerms(cloud.state))
        .give(ClaimIds, KmsClaimIds(cloud.client("kms"), config.claim_key))
        .give(Workflows, settlements(cloud.client, config.settlement_machine, config.settlement_type))
    )


def announcements(system: Callable[[], System]) -> Any:
    """Build the task behind the state table's stream."""
    from chalicelib.claims.tasks import AnnounceSteps  # noqa: PLC0415 for its function alone

    return AnnounceSteps(system, told_of)


CLAIMS = Capability(
    "claims",
    connect,
    routes=("http.claims", "http.estimates"),
    steps=(announcements,),
    records=(BODIES, HISTORY, YEARS, VISITS, SETTLED_YEARS, UNCOUNTED),
    writes=dict.fromkeys(get_args(ClaimPart), lambda part, tables: claim_operations(part, tables[STATE])),
)
