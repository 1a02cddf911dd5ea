"""Edges of a clearing run: silence, failures, empty windows, late settlements, receipts that do not fit.

The use cases run over fakes, task by task as the state machine calls them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.bank.domain import movement_id_of
from chalicelib.clearing.domain.bank import Outcome, Payment, instruction_id
from chalicelib.clearing.domain.netting import Instruction
from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.domain.terms import NO_NOTICE
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.schemas.documents import run_document
from chalicelib.clearing.tasks import ClearingSteps
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.clearing.usecases.parties import Parties, SilenceIsNotConsent
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.read import Form, ReadManifest, ReadRun, ReadStatement
from chalicelib.clearing.usecases.run import Clearing, StartRun, figures_of, run_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, NotFound, VersionConflict
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Commits, DocumentStore
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.obligations import SHARDS, shard_of
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.ledger.ports import PostTransaction
from chalicelib.main.capabilities import build_system
from tests.kit.areas import KUNMING, YUNNAN
from tests.kit.builders import published
from tests.kit.clearing_builders import FUND, NOW, owing
from tests.kit.clearing_runs import close, post, settle
from tests.kit.memory.samples import AUDITOR, agency
from tests.kit.memory.world import World
from tests.kit.policy_sets import with_clearing_terms

TIER, DEBTOR, CREDITOR, PERIOD = YUNNAN, AreaCode("530300"), KUNMING, "2026-11"
CENTRE = Principal("centre", Role.CENTRE, TIER)
DUE_FEN = 1_000


def claim(name: str, amount_fen: int = DUE_FEN) -> Transaction:
    return owing(ClaimId(f"clm_{name}"), (FUND, DEBTOR, CREDITOR, amount_fen))


@dataclass(frozen=True)
class Office:
    """A tier over fakes, and hands that carry its runs."""

    ports: Ports
    clearing: System

    @classmethod
    def over(cls, world: World, *, silence_is_consent: bool = False) -> Office:
        if silence_is_consent:
            files = with_clearing_terms(TIER, 7, silence_is_consent=True)
            bundle = world.bundles.put(compile_files(files))
            world.bundles.move_pointer(published(2, bundle, world.bundles.current_hash(), NOW))
        return cls(world.ports, build_system(world.ports.give(Retrying, Retrying(lambda _: None, lambda: 0.0))))

    def start(self) -> RunId:
        return self.clearing[StartRun](CENTRE, TIER, PERIOD)

    def run(self, run_id: RunId) -> Run:
        return run_of(self.ports[RunStore], run_id)

    def asked(self) -> RunId:
        """A run that waits for confirmations."""
        run_id = self.start()
        close(self.clearing, run_id)
        for area in self.clearing[Clearing].net(run_id):
            self.clearing[Parties].state(run_id, area, 1)
        self.clearing[Parties].publish(run_id, 1)
        return run_id

    def confirmed(self, run_id: RunId) -> None:
        for area in (DEBTOR, CREDITOR):
            self.clearing[Parties].confirm(agency(area), run_id, area)

    def instructed(self) -> tuple[RunId, Instruction]:
        """A run that waits for the bank, and its only payment."""
        run_id = self.asked()
        self.confirmed(run_id)
        self.order(run_id)
        (payment,) = figures_of(self.ports[DocumentStore], self.run(run_id)).instructions
        return run_id, payment

    def order(self, run_id: RunId) -> None:
        self.clearing[Parties].seal(run_id)
        for debtor in self.clearing[ClearingPayment].debtors(run_id):
            self.clearing[ClearingPayment].post(run_id, debtor)
        self.clearing[ClearingPayment].instruct(run_id)

    def receive(self, run_id: RunId, reference: str, amount_fen: int, instruction: str | None = None) -> Outcome:
        name = instruction or instruction_id(run_id, 1)
        return self.clearing[ClearingPayment].receive(CENTRE, run_id, name, reference, amount_fen)

    def stated(self, run_id: RunId) -> list[str]:
        """The claims a run holds."""
        window = self.run(run_id).window
        return sorted(entry.cause for shard in SHARDS for entry in self.ports[WindowStore].entries(window, shard))


@pytest.fixture(name="office")
def fixture_office(world: World) -> Office:
    return Office.over(world)


def balances(world: World) -> dict[str, int]:
    """Return the balances other than zero; the books as a whole come to zero."""
    books = list(world.memory.ledger.values())
    balance = trial_balance(books)
    assert balance.balance_fen == 0
    assert unmatched_mirrors(books) == ()
    return {row.account: row.balance_fen for row in balance.accounts if row.balance_fen}


def test_a_gate_that_nobody_passed_keeps_no_document(world: World, office: Office) -> None:
    """Of sixty-four gates most are empty in a quiet month: a run's requests follow the posted transactions."""
    posted = claim("a")
    post(world.ports, posted)
    run_id = office.start()
    close(office.clearing, run_id)
    kept = [each.shard for each in world.ports[RunStore].shards(run_id) if each.content or each.positions or each.areas]
    assert kept == [shard_of(posted.id)]


