"""Promises of the stores of windows and runs, held by the fakes in memory and by the adapters on DynamoDB alike.

The tests share tables, so each takes a month that no other test has.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import cast

import pytest

from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.clearing.domain.bank import Receipt
from chalicelib.clearing.domain.debts import ClaimDebts, Debt, Pair, Taken
from chalicelib.clearing.domain.disputes import AWAITS_OUTCOME, Disposal, Dispute, Resolution
from chalicelib.clearing.domain.proof import Fault, FaultCode, ShardEvidence, faults
from chalicelib.clearing.domain.repair import Mended, Mending, Repair, RepairId, RepairStatus, SoundShard
from chalicelib.clearing.domain.run import Confirmation, Run, RunStatus, ShardSummary, Stage, StatementRecord, run_id_of
from chalicelib.clearing.domain.terms import Terms
from chalicelib.clearing.domain.windows import Gate, GateStatus, positions_of
from chalicelib.clearing.ports import (
    AddConfirmation,
    AddMended,
    AddPositions,
    AddReceipt,
    MoveManifest,
    OpenRun,
    RequireRun,
    RunStore,
    WindowStore,
    WriteRun,
)
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.kernel.words.ids import AreaCode, ClaimId, DisputeId, RunId, TransactionId
from chalicelib.kernel.writes import Insert, Part, Replace, Require, Revise
from chalicelib.ledger.domain.obligations import SHARDS, Window, entries, hash64, shard_of
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import PostTransaction
from chalicelib.main.wiring import BotoClients, Process
from chalicelib.registry.domain.model import NATION
from infra.local.stack import LocalStack
from tests.kit.areas import KUNMING, SHANDONG, YUNNAN
from tests.kit.clearing_builders import FUND, NOW, SUBSIDY, lines_in, owing
from tests.kit.marks import ON_TABLES
from tests.kit.memory.clearing import FakeRunStore, FakeWindowStore
from tests.kit.memory.world import FakeCommits, Memory
from tests.kit.tables import own_tables

UNDECIDED = {"status": RepairStatus.REQUESTED}
TIER = YUNNAN
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Stores:
    windows: WindowStore
    runs: RunStore
    commits: Commits

    def post(self, transaction: Transaction, windows: tuple[AddPositions, ...] | None = None) -> None:
        entering = positions_for(self.windows, transaction) if windows is None else windows
        self.commits.commit([PostTransaction(transaction), *entering])


@pytest.fixture(name="ports", scope="module")
def fixture_ports(cloud: LocalStack) -> Iterator[Ports]:
    """The stores over tables of their own: the auditor of the shared tables would object to these tests' items."""
    with own_tables(cloud.client("dynamodb")) as config:
        yield Process(config, BotoClients(), lambda: "done").ports


@pytest.fixture(name="stores", params=["fake", ON_TABLES])
def fixture_stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "fake":
        memory = Memory()
        windows = FakeWindowStore(memory.clearing, lambda: list(memory.ledger.values()))
        return Stores(windows, FakeRunStore(memory.clearing, memory.tables.state), FakeCommits(memory))
    ports = cast("Ports", request.getfixturevalue("ports"))
    return Stores(ports[WindowStore], ports[RunStore], ports[Commits])


@pytest.fixture(name="period")
def fixture_period() -> str:
    """A month of its own."""
    number = next(_numbers)
    return f"{1990 + number // 12}-{number % 12 + 1:02d}"


def remote(period: str, name: str = "a", amount_fen: int = 500) -> Transaction:
    """A claim of this month as a debt between two areas, with a subsidy on top."""
    return owing(
        ClaimId(f"clm_{period}-{name}"),
        (FUND, AreaCode("530300"), KUNMING, amount_fen),
        (SUBSIDY, YUNNAN, KUNMING, 70),
        occurred_at=Instant(f"{period}-05T03:04:05Z"),
    )


def a_run(window: Window) -> Run:
    terms = Terms(7, silence_is_consent=True, citation=CitedProvision.named("n.1"), bundle="0" * 64)
    return Run(run_id_of(window), window, "centre", NOW, terms)


