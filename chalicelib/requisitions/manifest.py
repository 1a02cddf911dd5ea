"""Districts' requisitions of funds."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.requisitions.ports import AidStore, RequisitionStore
from chalicelib.requisitions.tables import AID_ASKED, REQUISITIONS_KEPT, DynamoAidStore, DynamoRequisitionStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Store the requisitions in the state table."""
    aid = DynamoAidStore(cloud.state)
    return ports.give(RequisitionStore, DynamoRequisitionStore(cloud.state)).give(AidStore, aid)


REQUISITIONS = Capability("requisitions", connect, routes=("http",), records=(REQUISITIONS_KEPT, AID_ASKED))
