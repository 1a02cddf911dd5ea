"""The register of arrivals, and what claims ask of it."""

from __future__ import annotations

from chalicelib.arrivals.ports import ArrivalStore
from chalicelib.arrivals.tables import ARRIVALS_KEPT, DynamoArrivalStore
from chalicelib.arrivals.usecases import RegisteredEntries
from chalicelib.claims.ports import EntryRegister
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Arrivals lie in the state table, who they are in the vault."""
    return ports.give(ArrivalStore, DynamoArrivalStore(cloud.state))


ARRIVALS = Capability(
    "arrivals",
    connect,
    supplies={EntryRegister: lambda system: system[RegisteredEntries]},
    routes=("http",),
    records=(ARRIVALS_KEPT,),
)
