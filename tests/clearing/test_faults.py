"""Every AWS call of clearing is lost once before and once after it took effect; nothing is lost, doubled or left open.

The tasks run one after the other as the state machine, parties, centres and the bank call them, each played again for
every fault (tests/kit/replays.py). Whatever is said of the undisturbed end holds for all of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from chalicelib.audit.domain.positions import PositionAuditor
from chalicelib.audit.usecases.positions import ComparePositions
from chalicelib.bank.domain import movement_id_of
from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.clearing.domain.bank import hand_down_id, instruction_id
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.netting import hand_down
from chalicelib.clearing.domain.postings import ruling_id
from chalicelib.clearing.domain.repair import Mending
from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.ports import AddPositions, RunStore, WindowStore
from chalicelib.clearing.tasks import ClearingSteps
from chalicelib.clearing.usecases.parties import Parties, SilenceIsNotConsent
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.repair import Repairing
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.clearing.usecases.run import Clearing, StartRun, WindowNotProved, figures_of, run_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Commits, DocumentStore
from chalicelib.kernel.system import System
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import parse_due
from chalicelib.ledger.domain.obligations import SHARDS, Window, entries, shard_of
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.ledger.ports import LedgerStore, PostTransaction
from chalicelib.registry.domain.model import NATION
from infra.local.stack import LocalStack
from tests.kit.areas import CHONGQING, WUHAN
from tests.kit.builders import published
from tests.kit.clearing_builders import FUND, owing
from tests.kit.clearing_runs import post
from tests.kit.memory.samples import agency
from tests.kit.policy_sets import with_clearing_terms
from tests.kit.replays import Scene, scene

TIER, ONE, OTHER = AreaCode("630000"), AreaCode("630100"), AreaCode("630200")
PERIOD, AT = "2026-11", "2026-11-05T03:04:05"
DISPUTED_FEN, OWED_FEN, PRESENTED_FEN = 900, 400, 250
Tell = Callable[[str], None]


@pytest.fixture(name="stage")
def fixture_stage(cloud: LocalStack) -> Iterator[Scene]:
    with scene(cloud, AT) as stage:
        yield stage


@dataclass
class Journey:
    """A run of a tier over some claims, played on a stage."""

    stage: Scene
    tier: AreaCode
    posted: tuple[Transaction, ...]
    run_id: RunId = field(init=False)
    centre: Principal = field(init=False)

    def __post_init__(self) -> None:
        self.centre = Principal("centre", Role.CENTRE, self.tier)
        for each in self.posted:
            post(self.stage.ports, each)

    def step(self, task: str, **event: Any) -> Any:
        """A task of the machine, in a function that has just started."""
        whole = {"run_id": self.run_id, **event}
        name = " ".join([task, *map(str, event.values())])
        return self.stage.play(name, lambda built: getattr(ClearingSteps(lambda: built), task)(whole), path=task)

    def start(self) -> None:
        self.run_id = self.stage.play("start", lambda built: started(built, self.centre, self.tier))

    def close(self) -> None:
        """Every call is lost at the passed gates and at a single gate without a claim, which stands for all others."""
        passed = {shard_of(each.id) for each in self.posted}
        told_apart = {*passed, next(shard for shard in SHARDS if shard not in passed)}
        for task in ("clearing_close", "clearing_prove"):
            for shard in SHARDS:
                if shard in told_apart or not self.stage.disturbing:
                    self.step(task, shard=shard)
                else:
                    with self.stage.undisturbed():
                        self.step(task, shard=shard)

    def ask(self) -> None:
        """From proved shards to parties that are asked."""
        self.step("clearing_verify")
        self.state(self.step("clearing_net")["areas"], 1)
        self.step("clearing_await", stage="confirmations", token=f"{self.run_id}-confirmations")

    def state(self, areas: list[AreaCode], edition: int) -> None:
        for area in areas:
            self.step("clearing_state", area=area, edition=edition)
        self.step("clearing_publish", edition=edition)

    def confirm(self) -> None:
        for party in self.stage.calm[Parties].awaited(self.run):
            told = (agency(party), self.run_id, party)
            self.stage.play(f"confirm {party}", partial(confirmed, told=told), path="confirm")

    def order(self) -> None:
        """From the parties' last word to the ordered payments."""
        sealed = self.step("clearing_seal")
        self.state(sealed["areas"], 2)
        for debtor in sealed["debtors"]:
            self.step("clearing_post", debtor=debtor)
        self.step("clearing_instruct")
        self.step("clearing_await", stage="receipts", token=f"{self.run_id}-receipts")

    def pay(self) -> None:
        for each in figures_of(self.stage.ports[DocumentStore], self.run).instructions:
            name = instruction_id(self.run_id, each.number)
            told = (self.centre, self.run_id, name, f"B-{name}", each.amount_fen)
            self.stage.play(f"receive {name}", partial(received, told=told), path="receive")

    @property
    def run(self) -> Run:
        return run_of(self.stage.ports[RunStore], self.run_id)

    # ------------------------------------------------------------------ invariants

    def own(self) -> list[str]:
        """Return the ids of the transactions that the run itself posted."""
        posted = {each.id for each in self.posted}
        return sorted(each.id for each in every(self.stage.ports[LedgerStore].journal) if each.id not in posted)

    def left(self) -> dict[str, int]:
        """Return the balances other than zero, in books that balance and match the auditor's rebuild of each window."""
        ports, auditor = self.stage.ports, PositionAuditor()
        books = list(every(ports[LedgerStore].journal))
        for each in books:
            auditor.take(each)
        assert ComparePositions(ports[WindowStore], ports[RunStore], ports[DocumentStore])(auditor) == ()
        assert unmatched_mirrors(books) == ()
        balance = trial_balance(books)
        assert balance.balance_fen == 0
        return {row.account: row.balance_fen for row in balance.accounts if row.balance_fen}

    def assert_clear(self) -> None:
        """Nothing is due between areas, nothing under way."""
        assert self.run.status is RunStatus.SETTLED
        left = self.left()
        assert not [a for a in left if parse_due(a) or a.startswith(("hub/", "suspense/")) or a.endswith("in-transit")]

    def told(self) -> str:
        """Return the numbers of tasks played and calls lost."""
        return f"{self.stage.played} tasks, {self.stage.calls} lost AWS calls"


