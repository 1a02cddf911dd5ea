"""Advances to hospitals: requested, decided, paid, offset, returned."""

from __future__ import annotations

from chalicelib.advances.machine import StepFunctionsPrepayment
from chalicelib.advances.ports import AdvanceStore, PrepaymentMachine
from chalicelib.advances.tables import ADVANCES as ADVANCE_RECORDS
from chalicelib.advances.tables import HOLDERS, DynamoAdvanceStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of advances to the state table, and the waiting for decision and receipt to a state machine."""
    machine = StepFunctionsPrepayment(cloud.client("stepfunctions"), cloud.config.prepayment_machine)
    return ports.give(AdvanceStore, DynamoAdvanceStore(cloud.state)).give(PrepaymentMachine, machine)


ADVANCES = Capability(
    "advances", connect, routes=("http",), steps=("tasks.PrepaymentSteps",), records=(ADVANCE_RECORDS, HOLDERS)
)
