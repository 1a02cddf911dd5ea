"""Every AWS call of a clearing run fails once, on its way and on its way back; tried again, nothing is lost or doubled.

The tasks run here one after the other, each tried again as the machine's Retry and a caller without an answer do. A
journey lays the next faults that were not tried yet into each of its tasks, and journeys follow until every call of
every task has been lost both ways. A fault counts only where it met the call it was meant for. Of the sixteen shards
those that claims pass are disturbed and one that is empty: the other empty ones make the same calls.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from chalicelib.application.assembly import ClearingUseCases, Ports
from chalicelib.application.clearing import figures_of, run_of
from chalicelib.application.clearing_forms import csv_of
from chalicelib.application.paging import every
from chalicelib.application.publishing import PolicyDraft
from chalicelib.application.retrying import Retrying
from chalicelib.domain.access import Principal, Role
from chalicelib.domain.accounts import parse_due
from chalicelib.domain.canonical import canonical_json
from chalicelib.domain.clearing.bank import instruction_id
from chalicelib.domain.clearing.run import RunStatus, Verdict
from chalicelib.domain.clearing.windows import SHARDS, Window, shard_of
from chalicelib.domain.errors import Conflict, Unavailable, VersionConflict
from chalicelib.domain.ledger import Transaction, trial_balance, unmatched_mirrors
from chalicelib.runtime.config import from_environment
from chalicelib.runtime.wiring import BotoClients, Process
from chalicelib.workflows.clearing import ClearingSteps
from infra.local.stack import LocalStack
from tests.clearing_builders import FUND, owing
from tests.fakes.faults import Fault, When, watch
from tests.fakes.samples import OFFICER
from tests.support.clearing_runs import post
from tests.support.policy_sets import shipped_files

TIER, AREAS = "630000", ("630100", "630200")
"""A province in which no other test settles anything."""
CENTRE = Principal("centre", Role.CENTRE, TIER)
ALWAYS = Retrying(lambda _: None, lambda: 0.0)
DISPUTED_FEN, OWED_FEN = 900, 400
FULL, EMPTY = SHARDS[:2], SHARDS[2:]
"""The shards that the claims pass, and those that nothing passes."""
JOURNEYS_MAX = 60

Task = Callable[[], Any]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class MonthsClock:
    """Stands still in one month, which no other journey has."""

    period: str

    def now(self) -> datetime:
        return datetime.fromisoformat(f"{self.period}-05T03:04:05").replace(tzinfo=UTC)

    def today(self) -> date:
        return self.now().date()


@dataclass
class Trials:
    """What the calls of each task are, and which of them were not lost yet, and how."""

    fault: Fault
    whole: dict[str, list[str]] = field(default_factory=dict)
    pending: dict[str, list[tuple[int, When]]] = field(default_factory=dict)
    struck: int = 0

    def calmly(self, name: str, task: Task) -> Any:
        """Run a task undisturbed and lay up its faults."""
        self.fault.arm(None)
        answer = task()
        self.whole[name] = list(self.fault.calls)
        self.pending[name] = list(itertools.product(range(len(self.fault.calls)), When))
        return answer

    def disturbed(self, name: str, task: Task) -> Any:
        """Run a task until it succeeds, under one fault after the other of those it still has to meet."""
        for number, when in list(self.pending[name]):
            self.fault.arm(number, when)
            try:
                answer = task()
            except (Unavailable, VersionConflict) as lost:
                if not self.fault.struck:
                    raise AssertionError(f"{name} fails without a fault") from lost
                self._count(name, number, when)
                continue
            except Exception as error:
                error.add_note(f"{name}, call {number}, {self.fault.calls[-1]}, lost {when.value}")
                raise
            if self.fault.struck:
                self._count(name, number, when)
            return answer
        self.fault.arm(None)
        return task()

    def _count(self, name: str, number: int, when: When) -> None:
        """A fault was tried if it met the call it was meant for; if not, a later journey has it."""
        if self.fault.calls[: number + 1] == self.whole[name][: number + 1]:
            self.pending[name].remove((number, when))
            self.struck += 1

    @property
    def left(self) -> int:
        return sum(map(len, self.pending.values()))


@dataclass(frozen=True)
class Journey:
    """A month of its own, from its claims to the bank, through processes that the faults disturb."""

    ports: Ports
    clearing: ClearingUseCases
    run: Callable[[str, Task], Any]
    proceeded: list[str]
    posted: tuple[Transaction, ...]

    @property
    def period(self) -> str:
        return self.posted[0].period

    def travel(self) -> str:
        """The whole run, a dispute and its resolution with it; answers the run's id."""
        run_id: str = self.run("start", self._start)
        self._prove(run_id)
        self._state(run_id, 1, self.run("net", self._step("clearing_net", run_id))["areas"])
        self._ask(run_id)
        self._pay(run_id)
        return run_id

    def _start(self) -> str:
        """A start whose answer was lost finds its run under way, and is told which."""
        try:
            return self.clearing.start(CENTRE, TIER, self.period)
        except Conflict as taken:
            (finding,) = taken.findings
            assert finding.code == "run-under-way"
            return finding.field

    def _step(self, task: str, run_id: str, **event: Any) -> Task:
        """A task of the machine, in a function that has just started."""
        steps = ClearingSteps(lambda: self.clearing)
        return partial(getattr(steps, task), {"run_id": run_id, **event})

    def _prove(self, run_id: str) -> None:
        one, *others = EMPTY
        for task in ("clearing_close", "clearing_prove"):
            for shard in (*FULL, one):
                self.run(f"{task} {shard}", self._step(task, run_id, shard=shard))
        empty = next(summary for summary in self.ports.runs.shards(run_id) if summary.shard == one)
        for shard in others:
            assert self.ports.windows.close_gate(Window(TIER, self.period, 1), shard).count == 0
            self.ports.runs.keep_shard(run_id, replace(empty, shard=shard))
        self.run("verify", self._step("clearing_verify", run_id))

    def _state(self, run_id: str, edition: int, areas: list[str]) -> None:
        for area in areas:
            self.run(f"state {area} {edition}", self._step("clearing_state", run_id, area=area, edition=edition))
        self.run(f"publish {edition}", self._step("clearing_publish", run_id, edition=edition))

    def _ask(self, run_id: str) -> None:
        """One claim is disputed; everybody confirms the rest; the run is sealed and states it again."""
        parties, token = self.clearing.parties, f"{run_id}-confirmations"
        self.run("await", self._step("clearing_await", run_id, stage="confirmations", token=token))
        debtor, claim_id = AREAS[0], self.posted[-1].cause
        agency = Principal("agent", Role.AGENCY, debtor)
        dispute = self.run("dispute", lambda: parties.dispute(agency, run_id, debtor, claim_id, "not ours"))
        for area in AREAS:
            principal = Principal("agent", Role.AGENCY, area)
            self.run(f"confirm {area}", partial(parties.confirm, principal, run_id, area))
        sealed = self.run("seal", self._step("clearing_seal", run_id))
        self._state(run_id, 2, sealed["areas"])
        resolve = partial(parties.resolve, CENTRE, run_id, dispute.dispute_id, Verdict.REDUCED, OWED_FEN)
        self.run("resolve", resolve)

    def _pay(self, run_id: str) -> None:
        for debtor in self.debtors(run_id):
            self.run(f"post {debtor}", self._step("clearing_post", run_id, debtor=debtor))
        self.run("instruct", self._step("clearing_instruct", run_id))
        token = f"{run_id}-receipts"
        self.run("await receipts", self._step("clearing_await", run_id, stage="receipts", token=token))
        for each in figures_of(self.ports.documents, run_of(self.ports.runs, run_id)).instructions:
            name = instruction_id(run_id, each.number)
            receive = partial(self.clearing.payment.receive, CENTRE, run_id, name, f"B-{name}", each.amount_fen)
            self.run(f"receive {each.number}", receive)

    # ------------------------------------------------------------------ what must hold

    def check(self, run_id: str) -> None:
        """Each obligation is cleared once, each payment made once, and what was disputed waits in the next window."""
        runs, windows = self.ports.runs, self.ports.windows
        run = run_of(runs, run_id)
        assert (run.status, run.window, run.edition, run.attempt) == (
            RunStatus.SETTLED, Window(TIER, self.period, 1), 2, 1,
        )  # fmt: skip
        assert run.lines == len(self.posted)
        assert [each.area for each in runs.confirmations(run_id)] == list(AREAS)
        figures = figures_of(self.ports.documents, run)
        paid = {instruction_id(run_id, each.number): each.amount_fen for each in figures.instructions}
        receipts = runs.receipts(run_id)
        assert {each.instruction: each.amount_fen for each in receipts} == paid
        assert len(receipts) == len(paid)
        assert set(self.proceeded) == {f"{run_id}-confirmations", f"{run_id}-receipts"}
        (dispute,) = runs.disputes(run_id)
        following = windows.open_window(TIER, self.period)
        assert following == run.window.next
        late = [entry for shard in SHARDS for entry in windows.entries(following, shard)]
        assert [(entry.transaction_id, entry.obligations[0].amount_fen) for entry in late] == [
            (f"resolve:{dispute.dispute_id}", OWED_FEN)
        ]
        assert sum(windows.gate(following, shard).count for shard in SHARDS) == 1
        self._check_books(run_id, dispute.dispute_id, list(paid))

    def debtors(self, run_id: str) -> list[str]:
        """Whose obligations the run clears."""
        figures = figures_of(self.ports.documents, run_of(self.ports.runs, run_id))
        return sorted({position.debtor for position in figures.cleared})

    def _check_books(self, run_id: str, dispute_id: str, instructions: list[str]) -> None:
        """The journal holds what the run had to post and nothing else; what is left open is what was resolved."""
        books = [each for each in every(self.ports.ledger.journal) if each.period == self.period]
        assert sorted(each.id for each in books) == sorted(
            [
                *(each.id for each in self.posted),
                *(f"clear:{run_id}:{debtor}" for debtor in self.debtors(run_id)),
                *(f"instruct:{name}" for name in instructions),
                *(f"receive:{run_id}:B-{name}" for name in instructions),
                f"dispute:{dispute_id}",
                f"resolve:{dispute_id}",
            ]
        )
        balance = trial_balance(books)
        assert balance.balance_fen == 0
        assert unmatched_mirrors(books) == ()
        left = {row.account: row.balance_fen for row in balance.accounts if row.balance_fen}
        assert sorted(abs(amount) for account, amount in left.items() if parse_due(account)) == [OWED_FEN, OWED_FEN]
        assert not [account for account in left if account.startswith(("hub/", "suspense/"))]