def started(built: System, centre: Principal, tier: AreaCode) -> RunId:
    """A start whose answer was lost finds its run under way, and gets the id of the run."""
    try:
        return built[StartRun](centre, tier, PERIOD)
    except Conflict as taken:
        (finding,) = taken.findings
        assert finding.code == "run-under-way"
        return RunId(str(dict(finding.about)["run_id"]))


def received(built: System, told: tuple[Any, ...]) -> None:
    """A receipt. Its outcome is not the same when it is told again: then it is a duplicate."""
    built[ClearingPayment].receive(*told)


def handed_down(built: System, told: tuple[Any, ...]) -> None:
    """The same of a payment that a province hands down."""
    built[ClearingPayment].receive_handed_down(*told)


def disputed(stage: Scene, journey: Journey, claim_id: ClaimId) -> Dispute:
    """The debtor of a claim objects to it."""
    raised = (agency(ONE), journey.run_id, ONE, claim_id, "not ours")
    found: Dispute = stage.play("dispute", lambda built: built[Parties].dispute(*raised))
    return found


def ruled(built: System, told: tuple[Any, ...]) -> None:
    """The centre rules on a dispute."""
    built[Parties].resolve(*told)


def disposed(built: System, told: tuple[Any, ...]) -> None:
    """The creditor's agency reports the outcome of the amounts that a ruling took."""
    built[Rulings].dispose(*told)


def confirmed(built: System, told: tuple[Any, ...]) -> None:
    """An area agrees."""
    built[Parties].confirm(*told)


def claim(name: str, debtor: AreaCode, creditor: AreaCode, amount_fen: int, shard: int | None = None) -> Transaction:
    """A claim that owes between two areas, and passes a named gate, if any."""
    named = (
        owing(ClaimId(f"clm_{name}-{number}"), (FUND, debtor, creditor, amount_fen)) for number in itertools.count()
    )
    return next(each for each in named if shard is None or shard_of(each.id) == shard)


