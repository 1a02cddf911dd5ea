"""A fund that falls short is helped by its own finance or the province, as far as it falls short and no further."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.fund_accounts.usecases import AreaFigures
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.ledger.domain.accounts import Scheme
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.ledger.ports import PostTransaction
from chalicelib.requisitions.domain import RequisitionKind, RequisitionPurpose, RequisitionStatus
from chalicelib.requisitions.usecases import BankWord, RequisitionRequest, Requisitions
from tests.kit.areas import KUNMING, RONGCHENG
from tests.kit.books import what_is_wrong
from tests.kit.memory.samples import agency
from tests.kit.memory.world import World
from tests.kit.service_behaviours import a_fund_of_shandong_that_falls_short_asks_for_help
from tests.kit.worked_cases import shipped_bundle

WEIHAI = agency(AreaCode("371000"))
DEFICIT = RequisitionRequest(
    "TZ-1", RequisitionPurpose.DEFICIT, date(2023, 3, 20), "the fund falls short", ((RequisitionKind.BASIC, 60_00),)
)
BASIC = RequisitionKind.BASIC


@pytest.fixture(name="short")
def fixture_short(world: World) -> World:
    """A hundred yuan more was spent than came in in January and February 2023."""
    world.clock.move_to(datetime(2023, 3, 2, 4, tzinfo=UTC))
    spent = Transaction(
        TransactionId("settle:clm_x"),
        LedgerEvent.SETTLED,
        Instant("2023-02-01T02:00:00Z"),
        "clm_x",
        (Posting("fund/371000/employee/basic", 400_00), Posting("hospital/H37108200003/payable", -400_00)),
    )
    world.ports[Commits].commit([PostTransaction(spent)])
    for scheme, month, fen in (
        (Scheme.EMPLOYEE, "2023-01", 200_00),
        (Scheme.EMPLOYEE, "2023-02", 100_00),
        (Scheme.RESIDENT, "2023-01", 500_00),
        (Scheme.RESIDENT, "2023-02", 500_00),
    ):
        world.system[AreaFigures].state_income(WEIHAI, scheme, month, fen, None)
    return world


def refused(world: World, request: RequisitionRequest, who: Principal = WEIHAI) -> list[str]:
    with pytest.raises(Invalid) as answered:
        world.system[Requisitions].ask(who, request)
    return [each.code for each in answered.value.findings]


@pytest.mark.shows("S-13")
def test_shandong_lets_a_fund_that_falls_short_ask_both_finances() -> None:
    a_fund_of_shandong_that_falls_short_asks_for_help(shipped_bundle())


def test_own_finance_and_the_province_are_asked_and_no_more_than_the_shortfall_in_all(short: World) -> None:
    asks = short.system[Requisitions]
    own = asks.ask(WEIHAI, DEFICIT)
    assert (own.payer, own.citation) == ("371000", "sd-2023-1.7-deficit")
    adjustment = replace(DEFICIT, number="TZ-2", purpose=RequisitionPurpose.ADJUSTMENT)
    assert refused(short, adjustment) == ["beyond-the-shortfall"]
    province = asks.ask(WEIHAI, replace(adjustment, lines=((BASIC, 40_00),)))
    assert province.payer == "370000"
    assert refused(short, replace(DEFICIT, number="TZ-3", lines=((BASIC, 1),))) == ["beyond-the-shortfall"]
    assert asks.ask(WEIHAI, DEFICIT) == own


def test_what_was_refused_or_approved_for_less_may_be_asked_for_again(short: World) -> None:
    asks = short.system[Requisitions]
    all_of_it = replace(DEFICIT, lines=((BASIC, 100_00),))
    head = Principal("head", Role.FINANCE, "371000")
    first = asks.ask(WEIHAI, all_of_it)
    asks.refuse(head, first.requisition_id, "not this year")
    second = asks.ask(WEIHAI, replace(all_of_it, number="TZ-2"))
    asks.approve(head, second.requisition_id, {BASIC: 70_00}, "seventy is there")
    assert refused(short, replace(all_of_it, number="TZ-3", lines=((BASIC, 30_01),))) == ["beyond-the-shortfall"]
    asks.ask(WEIHAI, replace(all_of_it, number="TZ-3", lines=((BASIC, 30_00),)))


def test_what_was_taken_back_may_be_asked_for_again_but_for_what_was_paid_on_it(short: World) -> None:
    asks, all_of_it = short.system[Requisitions], replace(DEFICIT, lines=((BASIC, 100_00),))
    first = asks.ask(WEIHAI, all_of_it).requisition_id
    asks.approve(Principal("head", Role.FINANCE, "371000"), first, {BASIC: 100_00}, None)
    asks.withdraw(WEIHAI, first, "the premiums came in")
    cashier = Principal("cashier", Role.FINANCE, "371000")
    asks.pay(cashier, first, BankWord(BASIC, "P-1", 30_00, came_back=False))
    assert refused(short, replace(all_of_it, number="TZ-2", lines=((BASIC, 70_01),))) == ["beyond-the-shortfall"]
    asks.ask(WEIHAI, replace(all_of_it, number="TZ-2", lines=((BASIC, 70_00),)))


def test_help_is_asked_for_once_every_months_income_is_stated_and_for_the_fund_alone(world: World) -> None:
    world.clock.move_to(datetime(2023, 3, 2, 4, tzinfo=UTC))
    assert refused(world, DEFICIT) == ["fund-income-unstated"]
    assert refused(world, replace(DEFICIT, lines=((RequisitionKind.FISCAL, 1),))) == ["only-the-fund"]
    assert refused(world, DEFICIT, agency(RONGCHENG)) == ["requisition-not-provided"]
    assert refused(world, DEFICIT, agency(KUNMING)) == ["requisition-not-provided"]


def test_the_banks_words_about_help_leave_the_books_true(short: World) -> None:
    asks = short.system[Requisitions]
    for purpose, payer, fen in (
        (RequisitionPurpose.DEFICIT, "371000", 60_00),
        (RequisitionPurpose.ADJUSTMENT, "370000", 40_00),
    ):
        lines = ((BASIC, fen),)
        asked = asks.ask(WEIHAI, replace(DEFICIT, number=payer, purpose=purpose, lines=lines))
        asks.approve(Principal("head", Role.FINANCE, payer), asked.requisition_id, {BASIC: fen}, None)
        word = BankWord(BASIC, f"B-{payer}", fen, came_back=False)
        asks.pay(Principal("cashier", Role.FINANCE, payer), asked.requisition_id, word)
        teller = Principal("teller", Role.FINANCE, "371000")
        came = asks.receive(teller, asked.requisition_id, replace(word, bank_reference=f"R-{payer}"))
        assert came.status is RequisitionStatus.RECEIVED
    assert what_is_wrong(short.ports, short.system, ()) == []
