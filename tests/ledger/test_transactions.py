"""Lists of transactions agree with the journal, however far the books go, and hold what the caller may see."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Invalid, NotFound
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import civil_date_of, instant
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.ledger.domain.books import accounts_of, place_in_time
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.ledger.ports import PostTransaction
from chalicelib.ledger.usecases import transactions
from chalicelib.ledger.usecases.fold import FoldBooks
from chalicelib.ledger.usecases.transactions import ListTransactions, TransactionFilter
from chalicelib.main.capabilities import build_system
from infra.local.stack import LocalStack
from tests.kit.areas import WUHAN
from tests.kit.memory.samples import AUDITOR, agency, policies
from tests.kit.memory.world import World
from tests.kit.tables import tables
from tests.ledger.test_books import START, post

OWN = ("fund/530100/employee/basic", "hospital/H53010200001/payable", "bank/530100/cash")
OTHERS = ("hub/000000", "fund/420100/employee/basic", "bank/420100/cash")
KUNMING = agency(AreaCode("530100"))
SEPTEMBER = TransactionFilter(month="2026-09")


def made(world: World, count: int = 60) -> list[Transaction]:
    """Post transactions of two months, a third of them none of Kunming's; one moves nothing and concerns an advance."""
    draw = random.Random(11)
    found = []
    for number in range(count):
        debited, credited = draw.sample((OTHERS, (*OWN, *OTHERS))[number % 3 > 0], 2)
        at = instant(START + timedelta(days=draw.uniform(0, 55)))
        event = draw.choice((LedgerEvent.SETTLED, LedgerEvent.REVERSED))
        postings = (Posting(debited, number + 1), Posting(credited, -number - 1))
        found.append(Transaction(TransactionId(f"t:{number:04d}"), event, at, f"clm_{number % 7}", postings))
    told = Transaction(
        TransactionId("told"), LedgerEvent.CAME_BACK, instant(START + timedelta(days=9)), "adv_1", (), about=OWN[1]
    )
    found += [told, replace(found[0], id=TransactionId("t:same"), about=None)]
    post(world, found)
    world.clock.move_to(START + timedelta(days=55))
    return sorted(found, key=place_in_time, reverse=True)


def listed(world: World, principal: Principal, wanted: TransactionFilter) -> list[str]:
    fetch = partial(world.system[ListTransactions], principal, wanted)
    return [each.transaction.id for each in every(fetch, 7)]


@pytest.fixture(name="folded_after", params=(None, 20, 54))
def fixture_folded_after(request: pytest.FixtureRequest) -> int | None:
    """The days after which the books were brought up to date; None for books never begun."""
    days: int | None = request.param
    return days


@pytest.fixture(name="journal")
def fixture_journal(world: World, folded_after: int | None) -> list[Transaction]:
    journal = made(world)
    if folded_after is not None:
        world.clock.move_to(START + timedelta(days=folded_after))
        world.system[FoldBooks]()
        world.clock.move_to(START + timedelta(days=55))
    return journal


def in_month(journal: list[Transaction], month: str) -> list[Transaction]:
    return [each for each in journal if each.period == month]


def test_the_auditor_sees_every_transaction_of_a_month_the_newest_first(
    world: World, journal: list[Transaction]
) -> None:
    assert listed(world, AUDITOR, SEPTEMBER) == [each.id for each in in_month(journal, "2026-09")]
    assert listed(world, AUDITOR, TransactionFilter()) == [each.id for each in in_month(journal, "2026-11")]


@pytest.mark.parametrize("merged_max", [60, 0])
def test_an_office_sees_what_concerns_its_accounts_and_each_transaction_once(
    world: World, journal: list[Transaction], monkeypatch: pytest.MonkeyPatch, merged_max: int
) -> None:
    monkeypatch.setattr(transactions, "_ACCOUNTS_MERGED_MAX", merged_max)
    own = [each.id for each in in_month(journal, "2026-09") if accounts_of(each) & set(OWN)]
    assert listed(world, KUNMING, SEPTEMBER) == own
    assert listed(world, Principal("clerk", Role.FINANCE, "530100"), SEPTEMBER) == own
    assert "told" in own
    assert len(own) < len(in_month(journal, "2026-09"))


def test_days_a_cause_and_an_event_narrow_the_list(world: World, journal: list[Transaction]) -> None:
    from_on, to_on = date(2026, 9, 28), date(2026, 10, 12)
    within = [each for each in journal if from_on <= civil_date_of(each.occurred_at) <= to_on]
    days = TransactionFilter(from_on=from_on, to_on=to_on)
    assert listed(world, AUDITOR, days) == [each.id for each in within]
    assert listed(world, AUDITOR, replace(days, cause="clm_3")) == [each.id for each in within if each.cause == "clm_3"]
    reversals = [each for each in within if each.event is LedgerEvent.REVERSED and accounts_of(each) & set(OWN)]
    assert listed(world, KUNMING, replace(days, event=LedgerEvent.REVERSED)) == [each.id for each in reversals]


def test_an_account_shows_its_own_movement_over_all_months(world: World, journal: list[Transaction]) -> None:
    account = OWN[0]
    found = list(every(partial(world.system[ListTransactions], KUNMING, TransactionFilter(account)), 7))
    expected = [each for each in journal if account in accounts_of(each)]
    assert [each.transaction for each in found] == expected
    assert [each.movement_fen for each in found] == [
        sum(posting.amount_fen for posting in each.postings if posting.account == account) for each in expected
    ]
    with pytest.raises(NotFound):
        listed(world, agency(WUHAN), TransactionFilter(account))


def test_a_long_period_needs_an_account(world: World, journal: list[Transaction]) -> None:
    year = TransactionFilter(from_on=date(2026, 1, 1), to_on=date(2026, 12, 31))
    with pytest.raises(Invalid) as refused:
        listed(world, AUDITOR, year)
    assert [each.code for each in refused.value.findings] == ["period-too-long"]
    account = OWN[2]
    expected = [each.id for each in journal if account in accounts_of(each)]
    assert listed(world, AUDITOR, replace(year, account=account)) == expected


@pytest.mark.stack
def test_the_tables_give_the_lists_of_the_memory(cloud: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    with tables(cloud.client("dynamodb")) as names:
        world = World(policies())
        ports = names.under(world.ports, cloud.client("dynamodb"))
        system = build_system(ports)
        posted = made(world)
        for each in posted:
            ports[Commits].commit([PostTransaction(each)])
        world.clock.move_to(START + timedelta(days=20))
        system[FoldBooks]()
        world.clock.move_to(START + timedelta(days=55))
        for merged_max in (60, 0):
            monkeypatch.setattr(transactions, "_ACCOUNTS_MERGED_MAX", merged_max)
            for principal in (AUDITOR, KUNMING):
                for wanted in (SEPTEMBER, TransactionFilter(month="2026-10"), TransactionFilter(OWN[1])):
                    found = list(every(partial(system[ListTransactions], principal, wanted), 7))
                    assert [each.transaction.id for each in found] == listed(world, principal, wanted)


def test_days_to_come_are_empty(world: World, journal: list[Transaction]) -> None:
    assert journal
    tomorrow = civil_date_of(instant(datetime(2027, 1, 5, tzinfo=UTC)))
    assert listed(world, AUDITOR, TransactionFilter(from_on=tomorrow)) == []
    assert listed(world, KUNMING, TransactionFilter(from_on=tomorrow)) == []