def test_a_month_begins_with_its_first_window(stores: Stores, period: str) -> None:
    assert stores.windows.open_window(TIER, period) == Window(TIER, period, 1)
    assert stores.windows.gate(Window(TIER, period, 1), 3) == Gate(GateStatus.OPEN, 0, 0)


def test_a_settlement_leaves_its_entry_its_positions_and_its_count(stores: Stores, period: str) -> None:
    posted = replace(remote(period), citations=("nat-2020.1.1",))
    stores.post(posted)
    window, shard = stores.windows.open_window(TIER, period), shard_of(posted.id)
    entry = entries(posted)[TIER]
    assert stores.windows.gate(window, shard) == Gate(GateStatus.OPEN, 1, hash64(posted.id))
    assert stores.windows.entries(window, shard) == (entry,)
    assert stores.windows.positions(window, shard) == positions_of([entry])
    assert stores.windows.journal(TIER, period, shard) == (replace(posted, citations=()),)


def test_sums_of_many_hashes_stay_exact(stores: Stores, period: str) -> None:
    found = [remote(period, f"{number:03d}", 10**11 + number) for number in range(40)]
    for posted in found:
        stores.post(posted)
    window = stores.windows.open_window(TIER, period)
    for shard in SHARDS:
        own = [each for each in found if shard_of(each.id) == shard]
        assert stores.windows.gate(window, shard).hash_sum == sum(hash64(each.id) for each in own)
        assert stores.windows.positions(window, shard) == positions_of(entries(each)[TIER] for each in own)


def test_nothing_passes_a_closed_gate_and_nothing_of_the_write_remains(stores: Stores, period: str) -> None:
    posted = remote(period)
    window, shard = stores.windows.open_window(TIER, period), shard_of(posted.id)
    read_before = positions_for(stores.windows, posted)
    assert stores.windows.close_gate(window, shard).status is GateStatus.CLOSED
    with pytest.raises(VersionConflict):
        stores.post(posted, read_before)
    assert stores.windows.journal(TIER, period, shard) == ()
    assert stores.windows.entries(window, shard) == ()


def test_closing_again_keeps_what_passed(stores: Stores, period: str) -> None:
    posted = remote(period)
    stores.post(posted)
    window, shard = stores.windows.open_window(TIER, period), shard_of(posted.id)
    first = stores.windows.close_gate(window, shard)
    assert first == stores.windows.close_gate(window, shard) == Gate(GateStatus.CLOSED, 1, hash64(posted.id))


def test_a_claim_posted_without_its_position_is_found(stores: Stores, period: str) -> None:
    posted = remote(period)
    stores.commits.commit([PostTransaction(posted)])
    window, shard = stores.windows.open_window(TIER, period), shard_of(posted.id)
    evidence = ShardEvidence(
        window=window,
        shard=shard,
        gate=stores.windows.close_gate(window, shard),
        journal=stores.windows.journal(TIER, period, shard),
        entries=stores.windows.entries(window, shard),
        elsewhere=(),
        positions=stores.windows.positions(window, shard),
    )
    assert faults(evidence) == (Fault(FaultCode.MISSING, shard, posted.id),)


def test_a_run_takes_its_window_and_moves_the_pointer_once(stores: Stores, period: str) -> None:
    window = stores.windows.open_window(TIER, period)
    run = a_run(window)
    stores.commits.commit([OpenRun(run)])
    with pytest.raises(VersionConflict):
        stores.commits.commit([OpenRun(run)])
    assert stores.runs.get(run.run_id) == run
    following = stores.windows.open_window(TIER, period)
    assert following == window.next
    stores.commits.commit([OpenRun(a_run(following))])
    assert stores.windows.open_window(TIER, period).number == 3


