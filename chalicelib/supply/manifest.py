"""Drugs and consumables bought beside the procurement platform."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.supply import http
from chalicelib.supply.ports import OffPlatformStore
from chalicelib.supply.tables import PURCHASES_KEPT, DynamoOffPlatformStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Purchases lie in the state table."""
    return ports.give(OffPlatformStore, DynamoOffPlatformStore(cloud.state))


SUPPLY = Capability("supply", connect, routes=(http.blueprint,), records=(PURCHASES_KEPT,))
