"""Steps of areas on a claim between them while everything else goes on: runs, disputes, rulings, outcomes, payments.

Every step may be lost half-way and is done again later; a step does not repeat what a run has already reached.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from itertools import chain

from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.clearing.domain.bank import hand_down_id
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.netting import hand_down
from chalicelib.clearing.domain.run import Run, RunStatus, run_id_of
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.clearing.usecases.run import Clearing, StartRun, figures_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.money import Fen
from chalicelib.kernel.ports import Clock, DocumentStore
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId
from chalicelib.ledger.domain.obligations import SHARDS, Window
from chalicelib.ledger.domain.transaction import posting_period
from chalicelib.registry.domain.model import NATION
from tests.kit.bank_words import due_of, words_about

CENTRE = Principal("centre", Role.CENTRE, NATION)
DEBTORS = Principal("wuhan", Role.AGENCY, "420100")
CREDITORS = Principal("kunming", Role.AGENCY, "530100")


class Clearinghouse:
    """The nation's tier of one desk. `calm` are the stores without faults, `now` the desk's clock."""

    def __init__(self, clearing: System, calm: Ports, now: Callable[[], Instant]) -> None:
        self.clearing, self.calm, self.now = clearing, calm, now

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return every run of the month, by its window: a lost answer does not hide a run."""
        return tuple(self._runs())

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        return tuple(chain.from_iterable(self.calm[RunStore].disputes(run.run_id) for run in self.runs))

    def ask(self) -> None:
        """Start a run if there is debt to clear, or continue a run that was cut off; then ask the parties."""
        early = [run for run in self.runs if not run.reached(RunStatus.CONFIRMING)]
        run_id = early[0].run_id if early else self.clearing[StartRun](CENTRE, NATION, None)
        for task in (self.clearing[Clearing].close, self.clearing[Clearing].prove):
            for shard in SHARDS:
                task(run_id, shard)
        self.clearing[Clearing].verify(run_id)
        self._state(run_id, self.clearing[Clearing].net(run_id), 1)

    def dispute(self, claim_id: ClaimId) -> None:
        for run in self.runs:
            if run.status is RunStatus.CONFIRMING and not run.sealed:
                self.clearing[Parties].dispute(DEBTORS, run.run_id, DEBTORS.area, claim_id, "not ours")

    def rule(self, dispute: Dispute, verdict: Verdict, amount_fen: Fen) -> None:
        given = amount_fen if verdict is Verdict.REDUCED else None
        self.clearing[Parties].resolve(CENTRE, dispute.run_id, dispute.dispute_id, verdict, given)

    def dispose(self, dispute: Dispute, outcome: RulingOutcome) -> None:
        self.clearing[Rulings].dispose(CREDITORS, dispute.run_id, dispute.dispute_id, outcome, "as agreed")

    def finish(self) -> None:
        """Carry every run whose parties were asked to its end, and repeat the bank's reports on ended runs."""
        for run in self.runs:
            if not run.reached(RunStatus.CONFIRMING):
                continue
            if not run.reached(RunStatus.SETTLED):
                self._state(run.run_id, self.clearing[Parties].seal(run.run_id), 2)
                for debtor in self.clearing[ClearingPayment].debtors(run.run_id):
                    self.clearing[ClearingPayment].post(run.run_id, debtor)
                self.clearing[ClearingPayment].instruct(run.run_id)
            self._hear_banks(run.run_id)

    def _hear_banks(self, run_id: RunId) -> None:
        """Report a run's payments, and the payments that provinces hand down after the run, some of them too early."""
        run = self.calm[RunStore].get(run_id)
        assert run is not None
        figures, payment = figures_of(self.calm[DocumentStore], run), self.clearing[ClearingPayment]
        for province in sorted({each.province for each in figures.allocations}):
            centre, handed = Principal("centre", Role.CENTRE, province), hand_down(figures.allocations, province)
            for word in words_about(due_of(hand_down_id(run_id, province), handed), province):
                with contextlib.suppress(Conflict):
                    payment.receive_handed_down(centre, run_id, province, word.payment, word.reference, word.amount_fen)
        for word in words_about(due_of(run_id, figures.instructions), run_id):
            payment.receive(CENTRE, run_id, word.payment, word.reference, word.amount_fen)

    def _state(self, run_id: RunId, areas: tuple[AreaCode, ...], edition: int) -> None:
        for area in areas:
            self.clearing[Parties].state(run_id, area, edition)
        self.clearing[Parties].publish(run_id, edition)

    def _runs(self) -> Iterator[Run]:
        period = posting_period(self.now())
        newest = self.calm[WindowStore].open_window(NATION, period)
        for number in range(1, newest.number):
            run = self.calm[RunStore].get(run_id_of(Window(NATION, period, number)))
            if run is not None:
                yield run


def clearinghouse(clearing: System, calm: Ports) -> Clearinghouse:
    """The tier over a desk's own use cases."""
    return Clearinghouse(clearing, calm, lambda: instant(calm[Clock].now()))
