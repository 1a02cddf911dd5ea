"""Whatever happens in whatever order, the books stay true: QUEBAO_SEQUENCES interleavings (100 unless it says more)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from chalicelib.application.assembly import Ports, UseCases
from tests.fakes.faults import Fault, faulty
from tests.fakes.samples import policies
from tests.fakes.world import World
from tests.money.sequences import MoneySequences

SEQUENCES = int(os.environ.get("QUEBAO_SEQUENCES", "100"))


class SequencesOnFakes(MoneySequences):
    """On the stores in memory, every call of which may be lost."""

    def open_world(self) -> None:
        self.fault = Fault()
        world = World(policies(), faulty(self.fault))
        self.ports, self.use_cases = world.ports, world.use_cases
        self.workflows, self.clock = world.workflows, world.clock
        # The same memory, read without the fault.
        self._calm: Ports = world.calm_ports
        self._calm_use_cases = UseCases(self._calm)

    @property
    def calm_ports(self) -> Ports:
        return self._calm

    @property
    def calm_use_cases(self) -> UseCases:
        return self._calm_use_cases


TestSequencesOnFakes = SequencesOnFakes.TestCase
TestSequencesOnFakes.settings = settings(
    max_examples=SEQUENCES,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
