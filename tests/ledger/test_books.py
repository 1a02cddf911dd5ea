"""The books agree with the journal, however far they go and wherever bringing them up to date was cut off."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import NotFound, Unavailable
from chalicelib.kernel.pages import PageRequest, every
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.domain.books import IN_ALL, AccountSum, by_account, entries_of
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction, trial_balance
from chalicelib.ledger.ports import Books, LedgerStore, PostTransaction
from chalicelib.ledger.usecases.fold import ARRIVES_WITHIN, FoldBooks
from chalicelib.ledger.usecases.read import ListAccounts, ListEntries, ReadTrialBalance
from chalicelib.ledger.usecases.transactions import ListTransactions, TransactionFilter
from chalicelib.main.capabilities import build_system
from chalicelib.payments.usecases.pay_in import FiscalPayments
from chalicelib.reports.usecases import Reports
from infra.local.stack import LocalStack
from tests.kit.areas import KUNMING
from tests.kit.growth import assert_as_written
from tests.kit.memory.samples import AUDITOR, agency, policies
from tests.kit.memory.world import World
from tests.kit.tables import tables

START = datetime(2026, 9, 20, tzinfo=UTC)
ACCOUNTS = ("fund/530100/employee/basic", "hospital/H53010200001/payable", "bank/530100/cash", "hub/000000")
MONTHS = ("2026-09", "2026-10", "2026-11", None)
PAGE = PageRequest(50)


def transaction(number: int, at: datetime, draw: random.Random) -> Transaction:
    debited, credited = draw.sample(ACCOUNTS, 2)
    postings = (Posting(debited, number + 1), Posting(credited, -number - 1))
    return Transaction(
        TransactionId(f"settle:{number:04d}"), LedgerEvent.SETTLED, instant(at), f"clm_{number}", postings
    )


def post(world: World, transactions: Sequence[Transaction]) -> None:
    for each in transactions:
        world.ports[Commits].commit([PostTransaction(each)])


def posted(world: World, count: int, seed: int = 1, days: float = 60) -> list[Transaction]:
    """Transactions of two months, and the clock at the end of them."""
    draw = random.Random(seed)
    made = [transaction(number, START + timedelta(days=draw.uniform(0, days)), draw) for number in range(count)]
    post(world, made)
    world.clock.move_to(START + timedelta(days=days))
    return made


def said(system: System) -> dict[Any, Any]:
    """Everything the books tell an auditor: sums of each month and in all, and every account's entries."""
    sums = {month: system[ReadTrialBalance](AUDITOR, month) for month in MONTHS}
    entries = {
        (account, month): tuple(every(partial(system[ListEntries], AUDITOR, account, month), 7))
        for account in ACCOUNTS
        for month in MONTHS
    }
    return {"sums": sums, "entries": entries}


def of_journal(journal: Sequence[Transaction]) -> dict[Any, Any]:
    """The same, from the whole journal."""
    of_month = {month: [each for each in journal if month in (None, each.period)] for month in MONTHS}
    newest_first = sorted(entries_of(journal), key=lambda each: each.place, reverse=True)
    entries = {
        (account, month): tuple(
            each for each in newest_first if each.account == account and month in (None, each.period)
        )
        for account in ACCOUNTS
        for month in MONTHS
    }
    return {"sums": {month: trial_balance(found) for month, found in of_month.items()}, "entries": entries}


@pytest.mark.parametrize("folded_after", [None, 0, 20, 45, 60, 61])
def test_the_books_say_what_the_journal_says_however_far_they_go(world: World, folded_after: int | None) -> None:
    journal = posted(world, 80)
    if folded_after is not None:
        world.clock.move_to(START + timedelta(days=folded_after))
        world.system[FoldBooks]()
    world.clock.move_to(START + timedelta(days=61))
    assert said(world.system) == of_journal(journal)


def test_what_is_posted_after_the_books_were_brought_up_to_date_is_in_the_next_answer(world: World) -> None:
    journal = posted(world, 10)
    world.system[FoldBooks]()
    late = transaction(99, world.clock.now(), random.Random(9))
    post(world, [late])
    assert said(world.system) == of_journal([*journal, late])
    world.clock.move_to(world.clock.now() + timedelta(hours=1))
    world.system[FoldBooks]()
    assert said(world.system) == of_journal([*journal, late])
    assert world.system[FoldBooks]() == 0


def test_what_may_still_arrive_is_not_brought_in(world: World) -> None:
    """A transaction that was decided a quarter of an hour ago may be posted only now."""
    posted(world, 10)
    world.system[FoldBooks]()
    folded = world.ports[Books].folded()
    assert folded is not None
    assert folded.through == folded.until == instant(world.clock.now() - ARRIVES_WITHIN)


@dataclass
class Faltering:
    """Commits with a single lost write, before the write took effect or after."""

    commits: Commits
    lost: int
    after: bool
    seen: int = 0

    def commit(self, parts: Sequence[Any]) -> None:
        self.seen += 1
        if self.seen - 1 != self.lost:
            return self.commits.commit(parts)
        if self.after:
            self.commits.commit(parts)
        raise Unavailable


def folding(lost: int = -1, *, after: bool = False) -> tuple[World, list[Transaction], Faltering]:
    """Return a world whose books were brought up to date while a write was lost, its journal, and the writes."""
    world = World(policies())
    journal = posted(world, 60)
    writes = Faltering(world.ports[Commits], lost, after)
    with suppress(Unavailable):
        build_system(world.ports.give(Commits, writes))[FoldBooks]()
    return world, journal, writes