def test_the_window_of_a_transaction_is_found_also_after_later_ones_have_opened(stores: Stores, period: str) -> None:
    first, second = remote(period, "a"), remote(period, "b")
    stores.post(first)
    window = stores.windows.open_window(TIER, period)
    stores.commits.commit([OpenRun(a_run(window))])
    stores.post(second)
    stores.commits.commit([OpenRun(a_run(window.next))])
    assert stores.windows.window_of(TIER, period, first.id) == window
    assert stores.windows.window_of(TIER, period, second.id) == window.next
    assert stores.windows.window_of(TIER, period, TransactionId("settle:clm_none")) is None
    assert stores.windows.window_of(NATION, period, first.id) is None
    assert stores.windows.has_entered(window, first.id)
    assert not stores.windows.has_entered(window, second.id)


def test_of_many_starts_at_once_one_opens_the_run(stores: Stores, period: str) -> None:
    run = a_run(stores.windows.open_window(TIER, period))

    def start(_: int) -> bool:
        try:
            stores.commits.commit([OpenRun(run)])
        except VersionConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as starters:
        assert sum(starters.map(start, range(4))) == 1


def test_a_run_is_written_at_the_revision_it_was_read_at(stores: Stores, period: str) -> None:
    run = a_run(stores.windows.open_window(TIER, period))
    stores.commits.commit([OpenRun(run)])
    later = replace(
        run.failed("a-reason"), revision=2, root="00", figures="f", manifest="m", deadline=NOW, sealed=True, lines=3
    )
    stores.commits.commit([WriteRun(later)])
    assert stores.runs.get(run.run_id) == later
    assert later.failed_in is RunStatus.CLOSING
    stores.commits.commit([RequireRun(run.run_id, 2), AddConfirmation(run.run_id, Confirmation(KUNMING, "a", NOW))])
    for stale in ([WriteRun(later)], [RequireRun(run.run_id, 1)]):
        with pytest.raises(VersionConflict):
            stores.commits.commit(cast("list[Part]", stale))


def test_what_hangs_on_a_run_is_read_back_as_it_was_written(stores: Stores, period: str) -> None:
    run_id = run_id_of(Window(TIER, period, 9))
    summary = ShardSummary(
        2, 1, "00", "c", "p", {KUNMING: "x"}, (Fault(FaultCode.MISSING, 2, TransactionId("settle:clm")),)
    )
    stores.runs.keep_shard(run_id, replace(summary, lines=7))
    stores.runs.keep_shard(run_id, summary)
    statement = StatementRecord(KUNMING, 1, 4, "j", "c", "x")
    stores.runs.keep_statement(run_id, statement)
    stores.runs.keep_token(run_id, Stage.RECEIPTS, "one")
    stores.runs.keep_token(run_id, Stage.RECEIPTS, "two")
    receipts = [Receipt(f"B{number}", f"{run_id}-1", 5 - number, NOW) for number in range(2)]
    for place, receipt in enumerate(receipts):
        stores.commits.commit([AddReceipt(run_id, place, receipt)])
    assert stores.runs.shards(run_id) == (summary,)
    assert stores.runs.statements(run_id, 1) == (statement,)
    assert stores.runs.statement(run_id, 1, KUNMING) == statement
    assert stores.runs.statement(run_id, 2, KUNMING) is None
    assert stores.runs.token(run_id, Stage.RECEIPTS) == "two"
    assert stores.runs.token(run_id, Stage.CONFIRMATIONS) is None
    assert stores.runs.receipts(run_id) == tuple(receipts)
    with pytest.raises(VersionConflict):
        stores.commits.commit([AddReceipt(run_id, 1, receipts[0])])


