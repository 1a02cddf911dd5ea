"""Recalculations in memory, and a machine that is run by hand."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.impact.domain.recalculation import RecalculatedClaim, Recalculation, RecalculationStatus
from chalicelib.impact.ports import AddRecalculated, WriteRecalculation
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.main.writes import RecalculationPart


class RecalculationMemory:
    """Runs, and what they corrected."""

    def __init__(self) -> None:
        self.runs: dict[str, Recalculation] = {}
        self.rows: dict[tuple[str, str], RecalculatedClaim] = {}

    def holds(self, part: RecalculationPart) -> bool:
        """Whether the part's condition holds."""
        match part:
            case WriteRecalculation(run):
                known = self.runs.get(run.recalculation_id)
                return (known.revision if known else 0) == run.revision - 1
            case AddRecalculated(recalculation_id, row):
                return (recalculation_id, row.transaction_id) not in self.rows

    def apply(self, part: RecalculationPart) -> None:
        """Write the part."""
        match part:
            case WriteRecalculation(run):
                self.runs[run.recalculation_id] = run
            case AddRecalculated(recalculation_id, row):
                self.rows[recalculation_id, row.transaction_id] = row


class FakeRecalculationStore:
    def __init__(self, memory: RecalculationMemory) -> None:
        self._memory = memory

    def get(self, recalculation_id: str) -> Recalculation | None:
        return self._memory.runs.get(recalculation_id)

    def find(self, status: RecalculationStatus | None, page: PageRequest) -> Page[Recalculation]:
        found = [run for run in self._memory.runs.values() if status in (None, run.status)]
        newest = sorted(found, key=lambda run: (run.requested.at, run.recalculation_id), reverse=True)
        places = {run.recalculation_id: f"{place:06d}" for place, run in enumerate(newest)}
        return page_of(newest, lambda run: places[run.recalculation_id], page)

    def corrections(self, recalculation_id: str, page: PageRequest) -> Page[RecalculatedClaim]:
        found = [row for (known, _), row in sorted(self._memory.rows.items()) if known == recalculation_id]
        return page_of(found, lambda row: row.transaction_id, page)


class FakeRecalculationMachine:
    """Executions that were started, each to be run once."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []

    def start(self, recalculation_id: str, attempt: int) -> bool:
        if (recalculation_id, attempt) in self.started:
            return False
        self.started.append((recalculation_id, attempt))
        return True

    def run(self, step: Callable[[str], bool]) -> None:
        """Run the newest execution to its end."""
        recalculation_id, _ = self.started[-1]
        while not step(recalculation_id):
            pass
