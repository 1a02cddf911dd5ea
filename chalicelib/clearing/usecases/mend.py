"""Brings the shard of a closed window into line with the ledger, as far as two people agreed. Part of the task `prove`.

    open window read ──> evidence read ──> booked there, conditional on its gate and on the entry being new

This order keeps an entry that no window held from entering two windows: another writer that books the entry elsewhere
in between closes that gate or takes that place first, and this write fails and is decided again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.clearing.domain.proof import Fault, ShardEvidence, faults
from chalicelib.clearing.domain.repair import Mended, Mending, Repair, changes, sound, unbooked
from chalicelib.clearing.domain.run import Run
from chalicelib.clearing.ports import AddMended, AddPositions, RunStore, WindowStore
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Commits

ReadEvidence = Callable[[int], ShardEvidence]


@dataclass(frozen=True, slots=True)
class Mender:
    windows: WindowStore
    runs: RunStore
    commits: Commits

    def mended(self, run: Run, shard: int, read: ReadEvidence) -> ShardEvidence:
        """Return the shard's evidence, after the approved repairs of its faults."""
        evidence = read(shard)
        if not faults(evidence):
            return evidence
        target = self.windows.open_window(run.window.tier, run.window.period)
        evidence = read(shard)
        repair = self._approved(run, faults(evidence))
        if repair is None:
            return evidence
        for entry in unbooked(evidence):
            done = Mended(repair.repair_id, Mending.BOOKED, shard, target.number, entry.transaction_id)
            self.commits.commit([AddPositions(target, entry), AddMended(run.run_id, done)])
        for change in changes(evidence, repair.repair_id):
            self.commits.commit([AddMended(run.run_id, change)])
        self.windows.make_sound(run.window, shard, sound(evidence))
        return read(shard)

    def _approved(self, run: Run, found: Sequence[Fault]) -> Repair | None:
        repairs = self.runs.repairs(run.run_id)
        return next((repair for repair in reversed(repairs) if repair.covers(found)), None)
