"""Premiums in the epidemic."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.premiums.ports import DeferralStore, FlexibleCoverStore
from chalicelib.premiums.tables import DEFERRALS, FLEXIBLE_COVERS, DynamoDeferralStore, DynamoFlexibleCoverStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores of deferrals and payments, kept in the state table."""
    return ports.give(DeferralStore, DynamoDeferralStore(cloud.state)).give(
        FlexibleCoverStore, DynamoFlexibleCoverStore(cloud.state)
    )


PREMIUMS = Capability("premiums", connect, routes=("http",), records=(DEFERRALS, FLEXIBLE_COVERS))
