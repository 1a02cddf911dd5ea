"""Prescriptions and the list of institutions that see patients online."""

from __future__ import annotations

from chalicelib.claims.ports import OnlineLists
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.prescriptions.ports import InternetListStore, PrescriptionStore
from chalicelib.prescriptions.tables import (
    LISTINGS_KEPT,
    PRESCRIPTIONS_KEPT,
    DynamoInternetListStore,
    DynamoPrescriptionStore,
)
from chalicelib.prescriptions.usecases.list_online import ListedOnline


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores of prescriptions and listings, kept in the state table."""
    return ports.give(PrescriptionStore, DynamoPrescriptionStore(cloud.state)).give(
        InternetListStore, DynamoInternetListStore(cloud.state)
    )


PRESCRIPTIONS = Capability(
    "prescriptions",
    connect,
    supplies={OnlineLists: lambda system: system[ListedOnline]},
    routes=("http",),
    records=(PRESCRIPTIONS_KEPT, LISTINGS_KEPT),
)
