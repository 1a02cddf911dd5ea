"""The auditor rebuilds every clearing position from the ledger alone, and says where the windows are not that."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from chalicelib.audit.usecases.audit import Audit, BooksDiffer
from chalicelib.claims.domain.history import Verdict
from chalicelib.clearing.domain.bank import instruction_id
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.clearing.domain.windows import Gate
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.run import Clearing, StartRun, figures_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.ledger.domain.obligations import SHARDS, Window, entries, shard_of
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import PostTransaction
from chalicelib.main.capabilities import build_system
from chalicelib.registry.domain.model import NATION
from tests.kit.areas import KUNMING, YUNNAN
from tests.kit.audits import found_by_both
from tests.kit.clearing_builders import FUND, SUBSIDY, month, nation, owing
from tests.kit.clearing_runs import close, post, settle
from tests.kit.memory.clearing import ClearingMemory
from tests.kit.memory.samples import agency
from tests.kit.memory.world import World

TIER, DEBTOR, CREDITOR, PERIOD = YUNNAN, AreaCode("530300"), KUNMING, "2026-11"
CENTRE = Principal("centre", Role.CENTRE, TIER)
FIRST = Window(TIER, PERIOD, 1)


@dataclass(frozen=True)
class Books:
    """A month of three claims, two of which are between the same areas."""

    world: World
    clearing: System
    posted: tuple[Transaction, ...]

    @classmethod
    def over(cls, world: World) -> Books:
        clearing = build_system(world.ports.give(Retrying, Retrying(lambda _: None, lambda: 0.0)))
        posted = (
            owing(ClaimId("clm_a"), (FUND, DEBTOR, CREDITOR, 1_000), (SUBSIDY, TIER, CREDITOR, 60)),
            owing(ClaimId("clm_b"), (FUND, DEBTOR, CREDITOR, 500)),
            owing(ClaimId("clm_c"), (FUND, CREDITOR, DEBTOR, 200)),
        )
        for each in posted:
            post(world.ports, each)
        return cls(world, clearing, posted)

    @property
    def memory(self) -> ClearingMemory:
        return self.world.memory.clearing

    def wrong(self) -> set[str]:
        """Return the auditor's findings on the positions."""
        return found_by_both(self.world)

    def steps(self) -> Iterator[Callable[[], object]]:
        """A run, then a dispute of the run, then the resolution of the dispute."""
        clearing, run_id = self.clearing, self.clearing[StartRun](CENTRE, TIER, PERIOD)
        yield lambda: close(clearing, run_id)
        for area in clearing[Clearing].net(run_id):
            yield lambda area=area: clearing[Parties].state(run_id, area, 1)  # type: ignore[misc]
        yield lambda: clearing[Parties].publish(run_id, 1)
        yield lambda: clearing[Parties].dispute(agency(DEBTOR), run_id, DEBTOR, ClaimId("clm_b"), "not ours")
        for area in (DEBTOR, CREDITOR, TIER):
            yield lambda area=area: clearing[Parties].confirm(agency(area), run_id, area)  # type: ignore[misc]
        yield lambda: clearing[Parties].seal(run_id)
        for debtor in clearing[ClearingPayment].debtors(run_id):
            yield lambda debtor=debtor: clearing[ClearingPayment].post(run_id, debtor)  # type: ignore[misc]
        yield lambda: clearing[ClearingPayment].instruct(run_id)
        (dispute,) = self.world.ports[RunStore].disputes(run_id)
        yield lambda: clearing[Parties].resolve(CENTRE, run_id, dispute.dispute_id, Verdict.REDUCED, 300)
        run = self.world.ports[RunStore].get(run_id)
        assert run is not None
        for each in figures_of(self.world.documents, run).instructions:
            name = instruction_id(run_id, each.number)
            yield lambda name=name, each=each: clearing[ClearingPayment].receive(  # type: ignore[misc]
                CENTRE, run_id, name, f"B-{name}", each.amount_fen
            )


@pytest.fixture(name="books")
def fixture_books(world: World) -> Books:
    return Books.over(world)


