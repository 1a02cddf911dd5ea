"""Finds the clearing of a claim's debts: the windows of its debts, and the runs of those windows where they exist.

None of this is stored with the claim: it is read from the journal, the windows and the runs, so it cannot differ from
them.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.claims.domain.history import ClaimClearing, ClaimDispute, ClearedIn
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.clearing.domain.disputes import DisputeView
from chalicelib.clearing.domain.run import run_id_of
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.usecases.debts import DebtBook, dispute_of, view_of
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import Entry, entries
from chalicelib.ledger.domain.transaction import Transaction

OPEN = "open"
"""The state of a window that no run has closed yet."""


@dataclass(frozen=True, slots=True)
class FindClearing:
    windows: WindowStore
    runs: RunStore
    debts: DebtBook

    def __call__(self, record: ClaimRecord) -> ClaimClearing | None:
        """Return every window that a claim's debts between areas went through, in the order of posting: debts of funds
        before debts of treasuries. None for a claim that never owed anybody.
        """
        if record.settlement is None:
            return None
        posted = self.debts.standing(self.debts.of(record.claim_id))
        found = [each for one in sorted(posted, key=lambda one: one.occurred_at) for each in self._cleared_in(one)]
        return ClaimClearing(found[0], tuple(found)) if found else None

    def disputes(self, claim_id: ClaimId) -> tuple[ClaimDispute, ...]:
        """Return every dispute about a claim, in the order in which they were raised, across all runs."""
        return tuple(
            _shown(view_of(self.runs, dispute_of(self.runs, run_id, dispute_id)))
            for run_id, dispute_id in self.runs.debts(claim_id).disputes
        )

    def _cleared_in(self, transaction: Transaction) -> Iterator[ClearedIn]:
        owing = entries(transaction)
        for tier in sorted(owing, key=lambda each: (not _owes_funds(owing[each]), each)):
            window = self.windows.window_of(tier, transaction.period, transaction.id)
            if window is not None:
                run = self.runs.get(run_id_of(window))
                run_id, status = (None, OPEN) if run is None else (run.run_id, run.status.value)
                yield ClearedIn(transaction.id, transaction.occurred_at, window, run_id, status)


def _shown(view: DisputeView) -> ClaimDispute:
    dispute, resolution = view.dispute, view.dispute.resolution
    return ClaimDispute(
        dispute_id=dispute.dispute_id,
        run_id=dispute.run_id,
        amount_fen=dispute.amount_fen,
        verdict=None if resolution is None else resolution.verdict,
        owed_fen=None if resolution is None else sum(resolution.amounts_fen),
        held_fen=view.held_fen,
        awaits_outcome=dispute.awaits_outcome,
        outcome=None if dispute.disposal is None else dispute.disposal.outcome,
    )


def _owes_funds(entry: Entry) -> bool:
    return any(owed.kind is ObligationKind.FUND for owed in entry.obligations)
