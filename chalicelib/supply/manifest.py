"""Supply of the epidemic's drugs and consumables: purchases outside the platform, reports, watch, and stock."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.supply.ports import (
    DrugShortageStore,
    OffPlatformStore,
    StockReportStore,
    SupplyMatterStore,
    SupplyReportStore,
)
from chalicelib.supply.tables import (
    PURCHASES_KEPT,
    SHORTAGES_KEPT,
    STOCK_REPORTS,
    SUPPLY_MATTERS,
    SUPPLY_REPORTS,
    DynamoDrugShortageStore,
    DynamoOffPlatformStore,
    DynamoStockReportStore,
    DynamoSupplyMatterStore,
    DynamoSupplyReportStore,
)


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Store the records of supply in the state table."""
    given = ports.give(OffPlatformStore, DynamoOffPlatformStore(cloud.state))
    given = given.give(SupplyReportStore, DynamoSupplyReportStore(cloud.state))
    given = given.give(SupplyMatterStore, DynamoSupplyMatterStore(cloud.state))
    given = given.give(StockReportStore, DynamoStockReportStore(cloud.state))
    return given.give(DrugShortageStore, DynamoDrugShortageStore(cloud.state))


SUPPLY = Capability(
    "supply",
    connect,
    routes=("http.purchases", "http.watch", "http.stocks"),
    records=(PURCHASES_KEPT, SUPPLY_REPORTS, SUPPLY_MATTERS, STOCK_REPORTS, SHORTAGES_KEPT),
)