def test_at_every_step_of_a_run_the_windows_are_what_the_ledger_says(books: Books) -> None:
    assert books.wrong() == set()
    steps = 0
    for step in books.steps():
        step()
        steps += 1
        assert books.wrong() == set(), steps
    assert steps >= 14
    (run,) = books.memory.runs.values()
    assert run.status is RunStatus.SETTLED
    assert books.memory.pointers == {(TIER, PERIOD): 2}


def test_a_national_month_that_is_cleared_and_handed_down_is_rebuilt_in_every_tier(world: World) -> None:
    posted = month(300, nation(8, 40), seed=5)
    for each in posted:
        post(world.ports, each)
    clearing = build_system(world.ports.give(Retrying, Retrying(lambda _: None, lambda: 0.0)))
    run_id = clearing[StartRun].start(NATION, PERIOD, "centre")
    close(clearing, run_id)
    audit = world.system[Audit]
    assert audit.run().differences == ()
    settle(clearing, world.ports, run_id)
    assert audit.run().differences == ()


Plant = Callable[[Books], None]


def place(posted: Transaction) -> tuple[Window, int]:
    return FIRST, shard_of(posted.id)


def forgotten(books: Books) -> None:
    books.world.ports[Commits].commit([PostTransaction(owing(ClaimId("clm_d"), (FUND, DEBTOR, CREDITOR, 7)))])


def made_up(books: Books) -> None:
    books.memory.apply_entry(FIRST, entries(owing(ClaimId("clm_d"), (FUND, DEBTOR, CREDITOR, 7)))[TIER])


def doubled(books: Books) -> None:
    books.memory.pointers[TIER, PERIOD] = 2
    books.memory.apply_entry(FIRST.next, entries(books.posted[0])[TIER])


def another_amount(books: Books) -> None:
    here = books.memory.entries[place(books.posted[0])]
    changed = entries(owing(ClaimId("clm_a"), (FUND, DEBTOR, CREDITOR, 999), (SUBSIDY, TIER, CREDITOR, 60)))[TIER]
    here.update({books.posted[0].id: changed})


def inflated(books: Books) -> None:
    positions = books.memory.positions[place(books.posted[0])]
    key = ("subsidy", TIER, CREDITOR)
    positions.update({key: replace(positions[key], amount_fen=61)})


def miscounted(books: Books) -> None:
    gate = books.memory.gates[place(books.posted[0])]
    books.memory.gates.update({place(books.posted[0]): replace(gate, count=gate.count + 1)})


def counted_where_nothing_passed(books: Books) -> None:
    empty = next(shard for shard in SHARDS if (FIRST, shard) not in books.memory.gates)
    books.memory.gates.update({(FIRST, empty): Gate(count=1, hash_sum=1)})


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (forgotten, {"position-missing", "between-areas", "claim-cleared"}),
        (made_up, {"position-without-transaction", "window-position", "gate-count", "between-areas"}),
        (doubled, {"position-twice", "between-areas", "claim-cleared"}),
        (another_amount, {"position-differs", "claim-cleared"}),
        (inflated, {"window-position", "between-areas"}),
        (miscounted, {"gate-count"}),
        (counted_where_nothing_passed, {"gate-count"}),
    ],
)
def test_whatever_windows_say_otherwise_is_said_and_fails_the_nightly_audit(
    books: Books, plant: Plant, said: set[str]
) -> None:
    plant(books)
    assert books.wrong() == said
    with pytest.raises(BooksDiffer):
        books.world.system[Audit].run_or_raise()


def test_a_run_that_claims_to_have_cleared_what_the_ledger_does_not_hold_is_found(books: Books) -> None:
    """The last debtor's obligations never left the accounts between areas."""
    steps = books.steps()
    for step in itertools.takewhile(lambda _: len(books.memory.confirmations) < 3, steps):
        step()
    (run,) = books.memory.runs.values()
    books.clearing[Parties].seal(run.run_id)
    sealed = books.memory.runs[run.run_id]
    assert books.wrong() == set()
    books.memory.runs[run.run_id] = replace(sealed, status=RunStatus.INSTRUCTED)
    assert books.wrong() == {"between-areas"}
