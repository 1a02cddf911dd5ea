"""Batches: many claims in one call, answered at once or one by one by a state machine."""

from __future__ import annotations

from chalicelib.batches.machine import StepFunctionsBatches
from chalicelib.batches.ports import BatchMachine, BatchStore
from chalicelib.batches.tables import ANSWERS, BATCHES, DynamoBatchStore
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Provide the ports of batches: batches lie in the state table; a machine of their own carries large batches."""
    machine = StepFunctionsBatches(cloud.client("stepfunctions"), cloud.config.batch_machine)
    return ports.give(BatchStore, DynamoBatchStore(cloud.state)).give(BatchMachine, machine)


BATCH = Capability(
    "batches", connect, routes=("http.batches", "http.tables"), steps=("tasks.BatchSteps",), records=(BATCHES, ANSWERS)
)