# ---------------------------------------------------------------------- the deadline


def test_a_party_that_says_nothing_fails_the_run_which_goes_on_where_it_stopped(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id = office.asked()
    office.clearing[Parties].confirm(agency(CREDITOR), run_id, CREDITOR)
    with pytest.raises(SilenceIsNotConsent) as silent:
        office.clearing[Parties].silence(run_id)
    office.clearing[Clearing].fail(run_id, silent.value.code)
    failed = office.run(run_id)
    assert (failed.status, failed.failed_in, failed.reason) == (
        RunStatus.FAILED, RunStatus.CONFIRMING, "confirmations-missing",
    )  # fmt: skip
    assert office.clearing[ReadRun](AUDITOR, run_id).awaited == (DEBTOR,)
    assert office.start() == run_id
    resumed = office.run(run_id)
    assert (resumed.status, resumed.attempt, resumed.reason) == (RunStatus.CONFIRMING, 2, None)
    assert world.clearing_machine.started == [(run_id, TIER, 1), (run_id, TIER, 2)]
    close(office.clearing, run_id)
    assert settle(office.clearing, world.ports, run_id).edition == 1
    assert len(world.memory.clearing.confirmations) == 2


def test_silence_is_consent_where_a_notice_of_the_tier_says_so(world: World) -> None:
    post(world.ports, claim("a"))
    office = Office.over(world, silence_is_consent=True)
    run_id = office.asked()
    run = office.run(run_id)
    assert run.deadline == instant(world.clock.now() + timedelta(days=7))
    assert run.terms.citation is not None
    assert run.terms.citation.document_no == "样例清算〔2026〕1号"
    office.clearing[Parties].silence(run_id)
    office.order(run_id)
    assert office.receive(run_id, "B-1", DUE_FEN) is Outcome.EXACT
    assert office.run(run_id).status is RunStatus.SETTLED


def test_a_run_keeps_the_terms_it_was_started_on(world: World) -> None:
    """A notice published while parties are asked neither shortens their time nor takes their silence for a yes."""
    post(world.ports, claim("a"))
    run_id = Office.over(world).asked()
    office = Office.over(world, silence_is_consent=True)
    with pytest.raises(SilenceIsNotConsent):
        office.clearing[Parties].silence(run_id)
    assert run_document(office.clearing[ReadRun](CENTRE, run_id))["terms"] == {
        "confirm_within_days": 10,
        "silence_is_consent": False,
        "citation": None,
        "bundle": office.run(run_id).terms.bundle,
        "interpretation": {"zh": NO_NOTICE.zh, "en": NO_NOTICE.en},
    }


def test_statements_say_on_what_terms_they_are_confirmed(world: World) -> None:
    post(world.ports, claim("a"))
    office = Office.over(world, silence_is_consent=True)
    run_id = office.asked()
    page = office.clearing[ReadStatement](agency(DEBTOR), run_id, DEBTOR, PageRequest(10, None))
    assert page.heading["terms"] == run_document(office.clearing[ReadRun](CENTRE, run_id))["terms"]
    workbook = office.clearing[ReadStatement].form(agency(DEBTOR), run_id, DEBTOR, Form.XLSX)
    sums = load_workbook(BytesIO(workbook)).worksheets[0]
    rows = {row[0]: row[1] for row in sums.iter_rows(values_only=True) if row and row[0]}
    assert rows["确认期限（日） days to confirm"] == 7
    assert (rows["逾期视为同意 silence is consent"], rows["依据 by"]) == ("是 yes", "样例清算〔2026〕1号 一")


def test_when_the_last_party_confirms_the_machine_goes_on_whoever_came_first(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id = office.asked()
    steps = ClearingSteps(lambda: office.clearing)
    steps.clearing_await({"run_id": run_id, "stage": "confirmations", "token": "early"})
    assert world.clearing_machine.proceeded == []
    office.confirmed(run_id)
    assert world.clearing_machine.proceeded == ["early"]
    steps.clearing_await({"run_id": run_id, "stage": "confirmations", "token": "late"})
    assert world.clearing_machine.proceeded == ["early", "late"]


# ---------------------------------------------------------------------- failed runs


def test_a_run_that_fails_in_any_state_is_resumed_and_clears_everything_once(world: World, office: Office) -> None:
    """After every failure the task runs again: results that were reached already stay as they were."""
    post(world.ports, claim("a"))
    clearing, run_id = office.clearing, office.start()

    def state() -> None:
        for area in clearing[Clearing].net(run_id):
            clearing[Parties].state(run_id, area, 1)

    tasks: list[Callable[[], object]] = [
        lambda: close(clearing, run_id),
        lambda: clearing[Clearing].net(run_id),
        state,
        lambda: clearing[Parties].publish(run_id, 1),
        lambda: office.confirmed(run_id) if not office.run(run_id).sealed else None,
        lambda: office.order(run_id),
    ]
    failed_in = set()
    for done in range(len(tasks) + 1):
        for task in tasks[:done]:
            task()
        clearing[Clearing].fail(run_id, "a-reason")
        failed_in.add(office.run(run_id).failed_in)
        assert office.start() == run_id
    assert failed_in == {
        RunStatus.CLOSING, RunStatus.VERIFIED, RunStatus.NETTED, RunStatus.CONFIRMING, RunStatus.INSTRUCTED,
    }  # fmt: skip
    assert office.receive(run_id, "B-1", DUE_FEN) is Outcome.EXACT
    settled = office.run(run_id)
    assert (settled.status, settled.attempt) == (RunStatus.SETTLED, len(tasks) + 2)
    clearing[Clearing].fail(run_id, "too late")
    assert office.run(run_id) == settled
    assert sorted(world.memory.ledger) == sorted(
        [
            "settle:clm_a",
            f"clear:{run_id}:{DEBTOR}",
            f"instruct:{run_id}-1",
            f"receive:{run_id}:{movement_id_of(DEBTOR, 'B-1')}",
        ]
    )
    assert not [account for account in balances(world) if account.startswith(("region/", "hub/", "suspense/"))]


def test_a_run_that_fails_after_a_later_one_has_begun_is_resumed_all_the_same(world: World, office: Office) -> None:
    """The first run waits for a silent party, while later claims are cleared to the end."""
    post(world.ports, claim("a"))
    first = office.asked()
    post(world.ports, claim("b"))
    second = office.start()
    close(office.clearing, second)
    settle(office.clearing, world.ports, second)
    office.clearing[Clearing].fail(first, "confirmations-missing")
    assert office.start() == first
    assert office.run(first).status is RunStatus.CONFIRMING
    settle(office.clearing, world.ports, first)
    assert not [account for account in balances(world) if account.startswith(("region/", "hub/"))]
    with pytest.raises(Conflict):
        office.start()


def test_the_chain_of_manifests_runs_through_every_edition_of_every_run(world: World, office: Office) -> None:
    """The first run has its second edition after the later run has had its first."""
    clearing = office.clearing
    post(world.ports, claim("a"))
    first = office.asked()
    clearing[Parties].dispute(agency(DEBTOR), first, DEBTOR, ClaimId("clm_a"), "not ours")
    post(world.ports, claim("b"))
    second = office.start()
    close(clearing, second)
    settle(clearing, world.ports, second)
    for area in clearing[Parties].seal(first):
        clearing[Parties].state(first, area, 2)
    clearing[Parties].publish(first, 2)
    before = None
    for run_id, edition in ((first, 1), (second, 1), (first, 2)):
        content = clearing[ReadManifest](AUDITOR, run_id, edition)
        assert json.loads(content)["previous"] == before
        before = sha256(content).hexdigest()
    assert office.run(first).manifest == before
    for edition in (0, 2):
        with pytest.raises(NotFound):
            clearing[ReadManifest](AUDITOR, second, edition)
    with pytest.raises(NotFound):
        clearing[ReadManifest](agency(DEBTOR), first, 1)


def test_the_schedule_lets_failed_runs_of_the_month_go_on_and_clears_what_came_later(
    world: World, office: Office
) -> None:
    early = {"occurred_at": Instant("2026-10-05T03:04:05Z")}
    post(world.ports, owing(ClaimId("clm_a"), (FUND, DEBTOR, CREDITOR, DUE_FEN), **early))
    start = office.clearing[StartRun]
    first = start.start(TIER, "2026-10", "centre")
    office.clearing[Clearing].fail(first, "a-reason")
    post(world.ports, owing(ClaimId("clm_b"), (FUND, DEBTOR, CREDITOR, DUE_FEN), **early))
    assert start.schedule([TIER]) == 2
    runs = [office.run(run_id) for run_id, _, _ in world.clearing_machine.started[1:]]
    assert [(run.window.number, run.status, run.attempt) for run in runs] == [
        (1, RunStatus.CLOSING, 2), (2, RunStatus.CLOSING, 1),
    ]  # fmt: skip


class MetOnTheWay:
    """The bundles, read at the moment at which another start comes first."""

    def __init__(self, bundles: BundleStore, other: Callable[[], object]) -> None:
        self._bundles, self._others = bundles, iter([other])

    def current(self) -> Bundle:
        for other in self._others:
            other()
        return self._bundles.current()


def test_the_schedule_opens_no_empty_window_after_a_start_that_came_first(world: World, office: Office) -> None:
    start = office.clearing[StartRun]
    met: Any = MetOnTheWay(start.bundles, lambda: start.start(TIER, "2026-10", "centre", empty=True))
    assert replace(start, bundles=met).schedule([TIER]) == 0
    started = world.clearing_machine.started
    assert {run_id for run_id, _, _ in started} == {started[0][0]}
    assert world.ports[WindowStore].open_window(TIER, "2026-10").number == 2


def test_a_start_whose_answer_was_lost_names_the_run_that_is_under_way(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id = office.start()
    with pytest.raises(Conflict) as taken:
        office.start()
    assert [(finding.code, finding.about) for finding in taken.value.findings] == [
        ("run-under-way", (("run_id", run_id),))
    ]
    assert world.clearing_machine.started == [(run_id, TIER, 1)]


# ---------------------------------------------------------------------- windows


def test_an_empty_window_is_refused_on_demand_and_settles_on_schedule(world: World, office: Office) -> None:
    with pytest.raises(Conflict) as refused:
        office.start()
    assert [finding.code for finding in refused.value.findings] == ["nothing-to-clear"]
    assert office.clearing[StartRun].schedule([TIER]) == 1
    ((run_id, _, _),) = world.clearing_machine.started
    close(office.clearing, run_id)
    run = settle(office.clearing, world.ports, run_id)
    assert (run.window.period, run.lines, run.status) == ("2026-10", 0, RunStatus.SETTLED)
    assert run.manifest is not None
    assert office.clearing[StartRun].schedule([TIER]) == 0
    assert world.memory.ledger == {}


def test_what_is_late_or_posted_again_lands_in_the_next_window_once(world: World, office: Office) -> None:
    """A settlement read the pointer before the close and writes after it: refused, read again, entered once."""
    early, late = claim("early"), claim("late", 300)
    post(world.ports, early)
    before = positions_for(world.ports[WindowStore], late)
    first = office.start()
    close(office.clearing, first)
    with pytest.raises(VersionConflict):
        world.ports[Commits].commit([PostTransaction(late), *before])
    post(world.ports, late)
    for repeated in (early, late):
        with pytest.raises(VersionConflict):
            post(world.ports, repeated)
    settle(office.clearing, world.ports, first)
    second = office.start()
    close(office.clearing, second)
    assert (office.stated(first), office.stated(second)) == (["clm_early"], ["clm_late"])
    assert settle(office.clearing, world.ports, second).window.number == 2
    with pytest.raises(Conflict):
        office.start()
    assert not [account for account in balances(world) if account.startswith(("region/", "hub/"))]


# ---------------------------------------------------------------------- the bank


def test_payments_in_parts_settle_the_run_with_the_last_part(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id, payment = office.instructed()
    assert (payment.payer, payment.payee, payment.amount_fen) == (DEBTOR, CREDITOR, DUE_FEN)
    assert office.receive(run_id, "B-1", 400) is Outcome.PARTIAL
    (row,) = office.clearing[ReadRun](CENTRE, run_id).payments
    assert (row.payment, row.received_fen, row.due_fen) == (Payment.UNDER, 400, DUE_FEN)
    assert balances(world)[f"hub/{TIER}"] == DUE_FEN - 400
    assert office.receive(run_id, "B-2", 600) is Outcome.EXACT
    assert office.run(run_id).status is RunStatus.SETTLED


def test_what_is_paid_too_much_waits_in_suspense_until_it_went_back(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id, _ = office.instructed()
    assert office.receive(run_id, "B-1", DUE_FEN + 50) is Outcome.OVER
    assert office.run(run_id).status is RunStatus.INSTRUCTED
    held = balances(world)
    assert (held[f"suspense/{DEBTOR}"], held[f"suspense/{CREDITOR}"]) == (50, -50)
    assert office.receive(run_id, "B-2", -50) is Outcome.EXACT
    assert office.run(run_id).status is RunStatus.SETTLED
    assert not [account for account in balances(world) if account.startswith(("suspense/", "hub/"))]


def test_a_receipt_reported_twice_counts_once_and_its_reference_is_taken(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id, _ = office.instructed()
    assert office.receive(run_id, "B-1", 400) is Outcome.PARTIAL
    assert office.receive(run_id, "B-1", 400) is Outcome.DUPLICATE
    with pytest.raises(Conflict):
        office.receive(run_id, "B-1", 600)
    assert office.receive(run_id, "B-2", 600) is Outcome.EXACT
    assert office.receive(run_id, "B-2", 600) is Outcome.DUPLICATE
    assert len(world.ports[RunStore].receipts(run_id)) == 2
    assert office.run(run_id).status is RunStatus.SETTLED


def test_what_the_bank_moves_after_a_run_has_settled_is_over_and_goes_back(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id, _ = office.instructed()
    assert office.receive(run_id, "B-1", DUE_FEN) is Outcome.EXACT
    assert office.receive(run_id, "B-2", 7) is Outcome.OVER
    assert {balances(world)[f"suspense/{area}"] for area in (DEBTOR, CREDITOR)} == {7, -7}
    assert office.receive(run_id, "B-3", -7) is Outcome.EXACT
    assert office.run(run_id).status is RunStatus.SETTLED
    assert not [account for account in balances(world) if account.startswith("suspense/")]


def test_a_run_that_failed_after_it_ordered_its_payments_hears_the_bank_all_the_same(
    world: World, office: Office
) -> None:
    """The execution died while it waited; the money moved without it, and the next execution finds the money moved."""
    post(world.ports, claim("a"))
    run_id, _ = office.instructed()
    office.clearing[Clearing].fail(run_id, "States.TaskFailed")
    assert office.receive(run_id, "B-1", DUE_FEN - 1) is Outcome.PARTIAL
    assert office.receive(run_id, "B-1", DUE_FEN - 1) is Outcome.DUPLICATE
    assert office.receive(run_id, "B-2", 1) is Outcome.EXACT
    assert office.run(run_id).status is RunStatus.FAILED
    office.clearing[StartRun].resume(run_id)
    assert office.clearing[ClearingPayment].instruct(run_id)
    assert office.run(run_id).status is RunStatus.SETTLED
    assert not [account for account in balances(world) if account.startswith(("suspense/", "hub/"))]


def test_a_receipt_for_no_instruction_keeps_the_run_open_until_it_is_taken_back(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id, _ = office.instructed()
    assert office.receive(run_id, "B-1", 70, "salary") is Outcome.UNKNOWN
    assert office.receive(run_id, "B-2", DUE_FEN) is Outcome.EXACT
    assert office.run(run_id).status is RunStatus.INSTRUCTED
    rows = {row.instruction: row.payment for row in office.clearing[ReadRun](CENTRE, run_id).payments}
    assert rows == {instruction_id(run_id, 1): Payment.MATCHED, "salary": Payment.UNKNOWN}
    office.receive(run_id, "B-3", -70, "salary")
    assert office.run(run_id).status is RunStatus.SETTLED
    assert not [account for account in balances(world) if account.startswith(("suspense/", "hub/"))]


def test_receipts_come_from_the_tiers_own_centre_and_not_before_the_payments(world: World, office: Office) -> None:
    post(world.ports, claim("a"))
    run_id = office.asked()
    with pytest.raises(Conflict):
        office.receive(run_id, "B-1", DUE_FEN)
    stranger = Principal("centre", Role.CENTRE, "370000")
    with pytest.raises(NotFound):
        office.clearing[ClearingPayment].receive(stranger, run_id, instruction_id(run_id, 1), "B-1", DUE_FEN)
