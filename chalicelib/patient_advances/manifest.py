"""Advances for a patient from elsewhere."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.patient_advances.ports import PatientAdvanceStore
from chalicelib.patient_advances.tables import REQUESTS, DynamoPatientAdvanceStore
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of requests to the state table."""
    return ports.give(PatientAdvanceStore, DynamoPatientAdvanceStore(cloud.state))


PATIENT_ADVANCES = Capability("patient_advances", connect, routes=("http",), records=(REQUESTS,))
