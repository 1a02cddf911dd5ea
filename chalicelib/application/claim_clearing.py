"""Where a claim's settlement is cleared: the window it fell into, and the run of that window once there is one.

Nothing of it is stored with the claim: it is read from the journal, the windows and the runs, so it cannot differ from
them.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.claim_history import ClaimClearing, ClaimDispute
from chalicelib.application.clearing_debts import dispute_of, view_of
from chalicelib.application.clearing_ports import RunStore, WindowStore
from chalicelib.application.ports import LedgerStore
from chalicelib.application.records import ClaimRecord
from chalicelib.domain.accounts import ObligationKind
from chalicelib.domain.clearing.disputes import DisputeView
from chalicelib.domain.clearing.run import run_id_of
from chalicelib.domain.clearing.windows import Entry, entries
from chalicelib.domain.ledger import Transaction

OPEN = "open"
"""The state of a window that no run has closed yet."""


@dataclass(frozen=True, slots=True)
class FindClearing:
    ledger: LedgerStore
    windows: WindowStore
    runs: RunStore

    def __call__(self, record: ClaimRecord) -> ClaimClearing | None:
        """Where what the claim's settlement owes between areas is cleared: between funds where funds owe, else between
        treasuries. None for a claim that owes nobody.
        """
        if record.settlement is None:
            return None
        transaction = self.ledger.get(record.settlement.transaction_id)
        owing = {} if transaction is None else entries(transaction)
        if transaction is None or not owing:
            return None
        tier = min(owing, key=lambda each: (not _owes_funds(owing[each]), each))
        return self._in_tier(transaction, tier)

    def disputes(self, claim_id: str) -> tuple[ClaimDispute, ...]:
        """Every dispute about a claim, in the order in which they were raised, whatever run it was raised in."""
        return tuple(
            _shown(view_of(self.runs, dispute_of(self.runs, run_id, dispute_id)))
            for run_id, dispute_id in self.runs.debts(claim_id).disputes
        )

    def _in_tier(self, transaction: Transaction, tier: str) -> ClaimClearing | None:
        window = self.windows.window_of(tier, transaction.period, transaction.id)
        if window is None:
            return None
        run = self.runs.get(run_id_of(window))
        if run is None:
            return ClaimClearing(window, None, OPEN)
        return ClaimClearing(window, run.run_id, run.status.value)


def _shown(view: DisputeView) -> ClaimDispute:
    dispute, resolution = view.dispute, view.dispute.resolution
    return ClaimDispute(
        dispute_id=dispute.dispute_id,
        run_id=dispute.run_id,
        amount_fen=dispute.amount_fen,
        verdict=None if resolution is None else resolution.verdict.value,
        owed_fen=None if resolution is None else sum(resolution.amounts_fen),
        held_fen=view.held_fen,
        awaits_outcome=dispute.awaits_outcome,
        outcome=None if dispute.disposal is None else dispute.disposal.outcome.value,
    )


def _owes_funds(entry: Entry) -> bool:
    return any(owed.kind is ObligationKind.FUND for owed in entry.obligations)
