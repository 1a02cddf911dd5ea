"""The register of arrivals, and its answers to claims."""

from __future__ import annotations

from chalicelib.arrivals.ports import ArrivalStore
from chalicelib.arrivals.tables import ARRIVALS_KEPT, COUNTS_KEPT, DynamoArrivalStore
from chalicelib.arrivals.usecases import RegisteredEntries
from chalicelib.claims.ports import EntryRegister
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Store arrivals in the state table, and their identities in the vault."""
    return ports.give(ArrivalStore, DynamoArrivalStore(cloud.state))


ARRIVALS = Capability(
    "arrivals",
    connect,
    supplies={EntryRegister: lambda system: system[RegisteredEntries]},
    routes=("http",),
    records=(ARRIVALS_KEPT, COUNTS_KEPT),
)