def test_a_closed_shard_is_made_to_hold_what_it_should_and_nothing_else(stores: Stores, period: str) -> None:
    """Struck, corrected, added and recounted; again it changes nothing, and an open gate is left alone."""
    window = stores.windows.open_window(TIER, period)
    shard = shard_of(remote(period).id)
    same = [remote(period, f"{n}") for n in range(2000) if shard_of(remote(period, f"{n}").id) == shard]
    held = [entries(each)[TIER] for each in same[:2]]
    for entry in held:
        stores.commits.commit([AddPositions(window, entry)])
    kept = replace(held[0], obligations=tuple(replace(o, amount_fen=o.amount_fen + 1) for o in held[0].obligations))
    sound = SoundShard((kept,))
    with pytest.raises(VersionConflict):
        stores.windows.make_sound(window, shard, sound)
    stores.windows.close_gate(window, shard)
    for _ in range(2):
        stores.windows.make_sound(window, shard, sound)
        assert stores.windows.entries(window, shard) == (kept,)
        assert stores.windows.positions(window, shard) == sound.positions
        assert stores.windows.gate(window, shard) == Gate(GateStatus.CLOSED, 1, hash64(kept.transaction_id))
    assert stores.windows.window_of(TIER, period, kept.transaction_id) == window
    assert stores.windows.window_of(TIER, period, held[1].transaction_id) is None
    stores.windows.make_sound(window, shard, SoundShard(()))
    assert (stores.windows.entries(window, shard), stores.windows.positions(window, shard)) == ((), ())


def test_a_repair_is_asked_for_once_decided_once_and_keeps_what_it_did(stores: Stores, period: str) -> None:
    run_id = run_id_of(Window(TIER, period, 9))
    faults = (Fault(FaultCode.MISSING, 2, TransactionId("settle:clm")), Fault(FaultCode.COUNT, 2))
    repair = Repair(RepairId(f"{run_id}-r1"), run_id, 1, 1, "restored", Act("one", Role.CENTRE, "000000", NOW), faults)
    stores.commits.commit([Insert(repair)])
    with pytest.raises(VersionConflict):
        stores.commits.commit([Insert(repair)])
    assert stores.runs.repairs(run_id) == (repair,)
    approved = repair.decided(Act("another", Role.CENTRE, "000000", NOW), approve=True)
    stores.commits.commit([Replace(approved, UNDECIDED)])
    with pytest.raises(VersionConflict):
        stores.commits.commit(
            [Replace(repair.decided(Act("another", Role.CENTRE, "000000", NOW), approve=False), UNDECIDED)]
        )
    assert stores.runs.repairs(run_id) == (approved,)
    done = (
        Mended(repair.repair_id, Mending.RECOUNTED, 2, 1),
        Mended(repair.repair_id, Mending.BOOKED, 2, 2, TransactionId("settle:clm")),
    )
    for _ in range(2):
        for each in done:
            stores.commits.commit([AddMended(run_id, each)])
        assert stores.runs.mended(run_id) == done


def test_receipts_of_a_hand_down_are_each_provinces_own(stores: Stores, period: str) -> None:
    run_id = run_id_of(Window(TIER, period, 9))
    receipts = [Receipt(f"H{number}", f"{run_id}-530000-1", 5 - number, NOW) for number in range(2)]
    for place, receipt in enumerate(receipts):
        stores.commits.commit([AddReceipt(run_id, place, receipt, YUNNAN)])
    stores.commits.commit([AddReceipt(run_id, 0, receipts[0], SHANDONG)])
    assert stores.runs.handed_receipts(run_id) == {"370000": (receipts[0],), "530000": tuple(receipts)}
    assert stores.runs.receipts(run_id) == ()
    with pytest.raises(VersionConflict):
        stores.commits.commit([AddReceipt(run_id, 1, receipts[0], YUNNAN)])


def test_an_area_confirms_once(stores: Stores, period: str) -> None:
    run_id, confirmation = run_id_of(Window(TIER, period, 9)), Confirmation(KUNMING, "agent", NOW)
    stores.commits.commit([AddConfirmation(run_id, confirmation)])
    with pytest.raises(VersionConflict):
        stores.commits.commit([AddConfirmation(run_id, replace(confirmation, confirmed_by="another"))])
    assert stores.runs.confirmations(run_id) == (confirmation,)


