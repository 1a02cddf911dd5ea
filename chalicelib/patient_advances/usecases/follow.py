"""Follows the money of a granted request: the advance, the person's claims that offset it, the runs that clear them.

Nothing here is stored: the answer is read from the claims, the journal and the windows at every request, and so cannot
differ from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.advances.domain.model import Advance
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.clearing.domain.postings import resolution_id, ruling_id
from chalicelib.clearing.domain.run import run_id_of
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.usecases.book import trail_of
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import entries
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import LedgerStore
from chalicelib.patient_advances.domain import Debt, PatientAdvance, SettledClaim, Stage, stage_of
from chalicelib.settlement.domain.postings import balances_of


@dataclass(frozen=True, slots=True)
class Followed:
    """The course of a granted request."""

    stage: Stage
    advance: Advance
    claims: tuple[SettledClaim, ...]

    @property
    def offset_fen(self) -> Fen:
        """The total offset of the person's claims against the hospital's special advance."""
        return sum(claim.offset_fen for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Following:
    persons: PersonStore
    claims: ClaimStore
    ledger: LedgerStore
    windows: WindowStore
    runs: RunStore

    def follow(self, request: PatientAdvance, advance: Advance) -> Followed:
        """Return the current course of the request."""
        claims = tuple(self._claims(request))
        return Followed(stage_of(advance, claims), advance, claims)

    def _claims(self, request: PatientAdvance) -> Iterator[SettledClaim]:
        """Return the person's standing claims at the hospital that were posted since the request, in their order."""
        for year in self.persons.years(request.case.person):
            for claim_id in year.standing:
                record = self.claims.get(claim_id)
                if record is None or record.settlement is None or record.institution != request.case.institution:
                    continue
                trail = trail_of(self.ledger, record)
                if trail.settlement and trail.settlement[0].occurred_at >= request.reported.at:
                    posted = (*trail.settlement, *trail.enrolments)
                    yield self._settled(record, posted, record.settlement.advance_offset_fen, request)

    def _settled(
        self, record: ClaimRecord, posted: tuple[Transaction, ...], offset_fen: Fen, request: PatientAdvance
    ) -> SettledClaim:
        debts = tuple(debt for transaction in posted for debt in self._debts(transaction, request))
        return SettledClaim(record.claim_id, posted[0].occurred_at, offset_fen, debts)

    def _debts(self, transaction: Transaction, request: PatientAdvance) -> Iterator[Debt]:
        """Return a transaction's debts of the insured place's fund, and those of the resolutions of its disputes."""
        for tier, entry in entries(transaction).items():
            owed_fen = sum(
                owed.amount_fen
                for owed in entry.obligations
                if owed.kind is ObligationKind.FUND and owed.debtor == request.pooling_area
            )
            window = self.windows.window_of(tier, transaction.period, transaction.id)
            if not owed_fen or window is None:
                continue
            run = self.runs.get(run_id_of(window))
            if run is None:
                yield Debt(transaction.id, owed_fen, window)
                continue
            disputes = [
                dispute
                for dispute in self.runs.disputes(run.run_id)
                if any(line.transaction_id == transaction.id for line in dispute.lines)
            ]
            resolved = all(dispute.resolution is not None for dispute in disputes)
            yield Debt(
                transaction.id, owed_fen, window, run.run_id, run.status, bool(disputes), bool(disputes) and resolved
            )
            for dispute in disputes:
                posted = self.ledger.get(resolution_id(dispute.dispute_id))
                if posted is not None:
                    ruled = self.ledger.get(ruling_id(dispute.dispute_id))
                    both = (posted,) if ruled is None else (posted, ruled)
                    yield from self._debts(replace(posted, postings=balances_of(both)), request)
