"""A window that differs from the ledger is named, mended on the word of two, and cleared; the ledger stays as it is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from chalicelib.clearing.domain.proof import FaultCode
from chalicelib.clearing.domain.repair import Mending, Repair, RepairId, RepairStatus
from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.domain.windows import Gate, positions_of
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.schemas.documents import run_document
from chalicelib.clearing.usecases.read import ReadRun
from chalicelib.clearing.usecases.repair import Repairing
from chalicelib.clearing.usecases.run import Clearing, StartRun, WindowNotProved, figures_of, run_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, NotFound, VersionConflict
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId, TransactionId
from chalicelib.ledger.domain.obligations import SHARDS, Entry, Window, entries, shard_of
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.ledger.ports import PostTransaction
from chalicelib.main.capabilities import build_system
from tests.kit.areas import KUNMING, YUNNAN
from tests.kit.clearing_builders import FUND, owing
from tests.kit.clearing_runs import close, post, settle
from tests.kit.memory.clearing import ClearingMemory
from tests.kit.memory.samples import agency, policies
from tests.kit.memory.world import World

TIER, DEBTOR, CREDITOR, PERIOD = YUNNAN, AreaCode("530300"), KUNMING, "2026-11"
ASKS, APPROVES = (Principal(actor, Role.CENTRE, TIER) for actor in ("wang", "li"))
FIRST = Window(TIER, PERIOD, 1)


def claim(name: str, amount_fen: int = 1_000) -> Transaction:
    return owing(ClaimId(f"clm_{name}"), (FUND, DEBTOR, CREDITOR, amount_fen))


def beside(other: Transaction, amount_fen: int = 300, name: str = "beside") -> Transaction:
    """Another claim that passes the same gate."""
    found = (claim(f"{name}-{number}", amount_fen) for number in itertools.count())
    return next(each for each in found if shard_of(each.id) == shard_of(other.id))


@dataclass(frozen=True)
class Office:
    """A tier in which one claim was posted correctly."""

    world: World
    clearing: System
    posted: Transaction

    @classmethod
    def over(cls, world: World) -> Office:
        office = cls(world, build_system(world.ports.give(Retrying, Retrying(lambda _: None, lambda: 0.0))), claim("a"))
        post(world.ports, office.posted)
        return office

    @property
    def memory(self) -> ClearingMemory:
        return self.world.memory.clearing

    @property
    def place(self) -> tuple[Window, int]:
        return FIRST, shard_of(self.posted.id)

    def run(self, run_id: RunId) -> Run:
        return run_of(self.world.ports[RunStore], run_id)

    def fail(self) -> tuple[RunId, list[tuple[str, str]]]:
        """Start a run, or continue a run, up to its stop; return its id and the codes that it names."""
        run_id = self.clearing[StartRun](ASKS, TIER, PERIOD)
        return run_id, self.fails(run_id)

    def fails(self, run_id: RunId) -> list[tuple[str, str]]:
        with pytest.raises(WindowNotProved) as stopped:
            close(self.clearing, run_id)
        self.clearing[Clearing].fail(run_id, stopped.value.code)
        return [(finding.code, finding.field) for finding in stopped.value.findings]

    def approved(self, run_id: RunId) -> Repair:
        asked = self.clearing[Repairing].request(ASKS, run_id, "a table was restored")
        return self.clearing[Repairing].decide(APPROVES, run_id, asked.repair_id, approve=True)

    def settle(self, run_id: RunId) -> Run:
        close(self.clearing, run_id)
        return settle(self.clearing, self.world.ports, run_id)

    def cleared_fen(self, run_id: RunId) -> int:
        return sum(each.amount_fen for each in figures_of(self.world.documents, self.run(run_id)).cleared)

    def settle_the_rest(self) -> Run:
        return self.settle(self.clearing[StartRun](ASKS, TIER, PERIOD))

    def done(self, run_id: RunId) -> list[tuple[Mending, int, str | None]]:
        return [(each.what, each.window, each.transaction_id) for each in self.world.ports[RunStore].mended(run_id)]

    def held(self) -> list[str]:
        """Every entry of every window."""
        newest = self.world.ports[WindowStore].open_window(TIER, PERIOD).number
        windows = [replace(FIRST, number=number) for number in range(1, newest + 1)]
        read = self.world.ports[WindowStore].entries
        return sorted(e.transaction_id for window in windows for shard in SHARDS for e in read(window, shard))

    def assert_books_are_clear(self) -> None:
        books = list(self.world.memory.ledger.values())
        balance = trial_balance(books)
        assert balance.balance_fen == 0
        assert unmatched_mirrors(books) == ()
        left = [row.account for row in balance.accounts if row.balance_fen]
        assert not [account for account in left if account.startswith(("region/", "hub/", "suspense/"))]


@pytest.fixture(name="office")
def fixture_office(world: World) -> Office:
    return Office.over(world)


def forget(office: Office) -> Transaction:
    """A claim whose settlement forgot the clearing."""
    forgotten = beside(office.posted)
    office.world.ports[Commits].commit([PostTransaction(forgotten)])
    return forgotten


def test_a_missing_position_is_booked_into_the_next_window_once_and_both_windows_clear(office: Office) -> None:
    forgotten = forget(office)
    run_id, named = office.fail()
    assert named == [("position-missing", forgotten.id)]
    before = dict(office.world.memory.ledger)
    repair = office.approved(run_id)
    assert (repair.status, repair.requested.actor, repair.decided_in and repair.decided_in.actor) == (
        RepairStatus.APPROVED,
        "wang",
        "li",
    )
    assert office.world.clearing_machine.started == [(run_id, TIER, 1), (run_id, TIER, 2)]
    close(office.clearing, run_id)
    assert office.world.memory.ledger == before
    assert office.done(run_id) == [(Mending.BOOKED, 2, forgotten.id)]
    assert office.held() == sorted([office.posted.id, forgotten.id])
    first = settle(office.clearing, office.world.ports, run_id)
    second = office.settle_the_rest()
    assert (office.cleared_fen(first.run_id), office.cleared_fen(second.run_id)) == (1_000, 300)
    assert (first.lines, second.lines, second.window.number) == (1, 1, 2)
    office.assert_books_are_clear()


def test_an_approval_lets_its_own_run_go_on_where_an_earlier_one_failed_too(office: Office) -> None:
    first = office.clearing[StartRun](ASKS, TIER, PERIOD)
    close(office.clearing, first)
    post(office.world.ports, claim("later"))
    forgotten = forget(office)
    second, named = office.fail()
    assert named == [("position-missing", forgotten.id)]
    office.clearing[Clearing].fail(first, "confirmations-missing")
    office.approved(second)
    assert [(office.run(each).status, office.run(each).attempt) for each in (first, second)] == [
        (RunStatus.FAILED, 1), (RunStatus.CLOSING, 2),
    ]  # fmt: skip
    assert office.settle(second).lines == 1
    assert office.clearing[StartRun](ASKS, TIER, PERIOD) == first
    settle(office.clearing, office.world.ports, first)
    office.settle_the_rest()
    assert len(office.held()) == 3
    office.assert_books_are_clear()


def test_repairing_twice_changes_nothing(office: Office) -> None:
    """The approval said again, the task run again, and a second execution of it beside the first."""
    forget(office)
    run_id, _ = office.fail()
    repair = office.approved(run_id)
    office.clearing[Clearing].prove(run_id, office.place[1])
    state = (dict(office.memory.entries), dict(office.memory.gates), office.held())
    assert office.clearing[Repairing].decide(APPROVES, run_id, repair.repair_id, approve=True) == repair
    for _ in range(2):
        office.clearing[Clearing].prove(run_id, office.place[1])
    assert (dict(office.memory.entries), dict(office.memory.gates), office.held()) == state
    assert office.run(run_id).attempt == 2
    assert office.settle(run_id).status is RunStatus.SETTLED


def test_two_executions_that_repair_at_once_book_what_is_missing_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both saw that it is missing. Whoever writes second is refused, reads again, and finds it booked."""
    forgotten = forget(office)
    run_id, _ = office.fail()
    office.approved(run_id)
    shard, plain, reads = office.place[1], office.world.ports[WindowStore].positions, itertools.count()

    def meanwhile(window: Window, read: int) -> object:
        """The other execution runs after this execution read its evidence, of which positions are the last."""
        found = plain(window, read)
        if next(reads) == 1:
            monkeypatch.undo()
            office.clearing[Clearing].prove(run_id, shard)
        return found

    monkeypatch.setattr(office.world.ports[WindowStore], "positions", meanwhile)
    with pytest.raises(VersionConflict):
        office.clearing[Clearing].prove(run_id, shard)
    office.clearing[Clearing].prove(run_id, shard)
    assert office.held().count(forgotten.id) == 1
    assert office.settle(run_id).status is RunStatus.SETTLED


