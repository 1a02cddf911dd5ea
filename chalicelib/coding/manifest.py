"""Duties of coding and interfaces."""

from __future__ import annotations

from chalicelib.coding.ports import CodingStore
from chalicelib.coding.tables import CODING_DUTIES, DynamoCodingStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of duties, kept in the state table."""
    return ports.give(CodingStore, DynamoCodingStore(cloud.state))


CODING = Capability("coding", connect, routes=("http",), steps=("tasks.CodingSteps",), records=(CODING_DUTIES,))
