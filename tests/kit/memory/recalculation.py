"""A machine of recalculations that is run by hand."""

from __future__ import annotations

from chalicelib.impact.usecases.recalculate import Recalculating
from chalicelib.kernel.words.ids import RecalculationId


class FakeRecalculationMachine:
    """Executions that were started, each to be run once."""

    def __init__(self) -> None:
        self.started: list[tuple[RecalculationId, int]] = []

    def start(self, recalculation_id: RecalculationId, attempt: int) -> bool:
        if (recalculation_id, attempt) in self.started:
            return False
        self.started.append((recalculation_id, attempt))
        return True

    def run(self, tasks: Recalculating) -> None:
        """Run the newest execution to its end."""
        recalculation_id, _ = self.started[-1]
        for shard in tasks.plan(recalculation_id):
            while not tasks.step(recalculation_id, shard):
                pass
        assert tasks.plan(recalculation_id) == ()