def unknown(office: Office) -> str:
    """An entry with its count and position, for which the ledger has no transaction."""
    made_up = beside(office.posted)
    office.memory.apply_entry(FIRST, entries(made_up)[TIER])
    return made_up.id


def test_a_position_without_a_transaction_is_struck_out_and_nothing_is_paid_for_it(office: Office) -> None:
    name = unknown(office)
    run_id, named = office.fail()
    assert ("position-without-transaction", name) in named
    office.approved(run_id)
    run = office.settle(run_id)
    assert (run.lines, office.cleared_fen(run_id), office.held()) == (1, 1_000, [office.posted.id])
    assert (Mending.STRUCK, 1, name) in office.done(run_id)
    office.assert_books_are_clear()


def lost(memory: ClearingMemory, place: tuple[Window, int], posted: Transaction) -> None:
    """The entry is gone; its gate and its position still count it."""
    del memory.entries[place][posted.id]


def falsified(memory: ClearingMemory, place: tuple[Window, int], posted: Transaction) -> None:
    """The entry, and with it the position, says another amount than the ledger."""
    entry = memory.entries[place][posted.id]
    other = Entry(entry.transaction_id, entry.cause, entry.occurred_at, entries(claim("a", 9_000))[TIER].obligations)
    memory.entries[place][posted.id] = other
    memory.positions[place] = {(p.kind.value, p.debtor, p.creditor): p for p in positions_of([other])}


