"""Drugs and consumables of the epidemic: bought beside the platform, reported, watched."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.supply.http import purchases, watch
from chalicelib.supply.ports import OffPlatformStore, SupplyMatterStore, SupplyReportStore
from chalicelib.supply.tables import (
    PURCHASES_KEPT,
    SUPPLY_MATTERS,
    SUPPLY_REPORTS,
    DynamoOffPlatformStore,
    DynamoSupplyMatterStore,
    DynamoSupplyReportStore,
)


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Supply lies in the state table."""
    given = ports.give(OffPlatformStore, DynamoOffPlatformStore(cloud.state))
    given = given.give(SupplyReportStore, DynamoSupplyReportStore(cloud.state))
    return given.give(SupplyMatterStore, DynamoSupplyMatterStore(cloud.state))


SUPPLY = Capability(
    "supply",
    connect,
    routes=(purchases.blueprint, watch.blueprint),
    records=(PURCHASES_KEPT, SUPPLY_REPORTS, SUPPLY_MATTERS),
)
