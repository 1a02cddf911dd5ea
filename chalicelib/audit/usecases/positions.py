"""The windows and runs of the months in which the journal owes, read for comparison with the rebuilt positions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from chalicelib.audit.domain.claims import ClaimState
from chalicelib.audit.domain.positions import Month, Pair, PositionAuditor, RunState, ShardState
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.run import RunStatus, run_id_of
from chalicelib.clearing.domain.windows import Position
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.usecases.run import figures_of
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.ports import DocumentStore
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.obligations import SHARDS, Window
from chalicelib.ledger.domain.transaction import Obligation


@dataclass(frozen=True, slots=True)
class ComparePositions:
    windows: WindowStore
    runs: RunStore
    documents: DocumentStore

    def __call__(self, auditor: PositionAuditor) -> tuple[Difference, ...]:
        """Find the differences, once the auditor has taken the whole journal."""
        windows = [window for month in auditor.months for window in self._windows(month)]
        shards = [self.shard(window, shard) for window in windows for shard in SHARDS]
        disputes = self.disputes(windows)
        claims = [self.claim(claim_id, found) for claim_id, found in disputes.items()]
        return auditor.compare(shards, self.runs_of(windows), claims)

    def standing(self, period: str, tiers: Iterable[AreaCode]) -> tuple[Window, ...]:
        """Return the windows of a month that have a passed transaction or a closing run."""
        months = ((tier, period) for tier in sorted(tiers))
        found = (window for month in months for window in self._windows(month))
        return tuple(each for each in found if self.windows.passed(each) or self.runs.get(run_id_of(each)))

    def runs_of(self, windows: Iterable[Window]) -> list[RunState]:
        """Return the amounts that the existing runs of windows took out of the accounts between areas."""
        return [state for window in windows if (state := self._run(window)) is not None]

    def is_over(self, window: Window, before: str) -> bool:
        """Tell whether a window can change no more: its run is settled, and all its disputes are over and were raised
        before an instant.
        """
        run = self.runs.get(run_id_of(window))
        disputes = () if run is None else self.runs.disputes(run.run_id)
        ended = all(each.resolution and not each.awaits_outcome and each.raised.at < before for each in disputes)
        return run is not None and run.status is RunStatus.SETTLED and ended

    def _windows(self, month: Month) -> Iterator[Window]:
        newest = self.windows.open_window(*month)
        return (replace(newest, number=number) for number in range(1, newest.number + 1))

    def shard(self, window: Window, shard: int) -> ShardState:
        """Return the recorded state of a gate."""
        gate = self.windows.gate(window, shard)
        entries = self.windows.entries(window, shard)
        return ShardState(
            month=(window.tier, window.period),
            window=window.number,
            shard=shard,
            passed=gate.count,
            hash_sum=gate.hash_sum,
            entries={entry.transaction_id: _sums(entry.obligations) for entry in entries},
            positions=_sums(self.windows.positions(window, shard)),
        )

    def disputes(self, windows: Iterable[Window]) -> dict[ClaimId, list[Dispute]]:
        """Return every dispute in the runs of windows, by claim."""
        disputes: dict[ClaimId, list[Dispute]] = {}
        for window in windows:
            for dispute in self.runs.disputes(run_id_of(window)):
                disputes.setdefault(dispute.claim_id, []).append(dispute)
        return disputes

    def claim(self, claim_id: ClaimId, found: Iterable[Dispute]) -> ClaimState:
        """Return a claim's state after these disputes and every ruling on the claim."""
        disputes = list(found)
        open_disputes = [each for each in disputes if each.resolution is None]
        return ClaimState(
            claim_id=claim_id,
            disputed=disputed_in(disputes),
            open_debtors=frozenset(line.debtor for each in open_disputes for line in each.lines),
            bounds={
                (debt.pair.kind.value, debt.pair.debtor, debt.pair.creditor): debt.granted_fen
                for debt in self.runs.debts(claim_id).debts
                if debt.granted_fen is not None and debt.taken
            },
            waits=any(each.awaits_outcome for each in disputes),
        )

    def _run(self, window: Window) -> RunState | None:
        run = self.runs.get(run_id_of(window))
        if run is None:
            return None
        disputed = [line.position for each in self.runs.disputes(run.run_id) for line in each.lines]
        cleared = figures_of(self.documents, run).cleared if run.sealed else ()
        return RunState(run.run_id, _sums(cleared), _sums(disputed), run.reached(RunStatus.INSTRUCTED))


def disputed_in(disputes: Iterable[Dispute]) -> dict[Pair, Fen]:
    """Return the amounts that disputes took out of runs."""
    return _sums(line.position for each in disputes for line in each.lines)


def _sums(owed: Iterable[Obligation | Position]) -> dict[Pair, Fen]:
    sums: Counter[Pair] = Counter()
    for each in owed:
        sums[each.kind.value, each.debtor, each.creditor] += each.amount_fen
    return dict(sums)
