"""Service agreements: their terms, the blacklist, the public list."""

from __future__ import annotations

from chalicelib.agreements.ports import AgreementStore, BlacklistStore
from chalicelib.agreements.tables import AGREEMENTS, BLACKLIST, DynamoAgreementStore, DynamoBlacklistStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores of agreements and the blacklist, kept in the state table."""
    return ports.give(AgreementStore, DynamoAgreementStore(cloud.state)).give(
        BlacklistStore, DynamoBlacklistStore(cloud.state)
    )


AGREEMENTS_MADE = Capability(
    "agreements",
    connect,
    routes=("http",),
    records=(AGREEMENTS, BLACKLIST),
)
