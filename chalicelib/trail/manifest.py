"""The trail of acts: who asked for which change, and how the request ended."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.table import Table
from chalicelib.platform.capability import Capability
from chalicelib.trail.ports import TrailStore
from chalicelib.trail.tables import ATTEMPTS, OUTCOMES, DynamoTrailStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store, which lies in the table of access records."""
    return ports.give(TrailStore, DynamoTrailStore(Table(cloud.client("dynamodb"), cloud.config.access_table)))


TRAIL = Capability("trail", connect, routes=("http",), records=(ATTEMPTS, OUTCOMES))