class Stage:
    """A configuration whose machines do nothing by themselves, and clients each call of which the fault sees."""

    def __init__(self, cloud: LocalStack, fault: Fault) -> None:
        idle = {"StartAt": "Idle", "States": {"Idle": {"Type": "Succeed"}}}
        machine = cloud.client("stepfunctions").create_state_machine(
            name=f"idle-clearing-{next(_numbers)}",
            definition=json.dumps(idle),
            roleArn="arn:aws:iam::123456789012:role/idle",
        )["stateMachineArn"]
        config = replace(from_environment(), clearing_machine=machine)
        self.proceeded: list[str] = []
        watched = BotoClients()
        for service in ("dynamodb", "s3", "stepfunctions"):
            watch(watched(service), fault)
        watched("stepfunctions").meta.events.register("before-call.sfn.SendTaskSuccess", self._sent)
        calm = Process(config, BotoClients(), done)
        calm.use_cases.services.policy_work.publish(OFFICER, PolicyDraft(shipped_files()))
        self.calm, self.watched = calm.ports, Process(config, watched, done).ports
        # Opened once per process: a start that also had to open the bundle would make other calls than the next one.
        self.watched.bundles.current()

    def journey(self, run: Callable[[str, Task], Any]) -> Journey:
        """The next month, its claims posted."""
        number = next(_numbers)
        period = f"{1970 + number // 12}-{number % 12 + 1:02d}"
        clock = MonthsClock(period)
        posted = claims(period)
        for each in posted:
            post(self.calm, each)
        self.proceeded.clear()
        clearing = ClearingUseCases.over(replace(self.watched, clock=clock), ALWAYS)
        # Workbooks take the most time to write and are stored like any other form.
        parties = replace(clearing.parties, forms={"json": canonical_json, "csv": csv_of, "xlsx": csv_of})
        clearing = replace(clearing, parties=parties)
        return Journey(self.calm, clearing, run, self.proceeded, posted)

    def _sent(self, params: dict[str, Any], **_: Any) -> None:
        """Called after the fault let the call pass."""
        self.proceeded.append(json.loads(params["body"])["taskToken"])


