"""Settlement: deciding, posting, paying, correcting and reversing a claim."""

from __future__ import annotations

from typing import get_args

from chalicelib.budgets.ports import BudgetStore
from chalicelib.clearing.ports import RecoverFromHospital
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.codec import STATE
from chalicelib.platform.capability import Capability
from chalicelib.settlement.ports import FactStore, HospitalStore, SweepStore
from chalicelib.settlement.tables.items import MoneyPart, money_operations
from chalicelib.settlement.tables.stores import DynamoFactStore, DynamoHospitalStore
from chalicelib.settlement.tables.sweeps import SWEEPS, DynamoSweepStore
from chalicelib.settlement.usecases.reverse import ReverseClaim


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores of a hospital's money, of a decision's facts and of the sweep to the state table."""
    return (
        ports.give(HospitalStore, DynamoHospitalStore(cloud.state))
        .give(FactStore, DynamoFactStore(cloud.state))
        .give(SweepStore, DynamoSweepStore(cloud.state))
    )


SETTLEMENT = Capability(
    "settlement",
    connect,
    supplies={
        RecoverFromHospital: lambda system: system[ReverseClaim].recover,
        BudgetStore: lambda system: system[HospitalStore],
    },
    routes=("http.corrections", "http.tasks", "http.holds"),
    steps=("tasks.Steps",),
    records=(SWEEPS,),
    writes=dict.fromkeys(get_args(MoneyPart), lambda part, tables: money_operations(part, tables[STATE])),
)