def miscounted(memory: ClearingMemory, place: tuple[Window, int], _: Transaction) -> None:
    """The gate lets on more than passed it."""
    memory.gates[place] = Gate(memory.gates[place].status, 7, 7)


def inflated(memory: ClearingMemory, place: tuple[Window, int], _: Transaction) -> None:
    """The position says more than the entries."""
    ((key, position),) = memory.positions[place].items()
    memory.positions[place][key] = replace(position, amount_fen=position.amount_fen * 2)


def doubled(memory: ClearingMemory, place: tuple[Window, int], posted: Transaction) -> None:
    """The entry stands in the next window too."""
    memory.apply_entry(place[0].next, memory.entries[place][posted.id])


Plant = Callable[[ClearingMemory, tuple[Window, int], Transaction], None]


@pytest.mark.parametrize(
    ("plant", "code", "windows"),
    [
        (lost, FaultCode.MISSING, [0, 1_000]),
        (falsified, FaultCode.DIFFERS, [1_000]),
        (miscounted, FaultCode.COUNT, [1_000]),
        (inflated, FaultCode.SUMS, [1_000]),
        (doubled, FaultCode.TWICE, [0, 1_000]),
    ],
)
def test_whatever_a_window_says_otherwise_the_ledger_is_cleared_and_nothing_else(
    office: Office, plant: Plant, code: FaultCode, windows: list[int]
) -> None:
    """The sums cleared by the windows, in fen, together always equal what the ledger owes."""
    run_id = office.clearing[StartRun](ASKS, TIER, PERIOD)
    plant(office.memory, office.place, office.posted)
    assert code.value in {name for name, _ in office.fails(run_id)}
    office.approved(run_id)
    cleared = [office.cleared_fen(office.settle(run_id).run_id)]
    if len(windows) > 1:
        cleared.append(office.cleared_fen(office.settle_the_rest().run_id))
    assert cleared == windows
    assert office.held() == [office.posted.id]
    office.assert_books_are_clear()


def test_who_asks_for_a_repair_never_approves_it(office: Office) -> None:
    forget(office)
    run_id, _ = office.fail()
    repairing = office.clearing[Repairing]
    asked = repairing.request(ASKS, run_id, "a table was restored")
    assert repairing.request(APPROVES, run_id, "the same") == asked
    for approve in (True, False):
        with pytest.raises(Forbidden):
            repairing.decide(ASKS, run_id, asked.repair_id, approve=approve)
    with pytest.raises(Forbidden):
        repairing.request(agency(DEBTOR), run_id, "mine")
    stranger = Principal("li", Role.CENTRE, "370000")
    with pytest.raises(NotFound):
        repairing.request(stranger, run_id, "x")
    with pytest.raises(NotFound):
        repairing.decide(stranger, run_id, asked.repair_id, approve=True)
    with pytest.raises(NotFound):
        repairing.decide(APPROVES, run_id, RepairId(f"{run_id}-r9"), approve=True)
    assert office.run(run_id).status is RunStatus.FAILED