def test_a_dispute_is_raised_once_and_resolved_once(stores: Stores, period: str) -> None:
    run_id, lines = run_id_of(Window(TIER, period, 9)), lines_in(TIER, [remote(period)])
    raised = Act("agent", Role.AGENCY, "530300", NOW)
    dispute = Dispute(
        DisputeId(f"dsp_{period}"), run_id, AreaCode("530300"), ClaimId("clm_1"), "not ours", raised, lines
    )
    ruled = Act("centre", Role.CENTRE, "530000", NOW)
    resolved = replace(dispute, resolution=Resolution(Verdict.REDUCED, (4, 70), ruled))
    disposed = replace(resolved, disposal=Disposal(RulingOutcome.BORNE, "in good faith", replace(raised, actor="head")))
    stores.commits.commit([Insert(dispute)])
    assert stores.runs.disputes(run_id) == (dispute,)
    with pytest.raises(VersionConflict):
        stores.commits.commit([Insert(dispute)])
    stores.commits.commit([Replace(resolved, {"resolution": None})])
    assert stores.runs.disputes(run_id) == (resolved,)
    with pytest.raises(VersionConflict):
        stores.commits.commit([Replace(resolved, {"resolution": None})])
    stores.commits.commit([Replace(disposed, AWAITS_OUTCOME)])
    assert stores.runs.disputes(run_id) == (disposed,)
    with pytest.raises(VersionConflict):
        stores.commits.commit([Replace(disposed, AWAITS_OUTCOME)])


def test_an_outcome_needs_a_ruling(stores: Stores, period: str) -> None:
    raised = Act("agent", Role.AGENCY, "530300", NOW)
    dispute = Dispute(
        DisputeId(f"dsp_early_{period}"),
        RunId(f"clr_{period}"),
        AreaCode("530300"),
        ClaimId("clm_1"),
        "not ours",
        raised,
        (),
    )
    stores.commits.commit([Insert(dispute)])
    early = replace(dispute, disposal=Disposal(RulingOutcome.BORNE, "in good faith", raised))
    with pytest.raises(VersionConflict):
        stores.commits.commit([Replace(early, AWAITS_OUTCOME)])
    assert stores.runs.disputes(dispute.run_id) == (dispute,)


def test_what_rulings_left_on_a_claim_moves_one_version_at_a_time(stores: Stores, period: str) -> None:
    claim_id = ClaimId(f"clm_{period}")
    assert stores.runs.debts(claim_id) == ClaimDebts(claim_id)
    pair = Pair(FUND, AreaCode("530300"), KUNMING)
    layers = (("fund/530300/resident/basic", 60), ("fund/530300/resident/assistance", 40))
    taken = (Taken(DisputeId("dsp_1"), 30, borne=True), Taken(DisputeId("dsp_2"), 10))
    bound = Debt(pair, 100, layers, granted_fen=50, disputed=((DisputeId("dsp_3"), 10),), taken=taken)
    free = Debt(Pair(SUBSIDY, YUNNAN, KUNMING), 7)
    first = ClaimDebts(
        claim_id,
        1,
        (bound, free),
        ((RunId("clr_1"), DisputeId("dsp_1")), (RunId("clr_2"), DisputeId("dsp_2"))),
        is_reversed=True,
    )
    stores.commits.commit(
        [Require(ClaimDebts(claim_id)), AddMended(RunId("clr_none"), Mended(RepairId("r"), Mending.STRUCK, 0, 1))]
    )
    stores.commits.commit([Revise(first)])
    assert stores.runs.debts(claim_id) == first
    for stale in (Revise(first), Require(ClaimDebts(claim_id)), Revise(replace(first, version=3))):
        with pytest.raises(VersionConflict):
            stores.commits.commit([stale])
    stores.commits.commit([Revise(replace(first, version=2, is_reversed=False))])
    assert stores.runs.debts(claim_id).version == 2


def test_manifests_of_a_tier_form_one_chain(stores: Stores, period: str) -> None:
    tier = AreaCode(f"99{period[2:4]}{period[5:]}")
    move: Callable[[str | None, str], None] = lambda before, after: stores.commits.commit(  # noqa: E731
        [MoveManifest(tier, before, after)]
    )
    assert stores.runs.last_manifest(tier) is None
    move(None, "one")
    move("one", "two")
    for stale in (None, "one"):
        with pytest.raises(VersionConflict):
            move(stale, "three")
    assert stores.runs.last_manifest(tier) == "two"
