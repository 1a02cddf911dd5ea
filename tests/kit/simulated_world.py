"""A tier in memory with everything that happens to it at once: settlements, runs, disputes, retries, deaths.

The use cases are the product's own; only the stores are a model of DynamoDB's transactions: a commit happens whole or
not at all, reads see every commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, TypeAlias, cast

from chalicelib.audit.domain.positions import PositionAuditor
from chalicelib.audit.usecases.positions import ComparePositions
from chalicelib.bank.tables import DynamoBankMovements
from chalicelib.bank.usecases import Register
from chalicelib.claims.usecases.announce import Announcing
from chalicelib.clearing.domain.bank import instruction_id
from chalicelib.clearing.domain.disputes import Dispute, RulingOutcome, Verdict
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.clearing.domain.statements import Line
from chalicelib.clearing.forms import FORMS
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.clearing.usecases.debts import DebtBook
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.clearing.usecases.run import Clearing, StartRun, figures_of, stored_lines
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import Conflict, Invalid, Unavailable, VersionConflict
from chalicelib.kernel.money import Fen
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import parse_due
from chalicelib.ledger.domain.obligations import SHARDS, Window
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.ledger.ports import PostTransaction
from chalicelib.worklist.tables import DynamoTaskStore
from tests.kit.builders import published
from tests.kit.clearing_builders import FUND, SUBSIDY, owing
from tests.kit.memory.clearing import FakeClearingMachine, FakeRunStore, FakeWindowStore
from tests.kit.memory.world import (
    FakeBundleStore,
    FakeClaimStore,
    FakeCommits,
    FakeDocumentStore,
    FakeEvents,
    FakeLedgerStore,
    Memory,
)
from tests.kit.policy_sets import with_clearing_terms
from tests.kit.scheduler import Killed, Ported, Scheduler

What: TypeAlias = tuple[str, str, str, str]
"""Claim, kind, debtor, creditor."""

TIER = "530000"
AREAS = ("530100", "530300", "532900")
CENTRE = Principal("centre", Role.CENTRE, TIER)
NOVEMBER_ENDS = datetime(2026, 11, 30, 15, 59, 50, tzinfo=UTC)
TRIES = 60


@cache
def silent_bundles() -> BundleStore:
    """A policy set in force by which silence is consent."""
    bundles = FakeBundleStore()
    content = compile_files(with_clearing_terms(TIER, 10, silence_is_consent=True)).content
    bundles.move_pointer(published(1, bundles.put(content), None, instant(NOVEMBER_ENDS)))
    return bundles


class Clock:
    """Moves a second with every reading, over the end of a month."""

    def __init__(self) -> None:
        self._now = NOVEMBER_ENDS

    def now(self) -> datetime:
        self._now += timedelta(seconds=0.2)
        return self._now

    def today(self) -> Any:
        return self.now().date()


class TierWorld:
    """One tier under a scheduler."""

    def __init__(self, seed: int, memory: Memory | None = None) -> None:
        self.scheduler = Scheduler(seed)
        self.memory = memory or Memory()
        self.clock = Clock()
        self.machine = FakeClearingMachine()
        stores: dict[str, Any] = {
            "windows": FakeWindowStore(self.memory.clearing, lambda: list(self.memory.ledger.values())),
            "runs": FakeRunStore(self.memory.clearing, self.memory.tables.state),
            "commits": FakeCommits(self.memory),
            "documents": FakeDocumentStore(),
            "ledger": FakeLedgerStore(self.memory),
            "bank_movements": DynamoBankMovements(self.memory.tables.state),
        }
        self.plain = stores
        self.disputes = 0
        ported = {name: cast("Any", Ported(self.scheduler, store)) for name, store in stores.items()}
        self.windows, self.ledger, self.commits = ported["windows"], ported["ledger"], ported["commits"]
        runs, documents, commits = ported["runs"], ported["documents"], ported["commits"]
        self.retrying = Retrying(lambda _: None, lambda: 0.0)
        register = Register(ported["bank_movements"])
        shared = (commits, self.machine, self.clock, self.retrying)
        self.start = StartRun(self.windows, runs, *shared, silent_bundles())
        self.clearing = Clearing(self.windows, runs, documents, commits, self.clock, self.retrying)
        claims = cast("Any", FakeClaimStore(self.memory))
        self.debts = DebtBook(claims, self.ledger, runs, DynamoTaskStore(self.memory.tables.state))
        announcing = Announcing(claims, commits, FakeEvents())
        self.parties = Parties(
            self.windows, runs, documents, *shared, self.debts, announcing, dict.fromkeys(FORMS, canonical_json)
        )
        self.rulings = Rulings(self.windows, runs, commits, self.debts, self.give_back, self.clock, self.retrying)
        self.payment = ClearingPayment(runs, self.ledger, documents, commits, register, *shared[1:])

    @staticmethod
    def give_back(*_: object) -> None:
        raise AssertionError("these claims have no hospital that gives anything back")

    # ------------------------------------------------------------------ what happens

    def settle(self, number: int) -> None:
        """Post one claim with its positions, as the settlement does: decided again when somebody was first."""
        debtor, creditor = pair(number)
        claim_id = f"clm_{number:026d}"

        def once() -> None:
            if self.ledger.get(self.key(claim_id)) is not None:
                return
            owed = [(FUND, debtor, creditor, 100 + number), (SUBSIDY, TIER, creditor, 10 + number)]
            posted = owing(claim_id, *owed, occurred_at=instant(self.clock.now()))
            self.commits.commit([PostTransaction(self.named(posted)), *positions_for(self.windows, self.named(posted))])

        self.insist(lambda: self.retrying.on_conflict(once))

    def key(self, claim_id: str) -> str:
        """The id a claim posts under."""
        return f"settle:{claim_id}"

    def named(self, transaction: Transaction) -> Transaction:
        """The transaction under that id."""
        return transaction

    def clear(self, period: str) -> None:
        """Start a run where there is something to clear, and carry it as the machine does."""
        try:
            run_id = self.insist(lambda: self.start.start(TIER, period, "centre"))
        except Conflict:
            return
        self.carry(run_id)

    def carry(self, run_id: str) -> None:
        """One execution of the clearing machine, each task tried again until it succeeds."""
        for task in (self.clearing.close, self.clearing.prove):
            for shard in SHARDS:
                self.insist(partial(task, run_id, shard))
        self.insist(lambda: self.clearing.verify(run_id))
        areas = self.insist(lambda: self.clearing.net(run_id))
        self._state(run_id, areas, 1)
        if not self.scheduler.calm:
            self.scheduler.add(lambda: self.quarrel(run_id))
        self.insist(lambda: self.parties.silence(run_id))
        again = self.insist(lambda: self.parties.seal(run_id))
        if again:
            self._state(run_id, again, 2)
        for debtor in self.insist(lambda: self.payment.debtors(run_id)):
            self.insist(partial(self.payment.post, run_id, debtor))
        self.insist(lambda: self.payment.instruct(run_id))
        for each in figures_of(self.plain["documents"], self.memory.clearing.runs[run_id]).instructions:
            name = instruction_id(run_id, each.number)
            self.insist(partial(self.payment.receive, CENTRE, run_id, name, f"B-{name}", each.amount_fen))

    def carry_all(self) -> None:
        """Second executions of whatever runs there are, beside the first ones."""
        for run_id in list(self.memory.clearing.runs):
            self.carry(run_id)

    def _state(self, run_id: str, areas: tuple[str, ...], edition: int) -> None:
        for area in areas:
            self.insist(partial(self.parties.state, run_id, area, edition))
        self.insist(lambda: self.parties.publish(run_id, edition))

    def quarrel(self, run_id: str) -> None:
        """Somebody disputes a claim of a run, if the run still lets them; the centre rules as it pleases, and what that
        takes is mostly disposed of.
        """
        line = self.scheduler.chance.choice(self.lines_of(run_id))
        for area in (line.debtor, line.creditor):
            principal = Principal("agent", Role.AGENCY, area)
            try:
                dispute = self.insist(partial(self.parties.dispute, principal, run_id, area, line.claim_id, "?"))
            except (Conflict, Invalid):
                continue
            self.disputes += 1
            self.scheduler.add(partial(self.rule, dispute))

    def rule(self, dispute: Dispute) -> None:
        """A ruling, and what becomes of what it takes: borne, presented anew, or nobody says."""
        verdict = self.scheduler.chance.choice(list(Verdict))
        amount_fen = 1 + self.scheduler.chance.randrange(8) if verdict is Verdict.REDUCED else None
        where = (dispute.run_id, dispute.dispute_id)
        try:
            self.insist(partial(self.parties.resolve, CENTRE, *where, verdict, amount_fen))
        except Conflict:
            return  # the dispute was raised twice, and ruled on otherwise the first time
        outcome = self.scheduler.chance.choice([None, RulingOutcome.BORNE, RulingOutcome.PRESENTED])
        if verdict is not Verdict.OWED and outcome is not None:
            creditor = Principal("head", Role.AGENCY, min(dispute.creditors))
            try:
                self.insist(partial(self.rulings.dispose, creditor, *where, outcome, "as agreed"))
            except Conflict:
                return  # both areas raised this dispute, and the other's work has disposed of it otherwise

    def insist(self, task: Callable[[], Any]) -> Any:
        """Try again what was killed or could not be reached, as the machine's Retry and a new execution do."""
        for _ in range(TRIES):
            try:
                return task()
            except (Killed, Unavailable, VersionConflict):
                continue
        raise AssertionError("nothing fails that often")

    # ------------------------------------------------------------------ what must hold

    def drain(self) -> None:
        """In peace, clear whatever is left."""
        for period in ("2026-11", "2026-12"):
            for run_id, run in list(self.memory.clearing.runs.items()):
                if run.status is not RunStatus.SETTLED:
                    self.carry(run_id)
            self.clear(period)

    def stated(self) -> tuple[Counter[What], Counter[What]]:
        """How often each obligation of a claim stands as cleared in a run, and to how much that comes."""
        times: Counter[What] = Counter()
        amounts: Counter[What] = Counter()
        for run_id in self.memory.clearing.runs:
            carved = {line for dispute in self.plain["runs"].disputes(run_id) for line in dispute.lines}
            for line in self.lines_of(run_id):
                if line not in carved:
                    times[_what(line)] += 1
                    amounts[_what(line)] += line.amount_fen
        return times, amounts

    def ruled(self) -> tuple[dict[What, Fen], Counter[str]]:
        """What rulings left owed of the claims they were about, and what waits in suspense by area."""
        owed: dict[What, Fen] = {}
        held: Counter[str] = Counter()
        for dispute in sorted(self.memory.all(Dispute), key=lambda each: each.raised.at):
            assert dispute.resolution is not None
            presented = dispute.disposal is not None and dispute.disposal.outcome is RulingOutcome.PRESENTED
            for (pair, disputed_fen), owed_fen in zip(dispute.pairs, dispute.resolution.amounts_fen, strict=True):
                what = (dispute.claim_id, pair.kind.value, pair.debtor, pair.creditor)
                owed[what] = disputed_fen if presented else owed_fen
                if dispute.awaits_outcome and pair.kind is FUND:
                    held[pair.creditor] += disputed_fen - owed_fen
        return owed, held

    def lines_of(self, run_id: str) -> tuple[Line, ...]:
        """The lines a run holds."""
        return tuple(
            line
            for summary in self.plain["runs"].shards(run_id)
            for line in stored_lines(self.plain["documents"], summary.content)
        )

    def check(self, claims: int) -> None:
        """Every claim is cleared exactly once, in the lines, in the sums and in the books."""
        settled: dict[What, Fen] = {}
        for number in range(claims):
            debtor, creditor = pair(number)
            claim_id = f"clm_{number:026d}"
            settled[claim_id, "fund", debtor, creditor] = 100 + number
            settled[claim_id, "subsidy", TIER, creditor] = 10 + number
        ruled, held = self.ruled()
        times, amounts = self.stated()
        assert amounts == Counter(settled | ruled)
        assert {what: count for what, count in times.items() if what not in ruled} == dict.fromkeys(
            settled.keys() - ruled.keys(), 1
        )
        books = list(self.memory.ledger.values())
        assert trial_balance(books).balance_fen == 0
        assert unmatched_mirrors(books) == ()
        left = {row.account: row.balance_fen for row in trial_balance(books).accounts if row.balance_fen}
        assert not [a for a in left if parse_due(a) is not None or a.startswith("hub/")]
        assert {a: fen for a, fen in left.items() if a.startswith("suspense/")} == {
            f"suspense/{area}": fen for area, fen in held.items() if fen
        }
        auditor = PositionAuditor()
        for transaction in books:
            auditor.take(transaction)
        compared = ComparePositions(self.plain["windows"], self.plain["runs"], self.plain["documents"])(auditor)
        assert compared == ()
        assert {run.status for run in self.memory.clearing.runs.values()} <= {RunStatus.SETTLED}
        for run_id, run in self.memory.clearing.runs.items():
            assert sum(1 for _ in self.lines_of(run_id)) == run.lines
        assert set(self.memory.clearing.pointers) == {
            (run.window.tier, run.window.period) for run in self.memory.clearing.runs.values()
        }


class WithoutGate(Memory):
    """A store that forgot the gate's condition: what was read of the pointer is believed."""

    def __init__(self) -> None:
        super().__init__()
        gated = self.clearing.holds

        def holds(part: Any) -> bool:
            if type(part).__name__ == "AddPositions":
                return True
            return gated(part)

        self.clearing.holds = holds  # type: ignore[method-assign]


class WindowInKey(TierWorld):
    """A settlement whose id names the window it was first meant for."""

    def key(self, claim_id: str) -> str:
        return f"settle:{claim_id}:{self._window().number}"

    def named(self, transaction: Transaction) -> Transaction:
        return replace(transaction, id=self.key(transaction.cause))

    def _window(self) -> Window:
        window: Window = self.plain["windows"].open_window(TIER, "2026-11")
        return window


def pair(number: int) -> tuple[str, str]:
    """Which area owes which by a claim: every pair comes up."""
    return AREAS[number % 3], AREAS[(number + 1 + number // 3 % 2) % 3]


def _what(line: Line) -> What:
    return (line.claim_id, line.kind.value, line.debtor, line.creditor)
