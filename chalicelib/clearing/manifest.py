"""Clearing: windows, runs, statements, disputes between areas."""

from __future__ import annotations

from typing import get_args

from chalicelib.claims.domain.history import FindsClearing
from chalicelib.clearing.machine import StepFunctionsClearing
from chalicelib.clearing.ports import ClearingMachine, RunStore, WindowStore
from chalicelib.clearing.tables.disputes import DEBTS, DISPUTES, REPAIRS
from chalicelib.clearing.tables.stores import DynamoRunStore, DynamoWindowStore
from chalicelib.clearing.tables.writes import ClearingPart, operations
from chalicelib.clearing.usecases.find_clearing import FindClearing
from chalicelib.kernel.system import Ports
from chalicelib.ledger.tables import DynamoLedgerStore
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.codec import STATE
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores. Windows are read beside the journal, which holds the origin of each obligation."""
    config = cloud.config
    machine = StepFunctionsClearing(
        cloud.client("stepfunctions"), config.clearing_machine, config.national_clearing_machine
    )
    return (
        ports.give(WindowStore, DynamoWindowStore(cloud.state, ports[DynamoLedgerStore]))
        .give(RunStore, DynamoRunStore(cloud.state))
        .give(ClearingMachine, machine)
    )


CLEARING = Capability(
    "clearing",
    connect,
    supplies={FindsClearing: lambda system: system[FindClearing]},
    routes=("http.runs", "http.lists"),
    steps=("tasks.ClearingSteps",),
    records=(DISPUTES, DEBTS, REPAIRS),
    writes=dict.fromkeys(get_args(ClearingPart), lambda part, tables: operations(part, tables[STATE])),
)
