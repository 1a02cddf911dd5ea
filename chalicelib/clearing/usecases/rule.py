"""The outcomes for amounts that rulings took from debtors, and the lists in which an agency finds its open decisions.

The treatment place's agency decides once: its own fund bears the amount, the amount is presented anew in the open
window, or the claim is reversed against the hospital. Source: design.md section 6; contract.md, Clearing.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.claims.domain.history import HistoryEvent, RulingOutcome
from chalicelib.clearing.access import CLEARING_READ, RULING_DISPOSE
from chalicelib.clearing.domain import postings
from chalicelib.clearing.domain.debts import Debt
from chalicelib.clearing.domain.disputes import AWAITS_OUTCOME, Disposal, Dispute, DisputeState, DisputeView
from chalicelib.clearing.domain.statements import areas_of
from chalicelib.clearing.ports import RecoverFromHospital, RunStore, WindowStore
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.clearing.usecases.debts import DebtBook, dispute_of, view_of
from chalicelib.clearing.usecases.run import run_of, stated_areas
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.errors import Conflict, Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, DisputeId, RunId
from chalicelib.kernel.writes import Part, Replace, Revise
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import PostTransaction

_PARTIES = frozenset({Role.AGENCY, Role.FINANCE})
_NOT_RULED = Finding(
    "dispute-open",
    "dispute_id",
    Text("该异议尚未裁定，请等待清算中心裁定。", "The dispute is not ruled on yet; wait for the centre's ruling."),
)
_NOTHING_TAKEN = Finding(
    "nothing-ruled-away",
    "dispute_id",
    Text(
        "裁定为应付，没有需要处置的金额，请查看裁定内容。",
        "The ruling is that the amount is owed, so there is nothing to dispose of; read it on the dispute.",
    ),
)
_OTHERWISE = Finding(
    "outcome-taken",
    "outcome",
    Text(
        "该裁定金额已作其他处置，不能更改，请查看原处置。",
        "The amount of this ruling was disposed of otherwise, and that cannot be changed; read the outcome on the "
        "dispute.",
    ),
)


@dataclass(frozen=True, slots=True)
class Rulings:
    windows: WindowStore
    runs: RunStore
    commits: Commits
    debts: DebtBook
    recover: RecoverFromHospital
    clock: Clock
    retrying: Retrying

    def dispose(
        self, principal: Principal, run_id: RunId, dispute_id: DisputeId, outcome: RulingOutcome, reason: str
    ) -> Dispute:
        """Decide the outcome for the amount a ruling took; the same outcome again changes nothing.

        Raises `NotFound`, also for another place's dispute, and `Conflict` before the ruling, for a ruling that took
        nothing, and for an amount disposed of otherwise, a reversal being a recovery.
        """
        run_of(self.runs, run_id)
        dispute = dispute_of(self.runs, run_id, dispute_id)
        require(principal, RULING_DISPOSE, self._resource(dispute))
        return self.retrying.on_conflict(lambda: self._dispose_once(principal, dispute, outcome, reason))

    def list(
        self, principal: Principal, run_id: RunId, state: DisputeState | None, page: PageRequest
    ) -> Page[DisputeView]:
        """List a run's disputes, narrowed to a state where one is named; a party sees those that concern its area."""
        run = run_of(self.runs, run_id)
        areas = frozenset(stated_areas(self.runs.shards(run_id)))
        require(principal, CLEARING_READ, Resource("clearing", areas=areas, tier=run.window.tier))
        found = [
            view_of(self.runs, dispute)
            for dispute in self.runs.disputes(run_id)
            if (state is None or state.holds(dispute)) and _concerns(principal, dispute, run.window.tier)
        ]
        return page_of(found, lambda view: view.dispute.dispute_id, page)

    def view(self, dispute: Dispute) -> DisputeView:
        """Return a dispute in its present state."""
        return view_of(self.runs, dispute)

    def _resource(self, dispute: Dispute) -> Resource:
        """Return the treatment place's resource: the area with the suspense, and the agency settling the hospital."""
        record = self.debts.record(dispute.claim_id)
        agency = frozenset() if record is None or record.agency is None else frozenset({record.agency})
        return Resource("dispute", areas=dispute.creditors | agency)

    def _dispose_once(self, principal: Principal, known: Dispute, outcome: RulingOutcome, reason: str) -> Dispute:
        dispute = dispute_of(self.runs, known.run_id, known.dispute_id)
        if dispute.disposal is not None:
            if dispute.disposal.outcome is not outcome:
                raise Conflict([_OTHERWISE.naming(outcome=dispute.disposal.outcome.value)])
            return dispute
        if not dispute.awaits_outcome:
            ruled = dispute.resolution
            raise Conflict([_NOT_RULED if ruled is None else _NOTHING_TAKEN.naming(verdict=ruled.verdict.value)])
        if outcome is RulingOutcome.RECOVERED:
            self.recover(principal, dispute.claim_id, reason)
            return dispute_of(self.runs, dispute.run_id, dispute.dispute_id)
        record, debts = self.debts.record(dispute.claim_id), self.debts.of(dispute.claim_id)
        act = Act.of(principal, instant(self.clock.now()))
        before = self.debts.debts_of(debts, [pair for pair, _ in dispute.pairs])
        after = tuple(_after(debt, dispute.dispute_id, outcome) for debt in before)
        disposed = replace(dispute, disposal=Disposal(outcome, reason, act))
        parts: list[Part] = [Replace(disposed, AWAITS_OUTCOME), Revise(debts.with_debts(after))]
        moved = _moved(act.at, dispute, outcome, before, after)
        if moved is not None:
            parts += [PostTransaction(moved), *positions_for(self.windows, moved)]
        parts += self.debts.told(record, disposed, HistoryEvent.OUTCOME, act, moved, f"{outcome.value}: {reason}")
        self.commits.commit(parts)
        return disposed


def _after(debt: Debt, dispute_id: DisputeId, outcome: RulingOutcome) -> Debt:
    return debt.borne(dispute_id) if outcome is RulingOutcome.BORNE else debt.presented(dispute_id)


def _moved(
    at: Instant, dispute: Dispute, outcome: RulingOutcome, before: tuple[Debt, ...], after: tuple[Debt, ...]
) -> Transaction | None:
    make = postings.borne if outcome is RulingOutcome.BORNE else postings.presented
    return make(at, dispute, before, after)


def _concerns(principal: Principal, dispute: Dispute, tier: AreaCode) -> bool:
    return principal.role not in _PARTIES or any(principal.area in areas_of(line, tier) for line in dispute.lines)
