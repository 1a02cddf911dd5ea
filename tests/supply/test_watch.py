"""Watch over supply reports: named, investigated, passed on and closed by another person; seen by the institution."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.services.vocabulary import SupplyMeasure
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.supply.domain.matters import SupplyMatter, SupplyMatterId, SupplyMatterStatus, SupplyVerdict
from chalicelib.supply.usecases.watch import FollowSupply, SupplyRequest, WatchSupply
from chalicelib.worklist.domain import TaskStatus
from tests.kit.areas import DALIAN, KUNMING, LIAONING
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import (
    chongqing_names_an_abnormal_price_and_reports_it_in_five_working_days,
    dalian_buys_epidemic_goods_first_and_watches_their_prices,
    weihai_files_what_was_bought_offline_and_watches_plan_drugs,
)
from tests.kit.worked_cases import shipped_bundle

FULING, YUZHONG = hospital("H50010200001"), hospital("H50010300002")
CHONGQING = agency(AreaCode("500000"))
SECOND = Principal("second", Role.AGENCY, "500000")
DRUG = "XN02BEP001A001010100014"
DAY = date(2020, 3, 2)
USUAL = SupplyRequest(DRUG, DAY, Decimal(15), Decimal(100), Decimal(95))
PAGE = PageRequest(50)


@pytest.fixture(name="watch")
def fixture_watch(world: World) -> WatchSupply:
    world.clock.move_to(datetime(2020, 3, 20, 4, tzinfo=UTC))
    return world.system[WatchSupply]


def usual_days(watch: WatchSupply, count: int = 5) -> None:
    for each in range(count):
        watch.report(FULING, replace(USUAL, on=DAY + timedelta(days=each)))


def found(world: World, principal: Principal = CHONGQING, area: AreaCode | None = None) -> tuple[SupplyMatter, ...]:
    return world.system[FollowSupply].find(principal, None, area, PAGE).items


def odd(world: World, watch: WatchSupply) -> SupplyMatter:
    usual_days(watch)
    watch.report(YUZHONG, replace(USUAL, price=Decimal(30)))
    (matter,) = found(world)
    return matter


@pytest.mark.shows("C-19")
def test_chongqing_watches_plan_drugs() -> None:
    chongqing_names_an_abnormal_price_and_reports_it_in_five_working_days(shipped_bundle())


@pytest.mark.shows("D-17")
def test_dalian_buys_epidemic_goods_first_and_watches_their_prices() -> None:
    dalian_buys_epidemic_goods_first_and_watches_their_prices(shipped_bundle())


@pytest.mark.shows("S-12")
def test_shandong_has_offline_purchases_filed_and_prices_watched() -> None:
    weihai_files_what_was_bought_offline_and_watches_plan_drugs(shipped_bundle())


def test_a_matter_names_item_institution_figure_and_usual_range_and_waits_for_its_agency(
    world: World, watch: WatchSupply
) -> None:
    matter = odd(world, watch)
    assert (matter.institution, matter.code, matter.measure) == (YUZHONG.subject, DRUG, SupplyMeasure.PRICE)
    assert (matter.figure, matter.usual.low, matter.usual.high) == (30_000_000, 11_250_000, 18_750_000)
    (task,) = world.system[TaskWork].find(CHONGQING, TaskStatus.OPEN, None, PAGE).items
    assert task.duty is not None
    assert (task.duty.business, task.duty.subject_id) == ("supply-investigation", matter.matter_id)


def test_an_odd_report_that_came_first_is_found_when_the_others_have_come(world: World, watch: WatchSupply) -> None:
    watch.report(YUZHONG, replace(USUAL, price=Decimal(30)))
    usual_days(watch, 4)
    assert found(world) == ()
    watch.report(FULING, replace(USUAL, on=DAY + timedelta(days=4)))
    assert [each.institution for each in found(world)] == [YUZHONG.subject]


def test_the_same_report_again_is_the_first_and_finds_what_an_interrupted_one_left(
    world: World, watch: WatchSupply, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual_days(watch)
    with monkeypatch.context() as patched:
        patched.setattr(WatchSupply, "_look", lambda *_: None)  # the call broke off after the report was kept
        first = watch.report(YUZHONG, replace(USUAL, price=Decimal(30)))
    assert found(world) == ()
    assert watch.report(YUZHONG, replace(USUAL, price=Decimal(30))) == first
    assert watch.report(YUZHONG, replace(USUAL, price=Decimal(30))) == first
    assert len(found(world)) == 1


def test_a_correction_says_what_it_corrects_and_the_matter_keeps_what_was_found(
    world: World, watch: WatchSupply
) -> None:
    matter = odd(world, watch)
    with pytest.raises(Conflict):
        watch.report(YUZHONG, USUAL)
    put_right = watch.report(YUZHONG, replace(USUAL, corrects=1))
    assert watch.report(YUZHONG, replace(USUAL, corrects=1)) == put_right
    assert found(world) == (matter,)
    with pytest.raises(Conflict):
        watch.report(YUZHONG, replace(USUAL, on=date(2020, 3, 9), corrects=1))


def test_what_is_abnormal_is_passed_on_before_another_person_closes_it(world: World, watch: WatchSupply) -> None:
    matter, follow = odd(world, watch), world.system[FollowSupply]
    with pytest.raises(Conflict):
        follow.pass_on(CHONGQING, matter.matter_id, "the whole city")
    with pytest.raises(Conflict):
        follow.close(SECOND, matter.matter_id, "nothing")
    looked = follow.investigate(CHONGQING, matter.matter_id, SupplyVerdict.ABNORMAL, "doubled")
    assert follow.investigate(CHONGQING, matter.matter_id, SupplyVerdict.ABNORMAL, "doubled") == looked
    with pytest.raises(Conflict):
        follow.investigate(CHONGQING, matter.matter_id, SupplyVerdict.EXPLAINED, "doubled")
    with pytest.raises(Conflict):
        follow.close(SECOND, matter.matter_id, "taken back")
    told = follow.pass_on(CHONGQING, matter.matter_id, "the whole city")
    assert follow.pass_on(CHONGQING, matter.matter_id, "again") == told
    with pytest.raises(OwnAct):
        follow.close(CHONGQING, matter.matter_id, "taken back")
    closed = follow.close(SECOND, matter.matter_id, "taken back")
    assert follow.close(SECOND, matter.matter_id, "taken back") == closed
    assert (closed.status, closed.clock.stopped) == (SupplyMatterStatus.CLOSED, closed.closed and closed.closed.at)
    with pytest.raises(Conflict):
        follow.close(SECOND, matter.matter_id, "another reason")
    assert world.system[TaskWork].find(CHONGQING, TaskStatus.OPEN, None, PAGE).items == ()


def test_what_is_explained_may_be_closed_at_once_and_is_passed_on_no_more(world: World, watch: WatchSupply) -> None:
    matter, follow = odd(world, watch), world.system[FollowSupply]
    follow.investigate(CHONGQING, matter.matter_id, SupplyVerdict.EXPLAINED, "another package")
    follow.close(SECOND, matter.matter_id, "another package")
    with pytest.raises(Conflict):
        follow.pass_on(CHONGQING, matter.matter_id, "the whole city")


def test_the_province_sees_what_is_passed_on_to_it_and_not_before(world: World) -> None:
    world.clock.move_to(datetime(2020, 3, 20, 4, tzinfo=UTC))
    watch, follow, dalian = world.system[WatchSupply], world.system[FollowSupply], agency(DALIAN)
    for each in range(5):
        watch.report(hospital("H21020200001"), replace(USUAL, on=DAY + timedelta(days=each)))
    watch.report(hospital("H21020200002"), replace(USUAL, price=Decimal(30)))
    (matter,) = found(world, dalian)
    assert matter.clock.due is None, "the press conference names no term"
    assert found(world, agency(LIAONING)) == ()
    with pytest.raises(NotFound):
        follow.read(agency(LIAONING), matter.matter_id)
    follow.investigate(dalian, matter.matter_id, SupplyVerdict.ABNORMAL, "doubled")
    told = follow.pass_on(dalian, matter.matter_id, "the supplier serves the province")
    assert found(world, agency(LIAONING)) == (told,)
    assert follow.read(agency(LIAONING), matter.matter_id) == told


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"on": date(2020, 3, 21)}, ["date-in-future"]),
        ({"on": date(2019, 3, 1)}, ["supply-not-watched"]),
        ({"code": "XB05BBD001A001010100010"}, ["item-not-watched"]),
        ({"price": Decimal(0)}, ["price-not-positive"]),
        ({"delivered": Decimal(101)}, ["delivered-over-ordered"]),
        (
            {"code": "X1", "price": Decimal(-1), "ordered": Decimal(-1), "delivered": Decimal(-1)},
            ["item-not-watched", "price-not-positive", "quantity-negative", "quantity-negative"],
        ),
    ],
)
def test_what_cannot_have_been_bought_is_refused_with_everything_that_is_wrong(
    watch: WatchSupply, changes: dict[str, object], codes: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        watch.report(FULING, replace(USUAL, **changes))  # type: ignore[arg-type]
    assert [each.code for each in refused.value.findings] == codes


def test_reports_and_matters_are_seen_by_the_institution_its_area_and_the_auditor(
    world: World, watch: WatchSupply
) -> None:
    matter, follow = odd(world, watch), world.system[FollowSupply]
    for principal, area in ((YUZHONG, None), (CHONGQING, None), (AUDITOR, AreaCode("500000"))):
        assert follow.read(principal, matter.matter_id) == matter
        assert found(world, principal, area) == (matter,)
    assert [each.institution for each in watch.find(YUZHONG, None, None, PAGE).items] == [YUZHONG.subject]
    assert len(watch.find(CHONGQING, DRUG, None, PAGE).items) == 6
    assert watch.find(CHONGQING, "X1", None, PAGE).items == ()
    assert found(world, FULING) == ()
    for stranger in (FULING, agency(KUNMING)):
        with pytest.raises(NotFound):
            follow.read(stranger, matter.matter_id)
    with pytest.raises(NotFound):
        follow.read(YUZHONG, SupplyMatterId("sma_none"))
    with pytest.raises(Forbidden):
        follow.investigate(YUZHONG, matter.matter_id, SupplyVerdict.EXPLAINED, "a slip")
    with pytest.raises(Forbidden):
        watch.report(CHONGQING, USUAL)
    with pytest.raises(NotFound):
        watch.report(hospital("H99999999999"), USUAL)
