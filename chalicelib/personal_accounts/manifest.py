"""Protective goods and purchases with the personal account."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.personal_accounts.ports import ProtectiveItemStore, PurchaseStore
from chalicelib.personal_accounts.tables import (
    PROTECTIVE_ITEMS,
    PURCHASES,
    DynamoProtectiveItemStore,
    DynamoPurchaseStore,
)
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores of items and purchases, kept in the state table."""
    return ports.give(ProtectiveItemStore, DynamoProtectiveItemStore(cloud.state)).give(
        PurchaseStore, DynamoPurchaseStore(cloud.state)
    )


PERSONAL_ACCOUNTS = Capability("personal_accounts", connect, routes=("http",), records=(PROTECTIVE_ITEMS, PURCHASES))
