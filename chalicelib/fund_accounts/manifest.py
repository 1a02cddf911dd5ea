"""Area figures beside the ledger's."""

from __future__ import annotations

from chalicelib.fund_accounts.ports import FigureStore
from chalicelib.fund_accounts.tables import AREA_FIGURES, DynamoFigureStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of figures, kept in the state table."""
    return ports.give(FigureStore, DynamoFigureStore(cloud.state))


FUND_ACCOUNTS = Capability("fund_accounts", connect, routes=("http",), records=(AREA_FIGURES,))
