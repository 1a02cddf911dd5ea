"""Enrolment: who insures whom, transfers between areas."""

from __future__ import annotations

from chalicelib.enrolment.tables import DynamoFilingStore, DynamoTransferStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.registry.ports import FilingStore, TransferStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Transfers and filings lie in the state table."""
    return ports.give(TransferStore, DynamoTransferStore(cloud.state)).give(FilingStore, DynamoFilingStore(cloud.state))


ENROLMENT = Capability("enrolment", connect, routes=("http.enrolments", "http.transfers"))
