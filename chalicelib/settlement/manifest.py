"""Settlement: a claim decided and posted, paid, corrected, taken back."""

from __future__ import annotations

from chalicelib.budgets.ports import BudgetStore
from chalicelib.clearing.ports import RecoverFromHospital
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.settlement.http import corrections, holds, tasks
from chalicelib.settlement.ports import FactStore, HospitalStore, SweepStore
from chalicelib.settlement.tables.stores import DynamoFactStore, DynamoHospitalStore
from chalicelib.settlement.tables.sweeps import SWEEPS, DynamoSweepStore
from chalicelib.settlement.tasks import Steps
from chalicelib.settlement.usecases.reverse import ReverseClaim


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """A hospital's money lies in the state table, and so does all that a decision reads."""
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
    routes=(corrections.blueprint, tasks.blueprint, holds.blueprint),
    steps=(Steps,),
    records=(SWEEPS,),
)
