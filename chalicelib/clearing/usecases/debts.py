"""The debts that disputes and rulings left on a claim, read and written together with any other movement of the claim.

Every use case that moves a claim's money reads its debts here and writes them, or requires that nobody did meanwhile. A
dispute, a ruling and an outcome require the claim in the revision they read. So each of these acts sees the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.claims.domain.history import HistoryEvent, RulingOutcome, told
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.ports import ClaimStore, UpdateClaim
from chalicelib.clearing.domain.debts import ClaimDebts, Debt, Pair, decided
from chalicelib.clearing.domain.disputes import AWAITS_OUTCOME, Disposal, Dispute, DisputeView
from chalicelib.clearing.domain.postings import transactions_of
from chalicelib.clearing.domain.run import run_id_of
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.kernel.errors import Finding, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import ClaimId, DisputeId, RunId
from chalicelib.kernel.writes import Part, Put, Replace, Require, Revise
from chalicelib.ledger.domain.obligations import entries
from chalicelib.ledger.domain.transaction import (
    Posting,
    Transaction,
    numbered,
    reversal_id,
    settlement_id,
)
from chalicelib.ledger.ports import LedgerStore
from chalicelib.worklist.domain import TaskKind, done, task_id_of, task_of, with_task, without_task
from chalicelib.worklist.ports import TaskStore

_AWAITED = Finding(
    "outcome-awaited",
    "dispute_id",
    Text(
        "清算裁定已减少应付金额，请就医地经办机构决定由本地承担、重新提交或向医疗机构追回。",
        "A ruling reduced what the debtor owes. Let the treatment place's agency say whether its fund bears the "
        "amount, presents it anew or recovers it from the hospital.",
    ),
)


@dataclass(frozen=True, slots=True)
class DebtBook:
    claims: ClaimStore
    ledger: LedgerStore
    runs: RunStore
    tasks: TaskStore

    def of(self, claim_id: ClaimId) -> ClaimDebts:
        """Return a claim's debts; version 0 where nobody ever disputed the claim."""
        return self.runs.debts(claim_id)

    def posted(self, debts: ClaimDebts) -> tuple[Transaction, ...]:
        """Return the transactions by which disputes, rulings and outcomes moved money of a claim."""
        ids = [each for _, dispute_id in debts.disputes for each in transactions_of(dispute_id)]
        return tuple(found for each in ids if (found := self.ledger.get(each)) is not None)

    def debts_of(self, debts: ClaimDebts, pairs: Sequence[Pair]) -> tuple[Debt, ...]:
        """Return the debts of some pairs; by the ledger where no dispute concerned a pair before."""
        known = [debts.of(pair) for pair in pairs]
        standing = () if all(known) else self.standing(debts)
        return tuple(debt or decided(pair, standing) for debt, pair in zip(known, pairs, strict=True))

    def decided_anew(self, debts: ClaimDebts, target: Sequence[Posting]) -> tuple[ClaimDebts, Part]:
        """Return a claim's debts once it is decided anew, and the part to write together with the correction."""
        if debts.version == 0:
            return debts, Require(debts)
        after = debts.decided_anew(target)
        return after, Revise(after)

    def taken_back(self, debts: ClaimDebts, act: Act, reason: str) -> list[Part]:
        """Return the writes of a reversal, which also recovers the amounts rulings took from the hospital."""
        if debts.version == 0:
            return [Require(debts)]
        disposal = Disposal(RulingOutcome.RECOVERED, reason, act)
        waiting = [each for each in self.disputes(debts) if each.awaits_outcome]
        return [
            Revise(debts.taken_back()),
            *(Replace(replace(each, disposal=disposal), AWAITS_OUTCOME) for each in waiting),
        ]

    def disputes(self, debts: ClaimDebts) -> tuple[Dispute, ...]:
        """Return a claim's disputes, in the order in which they were raised."""
        return tuple(dispute_of(self.runs, run_id, dispute_id) for run_id, dispute_id in debts.disputes)

    def told(
        self,
        record: ClaimRecord | None,
        dispute: Dispute,
        event: HistoryEvent,
        act: Act,
        moved: Transaction | None,
        reason: str,
    ) -> list[Part]:
        """Return the claim's own change with a dispute, a ruling or an outcome: the entry in its history, and the task
        of the treatment place's agency while the amount a ruling took awaits the agency's decision. Condition: the
        claim stands as `record`, which was read before its debts.
        """
        if record is None:
            return []
        record, tasks = self._left(record, dispute, act)
        changed = replace(record, revision=record.revision + 1, changed_at=act.at)
        posted = None if moved is None else moved.id
        entry = told(changed, event, act.role, transaction_id=posted, reason=reason, about=dispute.dispute_id)
        return [UpdateClaim(changed), entry, *tasks]

    def _left(self, record: ClaimRecord, dispute: Dispute, act: Act) -> tuple[ClaimRecord, list[Part]]:
        """Return the claim with the task of its awaited outcomes, given this dispute in its new state."""
        others = [each for each in self.disputes(self.of(record.claim_id)) if each.dispute_id != dispute.dispute_id]
        standing = self.tasks.get(task_id_of(record.claim_id, TaskKind.OUTCOME))
        is_open = TaskKind.OUTCOME.value in record.open_tasks
        if any(each.awaits_outcome for each in (dispute, *others)):
            if is_open:
                return record, []
            task = task_of(record, TaskKind.OUTCOME, dispute.creditors, HistoryEvent.RULING, (_AWAITED,), act.at)
            return with_task(record, TaskKind.OUTCOME), [Put(task)]
        if not is_open or standing is None:
            return record, []
        return without_task(record, TaskKind.OUTCOME), [Put(done(standing, act.at))]

    def record(self, claim_id: ClaimId) -> ClaimRecord | None:
        return self.claims.get(claim_id)

    def still_open(self, debts: ClaimDebts, windows: WindowStore) -> Counter[Pair]:
        """Return a claim's sums in windows that no run has closed, by pair: a dispute concerns these sums too."""
        found: Counter[Pair] = Counter()
        for transaction in self.standing(debts):
            for tier, entry in entries(transaction).items():
                window = windows.window_of(tier, transaction.period, transaction.id)
                if window is not None and self.runs.get(run_id_of(window)) is None:
                    for owed in entry.obligations:
                        found[Pair(owed.kind, owed.debtor, owed.creditor)] += owed.amount_fen
        return found

    def is_reversed(self, claim_id: ClaimId) -> bool:
        """Tell whether a claim was reversed against its hospital."""
        return self.ledger.get(reversal_id(settlement_id(claim_id))) is not None

    def standing(self, debts: ClaimDebts) -> tuple[Transaction, ...]:
        """Return all transactions of a claim that move the debts between areas for the claim."""
        claim_id, record = debts.claim_id, self.claims.get(debts.claim_id)
        settled = None if record is None else record.settlement
        last = 0 if settled is None else settled.corrections
        first = settlement_id(claim_id)
        ids = [first, *(numbered("correct", claim_id, number) for number in range(1, last + 1))]
        ids += [numbered("enrol", claim_id, number) for number in range(last + 1)]
        ids.append(reversal_id(first))
        found = tuple(posted for each in ids if (posted := self.ledger.get(each)) is not None)
        return (*found, *self.posted(debts))


def view_of(runs: RunStore, dispute: Dispute) -> DisputeView:
    """Return a dispute in its present state."""
    debts = runs.debts(dispute.claim_id)
    return DisputeView(dispute, debts.disputed_fen(dispute.dispute_id), debts.held_fen(dispute.dispute_id))


def dispute_of(runs: RunStore, run_id: RunId, dispute_id: DisputeId) -> Dispute:
    """Return a dispute of a run. Raises `NotFound`."""
    return existing(next((each for each in runs.disputes(run_id) if each.dispute_id == dispute_id), None))
