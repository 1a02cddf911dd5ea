"""Beds of the epidemic."""

from __future__ import annotations

from chalicelib.beds.ports import BedStore
from chalicelib.beds.tables import BED_FILINGS, DynamoBedStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of filings, kept in the state table."""
    return ports.give(BedStore, DynamoBedStore(cloud.state))


BEDS = Capability("beds", connect, routes=("http",), records=(BED_FILINGS,))
