"""Impact: the effects of other policies on claims, and the posting of the differences."""

from __future__ import annotations

from chalicelib.impact.ports import (
    MovedStore,
    RecalculationMachine,
    RecalculationStore,
    SimulationMachine,
    SimulationStore,
)
from chalicelib.impact.tables.moved import MOVED_RUNS, DynamoMovedStore
from chalicelib.impact.tables.recalculations import (
    CORRECTIONS,
    PROGRESS,
    RECALCULATIONS,
    DynamoRecalculationStore,
    StepFunctionsRecalculation,
)
from chalicelib.impact.tables.simulations import (
    PAGES,
    RUNS,
    SHARDS,
    DynamoSimulationStore,
    StepFunctionsSimulation,
)
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores of runs to the state table, and each kind of run to its state machine."""
    machines, config = cloud.client("stepfunctions"), cloud.config
    return (
        ports.give(RecalculationStore, DynamoRecalculationStore(cloud.state))
        .give(RecalculationMachine, StepFunctionsRecalculation(machines, config.recalculation_machine))
        .give(MovedStore, DynamoMovedStore(cloud.state))
        .give(SimulationStore, DynamoSimulationStore(cloud.state))
        .give(SimulationMachine, StepFunctionsSimulation(machines, config.simulation_machine))
    )


IMPACT = Capability(
    "impact",
    connect,
    routes=("http.effects", "http.recalculations", "http.moved"),
    steps=("tasks.recalculation.RecalculationSteps", "tasks.simulation.SimulationSteps"),
    records=(RECALCULATIONS, PROGRESS, CORRECTIONS, RUNS, SHARDS, PAGES, MOVED_RUNS),
)
