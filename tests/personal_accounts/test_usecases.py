"""Protective goods of the items an institution maintains, bought with the personal account alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.ledger.ports import LedgerStore
from chalicelib.personal_accounts.domain import PurchaseLine
from chalicelib.personal_accounts.usecases import ItemRequest, PersonalAccounts, PurchaseRequest
from chalicelib.registry.domain.model import Insurance
from tests.kit.areas import DALIAN, KUNMING, WUHAN
from tests.kit.memory.samples import AUDITOR, agency, enrolment, hospital, passport, stated
from tests.kit.memory.world import World

PHARMACY = hospital("P53010200009")
DAY = date(2020, 2, 10)
PAGE = PageRequest(50)
MASK = ItemRequest("PG-01", "医用外科口罩", "mask", date(2020, 2, 5), date(2020, 2, 28))


@pytest.fixture(name="shop")
def fixture_shop(world: World) -> World:
    """A pharmacy of Kunming that maintains masks, and an employee of Kunming, in March 2020."""
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(1)["id_no"]))
    world.clock.move_to(datetime(2020, 3, 20, 4, tzinfo=UTC))
    world.system[PersonalAccounts].maintain(PHARMACY, MASK)
    return world


def purchase(number: int = 1, **changes: Any) -> PurchaseRequest:
    lines = (PurchaseLine("PG-01", 20, 50_00), PurchaseLine("PG-01", 4, 10_00))
    return replace(PurchaseRequest("PA-1", stated(passport(number)["id_no"]), "示例", DAY, lines), **changes)


def refused(world: World, request: PurchaseRequest, principal: Principal = PHARMACY) -> list[str]:
    with pytest.raises(Invalid) as error:
        world.system[PersonalAccounts].buy(principal, request)
    return [each.code for each in error.value.findings]


def test_an_employee_buys_what_the_institution_maintains_and_no_fund_takes_part(shop: World) -> None:
    """Source: Y-07."""
    accounts = shop.system[PersonalAccounts]
    bought, is_new = accounts.buy(PHARMACY, purchase())
    assert (bought.total_fen, is_new) == (60_00, True)
    assert bought.citations == ("yn-2020-12.3.4-account", "yn-2020-12.3.4-account-items")
    assert accounts.buy(PHARMACY, purchase()) == (bought, False)
    with pytest.raises(Conflict):
        accounts.buy(PHARMACY, purchase(lines=(PurchaseLine("PG-01", 1, 2_50),)))
    assert shop.ports[LedgerStore].journal(PAGE).items == ()
    for reader in (PHARMACY, agency(KUNMING)):
        assert accounts.find(reader, None, PAGE).items == (bought,)
    assert accounts.find(AUDITOR, KUNMING, PAGE).items == (bought,)
    assert accounts.find(agency(DALIAN), None, PAGE).items == ()
    with pytest.raises(NotFound):
        accounts.find(agency(DALIAN), KUNMING, PAGE)
    with pytest.raises(Forbidden):
        accounts.buy(agency(KUNMING), purchase())


def test_the_item_must_be_maintained_on_the_day_and_both_ends_are_inside(shop: World) -> None:
    for number, (day, codes) in enumerate(
        ((date(2020, 2, 4), 2), (date(2020, 2, 5), 0), (date(2020, 2, 28), 0), (date(2020, 2, 29), 2))
    ):
        request = purchase(on=day, purchase_no=f"PA-{number + 10}")
        if codes:
            assert refused(shop, request) == ["item-not-maintained"] * codes
        else:
            shop.system[PersonalAccounts].buy(PHARMACY, request)
    assert refused(shop, purchase(on=date(2020, 3, 21))) == ["date-in-future"]


def test_only_an_employee_of_a_place_that_lets_the_account_buy_has_one(shop: World) -> None:
    shop.system[EnrolPerson](agency(KUNMING), enrolment(passport(2)["id_no"], insurance=Insurance.RESIDENT))
    shop.system[EnrolPerson](agency(WUHAN), enrolment(passport(3)["id_no"], insured_area=WUHAN))
    assert refused(shop, purchase(2)) == refused(shop, purchase(3)) == ["account-not-provided"]
    assert refused(shop, purchase(4)) == refused(shop, purchase(1, name="别人")) == ["person-unknown"]


def test_an_item_is_changed_under_its_code_and_day_and_only_where_policy_has_them(shop: World) -> None:
    accounts = shop.system[PersonalAccounts]
    first = accounts.maintain(PHARMACY, MASK)
    assert (first.revision, accounts.maintain(PHARMACY, replace(MASK, ends_on=None)).ends_on) == (1, None)
    assert [each.revision for each in accounts.goods(PHARMACY, PAGE).items] == [2]
    for principal, request, code in (
        (hospital("H21020200001"), MASK, "goods-not-provided"),
        (PHARMACY, replace(MASK, starts_on=date(2020, 1, 31)), "goods-not-provided"),
        (PHARMACY, replace(MASK, ends_on=date(2020, 2, 4)), "period-order"),
    ):
        with pytest.raises(Invalid) as error:
            accounts.maintain(principal, request)
        assert [each.code for each in error.value.findings] == [code]
    with pytest.raises(NotFound):
        accounts.maintain(hospital("H99999999999"), MASK)
