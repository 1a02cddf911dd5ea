"""A tier in memory with all its events at once: settlements, runs, disputes, retries, deaths.

The use cases are the product's own; only the stores are a model of DynamoDB's transactions: a commit happens whole or
not at all, reads see every commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, TypeAlias, cast

from chalicelib.audit.domain.positions import PositionAuditor
from chalicelib.audit.usecases.positions import ComparePositions
from chalicelib.bank.tables import DynamoBankMovements
from chalicelib.bank.usecases import Register
from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.clearing.domain.disputes import Dispute
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
from chalicelib.kernel.money import Fen
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId, TransactionId
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import ObligationKind, parse_due
from chalicelib.ledger.domain.obligations import SHARDS, Window, shard_of
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.ledger.ports import PostTransaction
from chalicelib.registry.domain.model import NATION
from chalicelib.worklist.tables import DynamoTaskStore
from tests.kit.areas import DALI, KUNMING, WUHAN, YUNNAN
from tests.kit.bank_words import Banks
from tests.kit.builders import published
from tests.kit.clearing_builders import FUND, SUBSIDY, owing
from tests.kit.memory.clearing import FakeClearingMachine, FakeRunStore, FakeWindowStore
from tests.kit.memory.world import (
    FakeBundleStore,
    FakeClaimStore,
    FakeCommits,
    FakeDocumentStore,
    FakeLedgerStore,
    Memory,
)
from tests.kit.policy_sets import with_clearing_terms
from tests.kit.scheduler import Ported, Scheduler, insist

What: TypeAlias = tuple[str, str, str, str]
"""Claim, kind, debtor, creditor."""

TIER = YUNNAN
AREAS = (KUNMING, AreaCode("530300"), DALI)
OF_THE_NATION = (KUNMING, WUHAN, AreaCode("530300"))
CLAIMS = 7
NOVEMBER_ENDS = datetime(2026, 11, 30, 15, 59, 50, tzinfo=UTC)


@cache
def silent_bundles(tier: AreaCode) -> BundleStore:
    """A policy set in force by which silence is consent in a tier."""
    bundles = FakeBundleStore()
    written = compile_files(with_clearing_terms(tier, 10, silence_is_consent=True))
    bundles.move_pointer(published(1, bundles.put(written), None, instant(NOVEMBER_ENDS)))
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
    """A tier under a scheduler."""

    tier, areas = TIER, AREAS

    def __init__(self, seed: int, memory: Memory | None = None) -> None:
        self.seed, self.scheduler = seed, Scheduler(seed)
        self.centre = Principal("centre", Role.CENTRE, self.tier)
        self.seen: Counter[str] = Counter()
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
        ported = {name: cast("Any", Ported(self.scheduler, store)) for name, store in stores.items()}
        self.windows, self.ledger, self.commits = ported["windows"], ported["ledger"], ported["commits"]
        runs, documents, commits = ported["runs"], ported["documents"], ported["commits"]
        self.retrying = Retrying(lambda _: None, lambda: 0.0)
        register = Register(ported["bank_movements"])
        shared = (commits, self.machine, self.clock, self.retrying)
        self.start = StartRun(self.windows, runs, *shared, silent_bundles(self.tier))
        self.clearing = Clearing(self.windows, runs, documents, commits, self.clock, self.retrying)
        claims = cast("Any", FakeClaimStore(self.memory))
        self.debts = DebtBook(claims, self.ledger, runs, DynamoTaskStore(self.memory.tables.state))
        self.parties = Parties(self.windows, runs, documents, *shared, self.debts, dict.fromkeys(FORMS, canonical_json))
        self.rulings = Rulings(self.windows, runs, commits, self.debts, self.give_back, self.clock, self.retrying)
        self.payment = ClearingPayment(runs, self.ledger, documents, commits, register, *shared[1:])
        figures = partial(figures_of, cast("Any", stores["documents"]))
        self.banks = Banks(seed, self.scheduler, self.payment, figures, self.seen)

    @staticmethod
    def give_back(*_: object) -> None:
        raise AssertionError("these claims have no hospital that gives anything back")

    # ------------------------------------------------------------------ events

    def settle(self, number: int) -> None:
        """Post one claim with its positions, as the settlement does: decided again if another writer was first."""
        claim_id = ClaimId(f"clm_{number:026d}")

        def once() -> None:
            if self.ledger.get(self.key(claim_id)) is not None:
                return
            posted = owing(claim_id, *self.owed(number), occurred_at=instant(self.clock.now()))
            self.commits.commit([PostTransaction(self.named(posted)), *positions_for(self.windows, self.named(posted))])

        insist(lambda: self.retrying.on_conflict(once))

    def owed(self, number: int) -> tuple[tuple[ObligationKind, AreaCode, AreaCode, Fen], ...]:
        """Return the obligations of a claim: between funds, and of the province to the treatment place."""
        debtor, creditor = self.pair(number)
        return ((FUND, debtor, creditor, 100 + number), (SUBSIDY, self.tier, creditor, 10 + number))

    def pair(self, number: int) -> tuple[AreaCode, AreaCode]:
        """Return the debtor and creditor area of a claim: every pair comes up."""
        return self.areas[number % 3], self.areas[(number + 1 + number // 3 % 2) % 3]

    def key(self, claim_id: ClaimId) -> TransactionId:
        """The id a claim posts under."""
        return TransactionId(f"settle:{claim_id}")

    def named(self, transaction: Transaction) -> Transaction:
        """The transaction under that id."""
        return transaction

    def clear(self, period: str) -> None:
        """Start a run if there is debt to clear, and carry it as the machine does."""
        run_id = insist(lambda: self.start.start(self.tier, period, "centre"), refused=True)
        if run_id is not None:
            self.carry(run_id)

    def carry(self, run_id: RunId) -> None:
        """Carry out an execution of the clearing machine, with each task tried again until it succeeds."""
        for task in (self.clearing.close, self.clearing.prove):
            self.scheduler.each_shard(partial(task, run_id), self._passed())
        insist(lambda: self.clearing.verify(run_id))
        areas = insist(lambda: self.clearing.net(run_id))
        self._state(run_id, areas, 1)
        if not self.scheduler.calm:
            self.scheduler.add(lambda: self.quarrel(run_id))
        insist(lambda: self.parties.silence(run_id))
        again = insist(lambda: self.parties.seal(run_id))
        if again:
            self._state(run_id, again, 2)
        for debtor in insist(lambda: self.payment.debtors(run_id)):
            insist(partial(self.payment.post, run_id, debtor))
        if not self.scheduler.calm:
            self.hear_banks(run_id)
        insist(lambda: self.payment.instruct(run_id))
        if self.scheduler.calm:
            self.hear_banks(run_id)
        else:
            self.scheduler.add(partial(self.hear_banks, run_id))

    def _passed(self) -> set[int]:
        """The gates that claims pass, and a gate that no claim passes."""
        passed = {shard_of(self.key(ClaimId(f"clm_{number:026d}"))) for number in range(CLAIMS)}
        return {*passed, next(shard for shard in SHARDS if shard not in passed)}

    def hear_banks(self, run_id: RunId) -> None:
        """Whatever the banks say of a run that is sealed."""
        self.banks.tell(self.memory.clearing.runs[run_id])

    def carry_all(self) -> None:
        """Run second executions of the present runs, beside the first executions."""
        for run_id in list(self.memory.clearing.runs):
            self.carry(run_id)

    def _state(self, run_id: RunId, areas: tuple[AreaCode, ...], edition: int) -> None:
        for area in areas:
            insist(partial(self.parties.state, run_id, area, edition))
        insist(lambda: self.parties.publish(run_id, edition))

    def quarrel(self, run_id: RunId) -> None:
        """Dispute a claim of a run, if the run still allows it; the centre rules as it pleases, and the amounts taken
        are mostly disposed of.
        """
        line = self.scheduler.chance.choice(self.lines_of(run_id))
        for area in (line.debtor, line.creditor):
            principal = Principal("agent", Role.AGENCY, area)
            raised = partial(self.parties.dispute, principal, run_id, area, line.claim_id, "?")
            dispute = insist(raised, refused=True)
            if dispute is not None:
                self.seen["disputes"] += 1
                self.scheduler.add(partial(self.rule, dispute))

    def rule(self, dispute: Dispute) -> None:
        """A ruling, and what becomes of what it takes: borne, presented anew, or nobody says."""
        verdict = self.scheduler.chance.choice(list(Verdict))
        amount_fen = 1 + self.scheduler.chance.randrange(8) if verdict is Verdict.REDUCED else None
        where = (dispute.run_id, dispute.dispute_id)
        # The dispute may have been raised twice, and ruled on otherwise the first time.
        ruled = insist(partial(self.parties.resolve, self.centre, *where, verdict, amount_fen), refused=True)
        outcome = self.scheduler.chance.choice([None, RulingOutcome.BORNE, RulingOutcome.PRESENTED])
        if ruled is not None and verdict is not Verdict.OWED and outcome is not None:
            creditor = Principal("head", Role.AGENCY, min(dispute.creditors))
            insist(partial(self.rulings.dispose, creditor, *where, outcome, "as agreed"), refused=True)

    # ------------------------------------------------------------------ invariants

    def drain(self) -> None:
        """Clear the rest in peace, and repeat the banks' reports."""
        for period in ("2026-11", "2026-12"):
            for run_id, run in list(self.memory.clearing.runs.items()):
                if run.status is not RunStatus.SETTLED:
                    self.carry(run_id)
            self.clear(period)
        for run_id in list(self.memory.clearing.runs):
            self.hear_banks(run_id)

    def stated(self) -> tuple[Counter[What], Counter[What]]:
        """Count the times that each obligation of a claim stands as cleared in a run, and sum the amounts."""
        times: Counter[What] = Counter()
        amounts: Counter[What] = Counter()
        for run_id in self.memory.clearing.runs:
            carved = {line for dispute in self.plain["runs"].disputes(run_id) for line in dispute.lines}
            for line in self.lines_of(run_id):
                if line not in carved:
                    times[_what(line)] += 1
                    amounts[_what(line)] += line.amount_fen
        return times, amounts

    def taken(self) -> tuple[Counter[What], Counter[str]]:
        """Sum what rulings took of each debt that was not presented anew, and the part of it in suspense by area."""
        taken: Counter[What] = Counter()
        held: Counter[str] = Counter()
        for dispute in self.memory.all(Dispute):
            assert dispute.resolution is not None
            is_presented = dispute.disposal is not None and dispute.disposal.outcome is RulingOutcome.PRESENTED
            if dispute.resolution.verdict is Verdict.OWED or is_presented:
                continue
            for (pair, _), owed_fen in zip(dispute.pairs, dispute.resolution.amounts_fen, strict=True):
                taken_fen = self.concerned_fen(dispute, pair.debtor) - owed_fen
                taken[dispute.claim_id, pair.kind.value, pair.debtor, pair.creditor] += taken_fen
                if dispute.awaits_outcome and pair.kind is FUND:
                    held[pair.creditor] += taken_fen
        return taken, held

    def concerned_fen(self, dispute: Dispute, debtor: AreaCode) -> Fen:
        """Sum the part of a debtor's debt that a dispute took out: its run's lines, and amounts in open windows."""
        names = (f"dispute:{dispute.dispute_id}", f"withhold:{dispute.dispute_id}")
        found = (
            posting for name in names if name in self.memory.ledger for posting in self.memory.ledger[name].postings
        )
        return -sum(posting.amount_fen for posting in found if posting.account == f"suspense/{debtor}")

    def lines_of(self, run_id: RunId) -> tuple[Line, ...]:
        """The lines a run holds."""
        return tuple(
            line
            for summary in self.plain["runs"].shards(run_id)
            for line in stored_lines(self.plain["documents"], summary.content)
        )

    def check(self, claims: int) -> None:
        """Every claim is cleared exactly once, in the lines, in the sums and in the books."""
        settled: Counter[What] = Counter()
        for number in range(claims):
            for kind, debtor, creditor, amount_fen in self.owed(number):
                settled[f"clm_{number:026d}", kind.value, debtor, creditor] = amount_fen
        taken, held = self.taken()
        times, amounts = self.stated()
        assert amounts + taken == settled
        disputed = {_what(line) for dispute in self.memory.all(Dispute) for line in dispute.lines}
        assert {what: count for what, count in times.items() if what not in disputed} == dict.fromkeys(
            settled.keys() - disputed, 1
        )
        books = list(self.memory.ledger.values())
        assert trial_balance(books).balance_fen == 0
        assert unmatched_mirrors(books) == ()
        left = {row.account: row.balance_fen for row in trial_balance(books).accounts if row.balance_fen}
        assert not [a for a in left if parse_due(a) is not None or a.startswith("hub/") or a.endswith("/in-transit")]
        self.check_banks(left)
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

    def check_banks(self, left: Mapping[str, Fen]) -> None:
        """Check that every report was heard once, cash moved by the reports only, and no payment is open."""
        cash: Counter[str] = Counter()
        for run in self.memory.clearing.runs.values():
            self.banks.check(run, self.plain["runs"])
            cash.update(self.banks.cash(run))
        moved = {account: fen for account, fen in left.items() if account.endswith("/cash")}
        assert moved == {f"bank/{area}/cash": fen for area, fen in cash.items() if fen}


class NationWorld(TierWorld):
    """The nation's tier: provinces pay each other, and then hand down to the areas whose funds owe."""

    tier, areas = NATION, OF_THE_NATION

    def owed(self, number: int) -> tuple[tuple[ObligationKind, AreaCode, AreaCode, Fen], ...]:
        return super().owed(number)[:1]

    def pair(self, number: int) -> tuple[AreaCode, AreaCode]:
        yunnan, hubei = self.areas[0 if number % 3 else 2], self.areas[1]
        return (yunnan, hubei) if number % 2 else (hubei, yunnan)


class WithoutGate(Memory):
    """A store that forgot the gate's condition: the read value of the pointer is believed."""

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

    def key(self, claim_id: ClaimId) -> TransactionId:
        return TransactionId(f"settle:{claim_id}:{self._window().number}")

    def named(self, transaction: Transaction) -> Transaction:
        return replace(transaction, id=self.key(transaction.claim_id))

    def _window(self) -> Window:
        window: Window = self.plain["windows"].open_window(TIER, "2026-11")
        return window


def _what(line: Line) -> What:
    return (line.claim_id, line.kind.value, line.debtor, line.creditor)