def test_a_refused_repair_mends_nothing_and_another_may_be_asked_for(office: Office) -> None:
    forgotten = forget(office)
    run_id, _ = office.fail()
    asked = office.clearing[Repairing].request(ASKS, run_id, "a guess")
    refused = office.clearing[Repairing].decide(APPROVES, run_id, asked.repair_id, approve=False)
    assert refused.status is RepairStatus.REFUSED
    with pytest.raises(Conflict):
        office.clearing[Repairing].decide(APPROVES, run_id, asked.repair_id, approve=True)
    assert office.fail() == (run_id, [("position-missing", forgotten.id)])
    office.approved(run_id)
    assert office.settle(run_id).status is RunStatus.SETTLED
    repairs = run_document(office.clearing[ReadRun](ASKS, run_id))["repairs"]
    assert [(each["status"], len(each["done"])) for each in repairs] == [("refused", 0), ("approved", 1)]
    assert office.clearing[ReadRun](agency(DEBTOR), run_id).repairs == ()


def test_what_the_second_person_was_not_shown_is_not_mended(office: Office) -> None:
    """A transaction that goes missing after the request is named, and waits for a request of its own."""
    forget(office)
    run_id, _ = office.fail()
    asked = office.clearing[Repairing].request(ASKS, run_id, "a table was restored")
    later = claim("later")
    while shard_of(later.id) != office.place[1] or later.id in office.world.memory.ledger:
        later = replace(later, id=TransactionId(f"{later.id}+"))
    office.world.ports[Commits].commit([PostTransaction(later)])
    office.clearing[Repairing].decide(APPROVES, run_id, asked.repair_id, approve=True)
    assert ("position-missing", later.id) in office.fails(run_id)
    assert office.done(run_id) == []
    office.approved(run_id)
    assert office.settle(run_id).status is RunStatus.SETTLED
    assert len(office.done(run_id)) == 2


def test_a_run_that_did_not_fail_over_its_window_is_not_repaired(office: Office) -> None:
    run_id = office.clearing[StartRun](ASKS, TIER, PERIOD)
    with pytest.raises(Conflict):
        office.clearing[Repairing].request(ASKS, run_id, "x")
    office.clearing[Clearing].fail(run_id, "States.Timeout")
    with pytest.raises(Conflict):
        office.clearing[Repairing].request(ASKS, run_id, "x")
    assert office.clearing[StartRun](ASKS, TIER, PERIOD) == run_id
    assert office.settle(run_id).status is RunStatus.SETTLED


def test_an_approval_comes_too_late_for_a_run_that_has_gone_on(office: Office) -> None:
    forgotten = forget(office)
    run_id, _ = office.fail()
    asked = office.clearing[Repairing].request(ASKS, run_id, "a table was restored")
    assert office.fail() == (run_id, [("position-missing", forgotten.id)])
    with pytest.raises(Conflict):
        office.clearing[Repairing].decide(APPROVES, run_id, asked.repair_id, approve=True)


class Cut(Exception):
    """The function died here."""


def test_a_repair_that_dies_anywhere_is_finished_by_the_next_try() -> None:
    """Every write of the mending is the last write of a try once; three faults of one shard are mended all the same."""
    for died_at in itertools.count():
        office = Office.over(World(policies()))
        missing = forget(office)
        office.memory.apply_entry(FIRST, entries(beside(office.posted, 70, "unknown"))[TIER])
        miscounted(office.memory, office.place, office.posted)
        run_id, _ = office.fail()
        office.approved(run_id)
        writes = itertools.count()
        ports = office.world.ports

        def dying(call: Callable[..., object], at: int = died_at, count: itertools.count[int] = writes) -> object:
            def called(*args: object) -> object:
                answer = call(*args)
                if next(count) == at:
                    raise Cut
                return answer

            return called

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ports[Commits], "commit", dying(ports[Commits].commit))
            patch.setattr(ports[WindowStore], "make_sound", dying(ports[WindowStore].make_sound))
            try:
                office.clearing[Clearing].prove(run_id, office.place[1])
                finished = True
            except Cut:
                finished = False
        assert office.settle(run_id).status is RunStatus.SETTLED
        assert office.settle_the_rest().status is RunStatus.SETTLED
        assert office.held() == sorted([office.posted.id, missing.id])
        office.assert_books_are_clear()
        if finished:
            assert died_at >= 3
            return