@pytest.mark.parametrize("after", [False, True])
def test_cut_off_at_any_write_the_books_are_right_and_are_finished_later(*, after: bool) -> None:
    _, _, whole = folding()
    assert whole.seen > 4
    for lost in range(whole.seen):
        world, journal, cut_off = folding(lost, after=after)
        assert cut_off.seen == lost + 1
        assert said(world.system) == of_journal(journal), lost
        world.system[FoldBooks]()
        assert said(world.system) == of_journal(journal), lost


def test_an_account_is_listed_to_those_whom_it_concerns(world: World) -> None:
    posted(world, 30)
    for _ in range(2):
        seen = world.system[ReadTrialBalance](agency(KUNMING)).accounts
        assert {line.account for line in seen} == set(ACCOUNTS) - {"hub/000000"}
        assert world.system[ListEntries](agency(KUNMING), ACCOUNTS[0], None, PAGE).items
        with pytest.raises(NotFound):
            world.system[ListEntries](Principal("clerk", Role.FINANCE, "420100"), ACCOUNTS[0], None, PAGE)
        world.system[FoldBooks]()
    found = world.system[ListAccounts](AUDITOR, "hospital/", PAGE)
    assert [line.account for line in found.items] == [ACCOUNTS[1]]


def test_a_sum_takes_only_what_it_does_not_hold() -> None:
    draw = random.Random(3)
    entries = by_account(entries_of(transaction(n, START + timedelta(days=n), draw) for n in range(20)))
    for account, found in entries.items():
        whole = AccountSum(account, IN_ALL).plus(found)
        through = instant(START + timedelta(days=9))
        half = AccountSum(account, IN_ALL).plus(each for each in found if each.occurred_at < through)
        held = AccountSum(account, IN_ALL, half.events, through)
        assert held.plus(found).balance == whole.balance


# ---------------------------------------------------------------- requests


class Counting:
    """A client that counts its requests."""

    def __init__(self, client: Any) -> None:
        self._client, self.asked = client, 0

    def __getattr__(self, name: str) -> Any:
        self.asked += 1
        return getattr(self._client, name)


@pytest.fixture(name="client")
def fixture_client(cloud: LocalStack) -> Counting:
    return Counting(cloud.client("dynamodb"))


def months_of_history(count: int) -> Iterator[Transaction]:
    """Ten transactions a month, the last of them in November."""
    draw = random.Random(5)
    for number in range(count * 10):
        at = datetime(2026, 11, 10, tzinfo=UTC) - timedelta(days=30 * (number // 10), seconds=number)
        yield transaction(number, at, draw)
    yield owed_by_finance(at)


def owed_by_finance(at: datetime) -> Transaction:
    """Build the settlement transaction of a claim that Kunming's finance owes."""
    moved = (Posting("fiscal/530100/receivable", 500), Posting("hospital/H53010200001/payable", -500))
    return Transaction(TransactionId("settle:fiscal"), LedgerEvent.SETTLED, instant(at), "clm_fiscal", moved)


def asks(ports: Ports, system: System) -> dict[str, Callable[[], object]]:
    """Return the requests about a month, or about all months."""
    november = (Instant("2026-11-01T00:00:00.000000Z"), Instant("2026-11-20T00:00:00.000000Z"))
    return {
        "the trial balance": partial(system[ReadTrialBalance], AUDITOR),
        "that of a month": partial(system[ReadTrialBalance], AUDITOR, "2026-11"),
        "that of an office": partial(system[ReadTrialBalance], agency(KUNMING), "2026-11"),
        "a page of an account's entries": partial(system[ListEntries], AUDITOR, ACCOUNTS[0], None, PageRequest(5)),
        "a page of a month's list": partial(
            system[ListTransactions], AUDITOR, TransactionFilter(month="2026-11"), PageRequest(5)
        ),
        "that of an office's": partial(
            system[ListTransactions], agency(KUNMING), TransactionFilter(month="2026-11"), PageRequest(5)
        ),
        "a page of an account's transactions": partial(
            system[ListTransactions], AUDITOR, TransactionFilter(ACCOUNTS[0]), PageRequest(5)
        ),
        "the month's transactions": lambda: list(ports[LedgerStore].between(*november)),
        "the month's statistics": partial(
            system[Reports].settlement, AUDITOR, date(2026, 11, 1), date(2026, 11, 19), None, None
        ),
        "the advances of a day": partial(system[Reports].advances, AUDITOR, date(2026, 11, 10), None),
        "the bank's movements of a day": partial(system[Reports].bank, AUDITOR, date(2026, 11, 10), None),
        "a treasury's payment": lambda: pays_in(system, "R-1"),
        "the same again": lambda: pays_in(system, "R-1"),
    }


def pays_in(system: System, reference: str) -> Transaction:
    """Record a payment of Kunming's finance towards its area's debts."""
    return system[FiscalPayments].pay_in(Principal("treasurer", Role.FINANCE, "530100"), KUNMING, reference, 1)


@pytest.mark.stack
def test_a_months_figures_ask_for_that_month_and_not_for_what_came_before(
    client: Counting, tell: Callable[[str], None]
) -> None:
    asked: dict[str, list[int]] = {}
    for months in (2, 4, 8):
        with tables(client) as names:
            world = World(policies())
            ports = names.under(world.ports, client)
            system = build_system(ports)
            for each in months_of_history(months):
                ports[Commits].commit([PostTransaction(each)])
            world.clock.move_to(datetime(2026, 11, 20, tzinfo=UTC))
            system[FoldBooks]()
            for what, ask in asks(ports, system).items():
                before = client.asked
                ask()
                asked.setdefault(what, []).append(client.asked - before)
    for what, counts in asked.items():
        tell(f"{what} over 2, 4 and 8 months of history: {counts} requests")
        assert len(set(counts)) == 1, what
        assert_as_written(what, counts)
