"""An area's figures beside what the ledger says."""

from __future__ import annotations

from chalicelib.fund_accounts.ports import FigureStore
from chalicelib.fund_accounts.tables import AREA_FIGURES, DynamoFigureStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Figures lie in the state table."""
    return ports.give(FigureStore, DynamoFigureStore(cloud.state))


FUND_ACCOUNTS = Capability("fund_accounts", connect, routes=("http",), records=(AREA_FIGURES,))
