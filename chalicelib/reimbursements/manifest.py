"""Reimbursements by hand."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.reimbursements.ports import ReimbursementStore
from chalicelib.reimbursements.tables import REIMBURSEMENTS, DynamoReimbursementStore


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Store the cases in the state table."""
    return ports.give(ReimbursementStore, DynamoReimbursementStore(cloud.state))


REIMBURSED = Capability("reimbursements", connect, routes=("http.cases", "http.papers"), records=(REIMBURSEMENTS,))