def test_a_run_with_a_dispute_loses_every_call_of_every_task_once(stage: Scene, tell: Tell) -> None:
    """All shards, two of which claims have passed; a dispute, its resolution, and a second edition."""
    journey = Journey(
        stage,
        TIER,
        (
            claim("a", ONE, OTHER, 5_000, SHARDS[0]),
            claim("b", OTHER, ONE, 3_000, SHARDS[1]),
            claim("c", ONE, OTHER, DISPUTED_FEN, SHARDS[1]),
            claim("d", ONE, OTHER, PRESENTED_FEN, SHARDS[0]),
        ),
    )
    journey.start()
    journey.close()
    journey.ask()
    dispute, anew = (disputed(stage, journey, posted.claim_id) for posted in journey.posted[2:])
    resolved = (journey.centre, journey.run_id, dispute.dispute_id, Verdict.REDUCED, OWED_FEN)
    ruled_out = (journey.centre, journey.run_id, anew.dispute_id, Verdict.NOT_OWED, None)
    journey.confirm()
    journey.order()
    for ruling in (resolved, ruled_out):
        stage.play("resolve", partial(ruled, told=ruling))
    journey.pay()
    for each, outcome in ((dispute, RulingOutcome.BORNE), (anew, RulingOutcome.PRESENTED)):
        said = (agency(OTHER), journey.run_id, each.dispute_id, outcome, "as agreed")
        stage.play(outcome.value, partial(disposed, told=said))
    assert (journey.run.status, journey.run.edition, journey.run.lines) == (RunStatus.SETTLED, 2, 4)
    payment = f"{journey.run_id}-1"
    (order,) = figures_of(journey.stage.ports[DocumentStore], journey.run).instructions
    assert journey.own() == sorted(
        [
            *(f"clear:{journey.run_id}:{debtor}" for debtor in (ONE, OTHER)),
            f"instruct:{payment}",
            f"receive:{journey.run_id}:{movement_id_of(order.payer, f'B-{payment}')}",
            *(f"{event}:{each.dispute_id}" for each in (dispute, anew) for event in ("dispute", "resolve")),
            *(ruling_id(each.dispute_id) for each in (dispute, anew)),
            f"borne:{dispute.dispute_id}",
            f"present:{anew.dispute_id}",
        ]
    )
    owed = {account: amount for account, amount in journey.left().items() if parse_due(account)}
    assert sorted(owed.values()) == [-OWED_FEN - PRESENTED_FEN, OWED_FEN + PRESENTED_FEN]
    left = journey.left()
    assert left[f"fund/{OTHER}/resident/basic"] == 3_000 + DISPUTED_FEN - OWED_FEN
    assert not [account for account in left if account.startswith("suspense/")]
    tell(f"a clearing run with a dispute: {journey.told()}, nothing lost or doubled")


def test_a_national_run_and_what_is_handed_down_loses_every_call_once(stage: Scene, tell: Tell) -> None:
    journey = Journey(stage, NATION, (claim("a", WUHAN, ONE, 900), claim("b", OTHER, CHONGQING, 400)))
    with stage.undisturbed():
        journey.start()
        journey.close()
        journey.ask()
        journey.confirm()
    journey.order()
    journey.pay()
    assert (journey.run.status, journey.run.handed_down) == (RunStatus.SETTLED, True)
    allocations = figures_of(stage.ports[DocumentStore], journey.run).allocations
    for province in sorted({each.province for each in allocations}):
        centre = Principal("centre", Role.CENTRE, province)
        for each in hand_down(allocations, province):
            name = instruction_id(hand_down_id(journey.run_id, province), each.number)
            told = (centre, journey.run_id, province, name, f"H-{each.number}", each.amount_fen)
            stage.play(f"hand down {name}", partial(handed_down, told=told), path="hand down")
    journey.assert_clear()
    assert sum(name.startswith("hand-down:") for name in journey.own()) == 2
    tell(f"a national run that is handed down: {journey.told()}, nothing lost or doubled")


def silent(built: System, run_id: RunId) -> str:
    """Apply the deadline of silence; a refusal is what the machine hands to the task that marks the run."""
    try:
        built[Parties].silence(run_id)
    except SilenceIsNotConsent as refused:
        return refused.code
    return "consent"


