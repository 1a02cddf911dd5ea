"""The machine of large batches, run by hand."""

from __future__ import annotations

from chalicelib.batches.domain import BatchId
from chalicelib.batches.usecases import ReceiveBatch


class FakeBatchMachine:
    """Executions that were started, each to be run once."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []
        self.ended: set[tuple[str, int]] = set()
        self.waits: list[int] = []

    def start(self, batch_id: str, attempt: int) -> bool:
        execution = (batch_id, attempt)
        if execution in self.ended:
            return False
        if execution not in self.started:
            self.started.append(execution)
        return True

    def stop(self) -> None:
        """End the newest execution, whatever its progress."""
        self.ended.add(self.started[-1])

    def run(self, receiving: ReceiveBatch) -> bool:
        """Run the newest execution until it is done or has to wait; whether it waits."""
        batch_id, _ = self.started[-1]
        while True:
            batch, wait_s = receiving.step(BatchId(batch_id))
            if wait_s:
                self.waits.append(wait_s)
                return True
            if not batch.is_running:
                self.stop()
                return False
