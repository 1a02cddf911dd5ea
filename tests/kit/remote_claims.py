"""A claim between areas with everything that can happen to it: runs, disputes, rulings, outcomes, later changes."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.clearing.domain.bank import instruction_id
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.clearing.usecases.run import Clearing, StartRun, figures_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.money import Fen
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId
from chalicelib.ledger.domain.transaction import trial_balance, unmatched_mirrors
from chalicelib.registry.domain.model import NATION
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.audits import found_by_both
from tests.kit.clearing_runs import close
from tests.kit.memory.samples import REMOTE_CLAIM, agency, body, enrol_sample, hospital, submission
from tests.kit.memory.world import World

WUHAN, KUNMING = AreaCode("420100"), AreaCode("530100")
HEALTH = Principal("doctor", Role.HEALTH, KUNMING)


@dataclass
class RemoteClaim:
    """A claim of `case` in a world of its own; `tier` clears what `debtor` owes `creditor` for it, and `settled_by` is
    the agency that settles with the hospital.
    """

    world: World
    case: str = REMOTE_CLAIM
    tier: AreaCode = NATION
    debtor: AreaCode = WUHAN
    creditor: AreaCode = KUNMING
    settled_by: AreaCode = KUNMING
    claim_id: ClaimId = field(default=ClaimId(""))
    runs: list[RunId] = field(default_factory=list)
    audited: bytes = field(default=b"", repr=False)
    """State of the stores after the last audit, which is not repeated on the same state."""

    @property
    def centre(self) -> Principal:
        return Principal("centre", Role.CENTRE, self.tier)

    @property
    def clearing(self) -> System:
        return self.world.system

    def settle(self, *, confirmed: bool = True, number: str | None = None) -> ClaimId:
        """Settle the claim, as a confirmed patient's or as a claim of unknown diagnosis."""
        claim: dict[str, Any] = body(self.case)
        enrol_sample(self.world, claim["patient"]["id_no"])
        if not confirmed:
            claim["diagnosis"]["history"] = []
        claim["claim_no"] = number or claim["claim_no"]
        sent = self.world.system[SubmitClaim](hospital(claim["institution"]), submission(claim))
        assert self.world.run_all() == ["Settled"]
        self.claim_id = sent.view.claim_id
        return self.claim_id

    def ask(self, period: str | None = None) -> RunId:
        """A run that asks its parties, of this month or of another."""
        run_id = self.clearing[StartRun](self.centre, self.tier, period)
        close(self.clearing, run_id)
        for area in self.clearing[Clearing].net(run_id):
            self.clearing[Parties].state(run_id, area, 1)
        self.clearing[Parties].publish(run_id, 1)
        self.runs.append(run_id)
        return run_id

    def finish(self, run_id: RunId) -> Fen:
        """Finish a run; return the total that the run cleared."""
        parties, payment = self.clearing[Parties], self.clearing[ClearingPayment]
        for area in parties.seal(run_id):
            parties.state(run_id, area, 2)
        parties.publish(run_id, 2)
        for debtor in payment.debtors(run_id):
            payment.post(run_id, debtor)
        payment.instruct(run_id)
        run = self.world.ports[RunStore].get(run_id)
        assert run is not None
        figures = figures_of(self.world.documents, run)
        for each in figures.instructions:
            name = instruction_id(run_id, each.number)
            payment.receive(self.centre, run_id, name, f"B-{name}", each.amount_fen)
        settled = self.world.ports[RunStore].get(run_id)
        assert settled is not None
        assert settled.status is RunStatus.SETTLED
        return sum(position.amount_fen for position in figures.cleared)

    def clear(self) -> Fen:
        """Carry out a whole run, if there is debt to clear; return the cleared total."""
        try:
            return self.finish(self.ask())
        except Conflict:
            return 0

    def dispute(self, run_id: RunId | None = None, area: AreaCode | None = None) -> Dispute:
        area = area or self.debtor
        return self.clearing[Parties].dispute(
            agency(area), run_id or self.runs[-1], area, self.claim_id, "not our patient"
        )

    def rule(self, dispute: Dispute, verdict: Verdict, amount_fen: Fen | None = None) -> Dispute:
        return self.clearing[Parties].resolve(self.centre, dispute.run_id, dispute.dispute_id, verdict, amount_fen)

    def dispose(self, dispute: Dispute, outcome: RulingOutcome) -> Dispute:
        return self.clearing[Rulings].dispose(
            agency(self.settled_by), dispute.run_id, dispute.dispute_id, outcome, "as agreed"
        )

    def confirm_patient(self, status: CaseStatus = CaseStatus.CONFIRMED) -> None:
        """The health side corrects the patient's status."""
        event = StatusEvent(status, date(2020, 2, 10))
        self.world.system[CorrectStatus].of_claim(HEALTH, self.claim_id, event, "retest")

    def reverse(self) -> None:
        self.world.system[ReverseClaim](agency(self.settled_by), self.claim_id, "entered twice")

    def balance(self, account: str) -> Fen:
        return self.balances()[account]

    def balances(self) -> Counter[str]:
        """Every account by the journal, which balances and which the audit finds nothing wrong with."""
        books = list(self.world.memory.ledger.values())
        assert trial_balance(books).balance_fen == 0
        assert unmatched_mirrors(books) == ()
        if self._kept() != self.audited:
            assert self.wrong() == set()
            self.audited = self._kept()
        return Counter({row.account: row.balance_fen for row in trial_balance(books).accounts if row.balance_fen})

    def wrong(self) -> set[str]:
        """Return the audit's findings."""
        return found_by_both(self.world)

    def _kept(self) -> bytes:
        """Return everything that an audit reads; two states of the stores never have the same bytes."""
        memory, archive = self.world.memory, self.world.ledger_archive
        tables = [table.everything() for table in (memory.tables.state, memory.tables.ledger)]
        books = (memory.claims, memory.ledger, memory.stream, memory.waiting, vars(memory.money), memory.clearing)
        return pickle.dumps(
            (books, tables, archive.kept, archive.delayed, self.world.documents.kept, self.world.clock.now())
        )

    @property
    def owed(self) -> Fen:
        """Return the open debt of the debtor's fund; whether the debt was cleared plays no part."""
        return -self.balance(f"region/{self.debtor}/due-to/{self.creditor}")

    @property
    def suspense(self) -> Fen:
        return self.balance(f"suspense/{self.creditor}")

    @property
    def expense(self) -> Fen:
        """Return the total expense of the debtor's fund."""
        return sum(fen for account, fen in self.balances().items() if account.startswith(f"fund/{self.debtor}/"))

    @property
    def own_expense(self) -> Fen:
        """Return the total expense of the creditor's fund."""
        return sum(fen for account, fen in self.balances().items() if account.startswith(f"fund/{self.creditor}/"))