def test_the_deadline_a_failure_and_the_way_back_lose_every_call_once(stage: Scene, tell: Tell) -> None:
    """Silence stops the run, which is marked, started again, and confirmed after all."""
    journey = Journey(stage, TIER, (claim("a", ONE, OTHER, 5_000),))
    with stage.undisturbed():
        journey.start()
        journey.close()
        journey.ask()
    reason = stage.play("deadline", lambda built: silent(built, journey.run_id))
    journey.step("clearing_fail", reason=reason)
    assert (journey.run.status, journey.run.reason) == (RunStatus.FAILED, "confirmations-missing")
    journey.start()
    assert (journey.run.status, journey.run.attempt) == (RunStatus.CONFIRMING, 2)
    with stage.undisturbed():
        journey.close()
        journey.ask()
        journey.confirm()
        journey.order()
        journey.pay()
    journey.assert_clear()
    tell(f"a clearing run that silence stops and that goes on: {journey.told()}, nothing lost or doubled")


def test_silence_that_a_notice_takes_for_consent_loses_every_call_once(stage: Scene, tell: Tell) -> None:
    bundles = stage.ports[BundleStore]
    bundle = bundles.put(compile_files(with_clearing_terms(NATION, 7, silence_is_consent=True)))
    standing = bundles.pointer()
    assert standing is not None
    bundles.move_pointer(published(standing.number + 1, bundle, standing.bundle, Instant(f"{AT}Z")))
    journey = Journey(stage, TIER, (claim("a", ONE, OTHER, 5_000),))
    journey.start()
    with stage.undisturbed():
        journey.close()
        journey.ask()
    assert stage.play("deadline", lambda built: silent(built, journey.run_id)) == "consent"
    with stage.undisturbed():
        journey.order()
        journey.pay()
    journey.assert_clear()
    tell(f"a clearing run that silence confirms: {journey.told()}, nothing lost or doubled")


def test_a_window_that_is_repaired_loses_every_call_once(stage: Scene, tell: Tell) -> None:
    """A position is missing, another has no transaction: asked for, approved, mended, proved; both windows clear."""
    journey = Journey(stage, TIER, (claim("a", ONE, OTHER, 5_000, SHARDS[0]),))
    forgotten, unknown = claim("b", OTHER, ONE, 700, SHARDS[0]), claim("c", ONE, OTHER, 66, SHARDS[0])
    stage.ports[Commits].commit([PostTransaction(forgotten)])
    enter(stage, unknown)
    with stage.undisturbed():
        journey.start()
        journey.close()
    with pytest.raises(WindowNotProved) as stopped:
        stage.calm[Clearing].verify(journey.run_id)
    journey.step("clearing_fail", reason=stopped.value.code)
    asks, decides = (Principal(actor, Role.CENTRE, TIER) for actor in ("wang", "li"))
    ask = (asks, journey.run_id, "a table was restored")
    repair = stage.play("request a repair", lambda built: built[Repairing].request(*ask))
    decision = (decides, journey.run_id, repair.repair_id)
    stage.play("approve a repair", lambda built: built[Repairing].decide(*decision, approve=True))
    assert (journey.run.status, journey.run.attempt) == (RunStatus.CLOSING, 2)
    journey.step("clearing_prove", shard=SHARDS[0])
    done = {(each.what, each.transaction_id) for each in stage.ports[RunStore].mended(journey.run_id)}
    assert done == {(Mending.BOOKED, forgotten.id), (Mending.STRUCK, unknown.id), (Mending.RECOUNTED, None)}
    following = Journey(stage, TIER, ())
    with stage.undisturbed():
        journey.ask()
        journey.confirm()
        journey.order()
        journey.pay()
        following.start()
        following.close()
        following.step("clearing_verify")
    assert [following.run.lines, following.run.window.number] == [1, 2]
    journey.left()
    tell(f"a clearing run that is repaired: {journey.told()}, nothing lost or doubled")


def enter(stage: Scene, unknown: Transaction) -> None:
    """An entry, counted and summed as a settlement leaves it, without the settlement."""
    stage.ports[Commits].commit([AddPositions(Window(TIER, PERIOD, 1), entries(unknown)[TIER])])