def done() -> str:
    return "done"


def claims(period: str) -> tuple[Transaction, ...]:
    """Who owes whom in a month; the last one will be disputed. They pass the same gates in every month."""
    one, other = AREAS
    owed = ((one, other, 5_000, FULL[0]), (other, one, 3_000, FULL[1]), (one, other, DISPUTED_FEN, FULL[1]))
    return tuple(_claim(period, number, *each) for number, each in enumerate(owed))


def _claim(period: str, number: int, debtor: str, creditor: str, amount_fen: int, shard: int) -> Transaction:
    named = (
        owing(
            f"clm_fault-{period}-{number}-{suffix}",
            (FUND, debtor, creditor, amount_fen),
            occurred_at=f"{period}-03T03:04:05Z",
        )
        for suffix in itertools.count()
    )
    return next(each for each in named if shard_of(each.id) == shard)


def test_every_aws_call_of_a_clearing_run_may_be_lost_once(cloud: LocalStack, tell: Callable[[str], None]) -> None:
    fault = Fault()
    trials, stage = Trials(fault), Stage(cloud, fault)
    calm = stage.journey(trials.calmly)
    calm.check(calm.travel())
    laid_up, journeys = trials.left, 0
    while trials.left:
        assert journeys < JOURNEYS_MAX, trials.pending
        journeys += 1
        journey = stage.journey(trials.disturbed)
        journey.check(journey.travel())
    assert trials.struck == laid_up
    tell(
        f"a clearing run with a dispute: {len(trials.whole)} tasks, {laid_up // 2} AWS calls, each lost once before "
        f"and once after it took effect: {laid_up} faults over {journeys} runs, nothing lost or doubled"
    )
