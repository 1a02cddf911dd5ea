"""Purchases beside the platform: allowed if a notice permits them, filed by its clock, once, late or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.supply.domain.purchases import Goods, PurchaseStatus
from chalicelib.supply.usecases.purchases import OffPlatformPurchases, OffPlatformRequest
from chalicelib.worklist.domain import TaskStatus
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import taiyuan_buys_first_and_files_within_ten_working_days
from tests.kit.worked_cases import shipped_bundle

TAIYUAN, FEVER = hospital("H14010500001"), hospital("H14010500002")
BOUGHT = OffPlatformRequest("PO-1", Goods("X1", "示例药品", "100", "15", "公司"), date(2020, 3, 26))
PAGE = PageRequest(9)


@pytest.fixture(name="purchases")
def fixture_purchases(world: World) -> OffPlatformPurchases:
    world.clock.move_to(datetime(2020, 3, 28, 4, tzinfo=UTC))
    return world.system[OffPlatformPurchases]


@pytest.mark.shows("X-05")
def test_what_the_platform_does_not_have_is_bought_first_in_shanxi() -> None:
    taiyuan_buys_first_and_files_within_ten_working_days(shipped_bundle())


def test_the_same_purchase_again_is_the_first_and_another_under_its_number_a_conflict(
    purchases: OffPlatformPurchases,
) -> None:
    made = purchases.report(TAIYUAN, BOUGHT)
    filed = purchases.file(TAIYUAN, made.purchase_id, "BA-1")
    assert purchases.report(TAIYUAN, BOUGHT) == purchases.file(TAIYUAN, made.purchase_id, "BA-1") == filed
    with pytest.raises(Conflict):
        purchases.file(TAIYUAN, made.purchase_id, "BA-2")
    with pytest.raises(Conflict):
        purchases.report(TAIYUAN, replace(BOUGHT, bought_on=date(2020, 3, 27)))


def test_a_late_filing_stands_and_shows_as_late_and_the_duty_is_closed(world: World) -> None:
    purchases, tasks = world.system[OffPlatformPurchases], world.system[TaskWork]
    world.clock.move_to(datetime(2020, 3, 28, 4, tzinfo=UTC))
    made = purchases.report(TAIYUAN, BOUGHT)
    (open_,) = tasks.find(TAIYUAN, TaskStatus.OPEN, None, PAGE).items
    assert open_.duty is not None
    assert open_.duty.subject_id == made.purchase_id
    world.clock.move_to(datetime(2020, 4, 11, 4, tzinfo=UTC))
    filed = purchases.file(TAIYUAN, made.purchase_id, "BA-1")
    assert filed.status is PurchaseStatus.FILED
    assert filed.filing.is_late(Instant("2020-04-11T04:00:00.000000Z"))
    assert tasks.find(TAIYUAN, TaskStatus.OPEN, None, PAGE).items == ()


@pytest.mark.parametrize(
    ("day", "code"), [(date(2020, 3, 29), "date-in-future"), (date(2020, 1, 21), "purchase-not-provided")]
)
def test_a_purchase_to_come_or_before_any_notice_is_refused(
    purchases: OffPlatformPurchases, day: date, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        purchases.report(TAIYUAN, replace(BOUGHT, bought_on=day))
    assert [each.code for each in refused.value.findings] == [code]


def test_purchases_are_seen_by_the_institution_its_agency_and_the_auditor(purchases: OffPlatformPurchases) -> None:
    made = purchases.report(TAIYUAN, BOUGHT)
    for principal, area in ((TAIYUAN, None), (agency(AreaCode("140100")), None), (AUDITOR, AreaCode("140100"))):
        assert purchases.read(principal, made.purchase_id) == made
        assert purchases.find(principal, PurchaseStatus.BOUGHT, area, PAGE).items == (made,)
        assert purchases.find(principal, PurchaseStatus.FILED, area, PAGE).items == ()
    assert purchases.find(FEVER, None, None, PAGE).items == ()
    for stranger in (FEVER, agency(KUNMING)):
        with pytest.raises(NotFound):
            purchases.read(stranger, made.purchase_id)
    with pytest.raises(NotFound):
        purchases.file(FEVER, made.purchase_id, "BA-1")
    with pytest.raises(Forbidden):
        purchases.report(agency(AreaCode("140100")), BOUGHT)
