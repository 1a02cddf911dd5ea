"""Enrolment: the insured periods of persons, and transfers between areas."""

from __future__ import annotations

from chalicelib.enrolment.tables import DynamoFilingStore, DynamoTransferStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.registry.ports import FilingStore, TransferStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores of transfers and filings, kept in the state table."""
    return ports.give(TransferStore, DynamoTransferStore(cloud.state)).give(FilingStore, DynamoFilingStore(cloud.state))


ENROLMENT = Capability("enrolment", connect, routes=("http.enrolments", "http.transfers"))
