"""The last part of a run: the ledger is cleared, payments are ordered, the bank's receipts are held against them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, movement_id_of
from chalicelib.bank.usecases import Register
from chalicelib.clearing.access import CLEARING_RECEIPT, HAND_DOWN_RECEIPT
from chalicelib.clearing.domain import bank, postings
from chalicelib.clearing.domain.bank import HandDownStatus, Outcome, Receipt
from chalicelib.clearing.domain.netting import Instruction
from chalicelib.clearing.domain.run import Figures, Run, RunStatus, Stage
from chalicelib.clearing.ports import AddReceipt, ClearingMachine, RunStore, WriteRun
from chalicelib.clearing.usecases.run import figures_of, run_of
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Conflict, Finding, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits, DocumentStore
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, RunId
from chalicelib.kernel.writes import Part, Revise
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import LedgerStore, PostTransaction

_NOT_INSTRUCTED = Finding(
    "not-instructed",
    "run_id",
    Text(
        "该清算批次尚未发出付款指令，请待其发出后再报告。",
        "This run has not ordered its payments yet; report again once it has.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """The expected payments of a run or a province, with the receipts recorded so far.

    `name` is the prefix of the payments' ids, `tier` the tier whose hub the money passes, `before` the receipts
    recorded already; `opened` tells whether more may be recorded.
    """

    name: str
    tier: AreaCode
    ordered: tuple[Instruction, ...]
    before: tuple[Receipt, ...]
    opened: bool

    def named(self, instruction: str) -> Instruction | None:
        """Return the payment of that id."""
        return next((each for each in self.ordered if bank.instruction_id(self.name, each.number) == instruction), None)


@dataclass(frozen=True, slots=True)
class ClearingPayment:
    runs: RunStore
    ledger: LedgerStore
    documents: DocumentStore
    commits: Commits
    register: Register
    machine: ClearingMachine
    clock: Clock
    retrying: Retrying

    def debtors(self, run_id: RunId) -> tuple[AreaCode, ...]:
        """Return the debtors whose obligations are to be cleared."""
        return tuple(sorted({position.debtor for position in self._figures(run_id).cleared}))

    def post(self, run_id: RunId, debtor: AreaCode) -> None:
        """Clear one debtor's obligations in the ledger, once."""
        self._post([postings.cleared(run_id, self._now(), debtor, self._figures(run_id).cleared)])

    def instruct(self, run_id: RunId) -> bool:
        """Order the payments. Returns whether the run is thereby settled, since nobody owes anything."""
        run, figures = run_of(self.runs, run_id), self._figures(run_id)
        if not run.reached(RunStatus.INSTRUCTED):
            now, tier = self._now(), run.window.tier
            self._post(postings.instructed(run_id, now, tier, each) for each in figures.instructions)
            self.commits.commit([WriteRun(replace(run.to(RunStatus.INSTRUCTED), revision=run.revision + 1))])
        return self._settle_if_matched(run_id)

    def wait(self, run_id: RunId, token: str) -> None:
        """Keep the token with which the machine waits for the bank."""
        self.runs.keep_token(run_id, Stage.RECEIPTS, token)
        if run_of(self.runs, run_id).status is RunStatus.SETTLED:
            self.machine.proceed(token)

    def receive(
        self, principal: Principal, run_id: RunId, instruction: str, bank_reference: str, amount_fen: Fen
    ) -> Outcome:
        """Record a receipt of the bank; the run settles with the receipt that leaves no row open."""
        run = run_of(self.runs, run_id)
        require(principal, CLEARING_RECEIPT, Resource("clearing", tier=run.window.tier))
        receipt = Receipt(bank_reference, instruction, amount_fen, self._now())
        outcome = self.retrying.on_conflict(lambda: self._receive_once(principal, run_id, receipt))
        self._settle_if_matched(run_id)
        return outcome

    def receive_handed_down(
        self,
        principal: Principal,
        run_id: RunId,
        province: AreaCode,
        instruction: str,
        bank_reference: str,
        amount_fen: Fen,
    ) -> Outcome:
        """Record a receipt of a province's bank for the payments with its pooling areas after a national run.

        Raises `NotFound` where the province hands nothing down in this run.
        """
        require(principal, HAND_DOWN_RECEIPT, Resource("hand-down", tier=province))
        receipt = Receipt(bank_reference, instruction, amount_fen, self._now())
        return self.retrying.on_conflict(lambda: self._receive_once(principal, run_id, receipt, province))

    def _receive_once(
        self, principal: Principal, run_id: RunId, receipt: Receipt, province: AreaCode | None = None
    ) -> Outcome:
        run = run_of(self.runs, run_id)
        desk = self._desk(run) if province is None else self._province_desk(run, province)
        known = desk.named(receipt.instruction)
        said = _movement(principal, receipt, desk.tier if known is None else known.payer)
        movement = self.register.new(said)
        if movement is None:
            return Outcome.DUPLICATE
        if not desk.opened:
            raise Conflict([_NOT_INSTRUCTED.naming(status=run.status.value)])
        outcome = bank.judge(desk.name, desk.ordered, desk.before, receipt)
        parts: list[Part] = [
            Revise(movement),
            WriteRun(replace(run, revision=run.revision + 1)),
            AddReceipt(run_id, len(desk.before), receipt, province),
        ]
        if known is not None:
            booked = bank.divide(known, desk.name, desk.before, receipt)
            moved = postings.received(run_id, desk.tier, known, receipt, booked, movement_id=movement.movement_id)
            parts.append(PostTransaction(moved))
        self.commits.commit(parts)
        return outcome

    def _desk(self, run: Run) -> _Desk:
        ordered = self._figures(run.run_id).instructions if run.reached(RunStatus.INSTRUCTED) else ()
        # Once payments are ordered, receipts are accepted in any state of the run: failed while waiting, or settled,
        # where any further money is beyond the instruction and goes back.
        opened = run.reached(RunStatus.INSTRUCTED)
        return _Desk(run.run_id, run.window.tier, ordered, self.runs.receipts(run.run_id), opened)

    def _province_desk(self, run: Run, province: AreaCode) -> _Desk:
        """Return the expected payments of a province. Raises `NotFound` where the province hands nothing down."""
        receipts = self.runs.handed_receipts(run.run_id)
        handed = bank.hand_downs(
            run.run_id, figures_of(self.documents, run).allocations, receipts, ordered=run.handed_down
        )
        found = existing(next((each for each in handed if each.province == province), None))
        opened = found.status in (HandDownStatus.INSTRUCTED, HandDownStatus.SETTLED)
        return _Desk(found.name, province, found.payments, receipts.get(province, ()), opened)

    def _settle_if_matched(self, run_id: RunId) -> bool:
        return self.retrying.on_conflict(lambda: self._settle_once(run_id))

    def _settle_once(self, run_id: RunId) -> bool:
        run, figures = run_of(self.runs, run_id), self._figures(run_id)
        if run.status is RunStatus.INSTRUCTED:
            if bank.open_rows(bank.reconcile(run_id, figures.instructions, self.runs.receipts(run_id))):
                return False
            handed_down = self._hand_down(run_id, figures)
            settled = replace(run.to(RunStatus.SETTLED), handed_down=handed_down, revision=run.revision + 1)
            self.commits.commit([WriteRun(settled)])
        elif run.status is not RunStatus.SETTLED:
            return False
        token = self.runs.token(run_id, Stage.RECEIPTS)
        if token is not None:
            self.machine.proceed(token)
        return True

    def _hand_down(self, run_id: RunId, figures: Figures) -> bool:
        """Order the provinces' payments before the run is marked settled. Returns whether any province hands down."""
        now = self._now()
        provinces = sorted({each.province for each in figures.allocations})
        self._post(postings.handed_down(run_id, now, province, figures.allocations) for province in provinces)
        return bool(provinces)

    def _post(self, transactions: Iterable[Transaction | None]) -> None:
        """Post the transactions that the ledger does not have yet. A transaction posted first elsewhere stands."""
        for transaction in transactions:
            if transaction is not None and self.ledger.get(transaction.id) is None:
                self.commits.commit([PostTransaction(transaction)])

    def _figures(self, run_id: RunId) -> Figures:
        return figures_of(self.documents, run_of(self.runs, run_id))

    def _now(self) -> Instant:
        return instant(self.clock.now())


def _movement(principal: Principal, receipt: Receipt, office: str) -> Movement:
    """Return a receipt as a movement of the payer's account, or, for an unknown name, of the tier's centre."""
    return Movement(
        movement_id=movement_id_of(office, receipt.bank_reference),
        office=office,
        kind=MovementKind.CLEARING,
        names=(receipt.instruction,),
        outcome=BankOutcome.PAID,
        amount_fen=receipt.amount_fen,
        said=Act.of(principal, receipt.recorded_at),
    )
