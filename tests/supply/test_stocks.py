"""Stock reports: institutions' stock, items that run out or show as missing, and a shortage from beginning to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle
from chalicelib.registry.domain.model import CatalogueItem, ItemClass, ItemKind
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.supply.domain.shortages import PAST_KEPT, DrugShortage, ShortageStatus
from chalicelib.supply.domain.stocks import (
    LastReported,
    StockLine,
    StockReport,
    StockReportId,
    StockState,
    drug_stocking,
    last_reported,
    listed_drugs,
)
from chalicelib.supply.usecases.stocks import AvailabilityFilter, FollowShortages, ReportStock, ShowStocks, StockRequest
from chalicelib.worklist.domain import Task, TaskStatus
from tests.kit import areas
from tests.kit.areas import KUNMING, SHANDONG, WUHUA
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import weihai_sees_which_treatment_drugs_its_lower_levels_lack
from tests.kit.worked_cases import shipped_bundle

HUANCUI, RONGCHENG, CITY_HOSPITAL = hospital("H37100200001"), hospital("H37108200003"), hospital("H37100200002")
WEIHAI = agency(AreaCode("371000"))
HEALTH = Principal("health", Role.HEALTH, "371000")
AZVUDINE, PAXLOVID = "XJ05AFA001A001010100008", "XJ05AEN001A001010100007"
DAY = date(2023, 2, 2)
PAGE = PageRequest(50)


def line(on_hand: str, daily_use: str = "4", code: str = AZVUDINE) -> StockLine:
    return StockLine.of(code, Decimal(on_hand), Decimal(daily_use))


def stock(*lines: StockLine, on: date = DAY, corrects: int | None = None) -> StockRequest:
    return StockRequest(on, lines, corrects)


@pytest.fixture(name="report")
def fixture_report(world: World) -> ReportStock:
    world.clock.move_to(datetime(2023, 2, 6, 4, tzinfo=UTC))
    return world.system[ReportStock]


def shortages(world: World, principal: Principal = WEIHAI, area: AreaCode | None = None) -> tuple[DrugShortage, ...]:
    return world.system[FollowShortages].find(principal, None, area, PAGE).items


def open_tasks(world: World) -> tuple[Task, ...]:
    return world.system[TaskWork].find(WEIHAI, TaskStatus.OPEN, None, PAGE).items


def states(world: World, principal: Principal = WEIHAI, **wanted: object) -> dict[tuple[str, str], StockState]:
    rows = world.system[ShowStocks].availability(principal, AvailabilityFilter(**wanted))  # type: ignore[arg-type]
    return {(each.institution.code, each.drug.code): each.state for each in rows}


@pytest.mark.shows("S-21")
def test_weihai_sees_what_its_lower_levels_lack() -> None:
    weihai_sees_which_treatment_drugs_its_lower_levels_lack(shipped_bundle())


@pytest.mark.parametrize(
    ("held", "expected", "days"),
    [
        (None, StockState.UNREPORTED, None),
        (line("0", "0"), StockState.OUT, None),
        (line("0.0001", "0"), StockState.STOCKED, None),
        (line("27.9999"), StockState.LOW, 6),
        (line("28"), StockState.STOCKED, 7),
    ],
)
def test_enough_is_what_lasts_the_days_that_the_provision_names(
    held: StockLine | None, expected: StockState, days: int | None
) -> None:
    stocking = drug_stocking(shipped_bundle(), AreaCode("371002"), DAY)
    assert stocking is not None
    assert stocking.state(held) is expected
    assert (None if held is None else held.days) == days


def test_the_drugs_are_those_of_the_plan_on_the_day_and_what_the_province_adds_from_its_filing() -> None:
    added = CatalogueItem("L1", "省临时药品", "listed", ItemKind.DRUG, ItemClass.C, Fraction(0), None, *[None] * 4)
    shipped = shipped_bundle()
    registry = replace(shipped.registry, catalogue={**shipped.registry.catalogue, "L1": (added,)})
    provisions = tuple(
        replace(each, value={**each.value, "items": {"L1": "2023-02-02"}}) if "S-09" in each.rows else each
        for each in shipped.provisions
    )
    bundle = Bundle(shipped.hash, shipped.notices, provisions, registry)

    def listed(on: date, area: AreaCode = areas.HUANCUI) -> set[str]:
        stocking = drug_stocking(bundle, area, on)
        return set() if stocking is None else {*listed_drugs(bundle, stocking, area, on)}

    assert {AZVUDINE, PAXLOVID} < listed(date(2023, 1, 28))
    assert listed(DAY) - listed(date(2023, 1, 28)) == {"XJ05AEX001A001010100009", "L1"}
    assert "XL03ABG001A001010100001" not in listed(DAY), "it has left the plan"
    assert "XB05BBD001A001010100010" not in listed(DAY), "it never was in the plan"
    assert listed(date(2023, 4, 1)) == listed(DAY) - {"L1"}, "the list is for the time being to the end of March"
    assert listed(date(2023, 1, 7)) == set()
    assert listed(DAY, WUHUA) == set()


def test_the_last_report_that_names_a_drug_counts_whatever_order_they_come_in(
    world: World, report: ReportStock
) -> None:
    report(HUANCUI, stock(line("0"), line("40", code=PAXLOVID), on=DAY))
    report(HUANCUI, stock(line("60"), on=DAY + timedelta(days=2)))
    report(HUANCUI, stock(line("1"), on=DAY + timedelta(days=1)))
    assert states(world, code=AZVUDINE)[HUANCUI.subject, AZVUDINE] is StockState.STOCKED
    assert states(world, code=PAXLOVID)[HUANCUI.subject, PAXLOVID] is StockState.STOCKED
    assert states(world, on=DAY)[HUANCUI.subject, AZVUDINE] is StockState.OUT, "as it stood then"
    assert [each.status for each in shortages(world)] == [ShortageStatus.ENDED]
    assert open_tasks(world) == ()


def test_a_report_says_what_there_is_for_seven_days(world: World, report: ReportStock) -> None:
    report(HUANCUI, stock(line("60")))
    last = DAY + timedelta(days=7)
    assert states(world, on=last, code=AZVUDINE)[HUANCUI.subject, AZVUDINE] is StockState.STOCKED
    assert states(world, on=last + timedelta(days=1), code=AZVUDINE)[HUANCUI.subject, AZVUDINE] is StockState.UNREPORTED
    assert states(world, on=DAY - timedelta(days=1), code=AZVUDINE)[HUANCUI.subject, AZVUDINE] is StockState.UNREPORTED


def test_a_report_of_long_ago_opens_nothing(world: World, report: ReportStock) -> None:
    report(HUANCUI, stock(line("0"), on=date(2023, 1, 20)))
    assert shortages(world) == ()


def test_a_shortage_waits_for_the_agency_and_ends_by_itself_when_the_drug_is_there(
    world: World, report: ReportStock
) -> None:
    report(HUANCUI, stock(line("27")))
    (found,) = shortages(world)
    assert (found.state, found.since, found.status) == (StockState.LOW, DAY, ShortageStatus.OPEN)
    (task,) = open_tasks(world)
    assert task.duty is not None
    assert (task.duty.business, task.duty.subject_id, task.duty.clock.due) == ("drug-shortage", found.shortage_id, None)
    report(HUANCUI, stock(line("0"), on=DAY + timedelta(days=1)))
    (found,) = shortages(world)
    assert (found.state, found.since, found.on) == (StockState.OUT, DAY, DAY + timedelta(days=1))
    report(HUANCUI, stock(line("28"), on=DAY + timedelta(days=2)))
    (found,) = shortages(world)
    assert (found.status, found.ended_at, open_tasks(world)) == (ShortageStatus.ENDED, found.clock.stopped, ())
    report(HUANCUI, stock(line("1"), on=DAY + timedelta(days=3)))
    (again,) = shortages(world)
    assert (again.status, again.since, [each.since for each in again.past]) == (
        ShortageStatus.OPEN,
        DAY + timedelta(days=3),
        [DAY],
    )
    assert [each.task_id for each in open_tasks(world)] == [task.task_id]


def test_an_answer_takes_it_from_the_work_list_and_it_ends_when_the_drug_is_there(
    world: World, report: ReportStock
) -> None:
    report(HUANCUI, stock(line("27")))
    (found,), follow = shortages(world), world.system[FollowShortages]
    said = follow.answer(WEIHAI, found.shortage_id, "delivered on Monday")
    assert follow.answer(WEIHAI, found.shortage_id, "delivered on Monday") == said
    with pytest.raises(Conflict):
        follow.answer(WEIHAI, found.shortage_id, "another word")
    assert open_tasks(world) == ()
    report(HUANCUI, stock(line("20"), on=DAY + timedelta(days=1)))
    (still,) = shortages(world)
    assert (still.status, still.on, open_tasks(world)) == (ShortageStatus.ANSWERED, DAY + timedelta(days=1), ())
    report(HUANCUI, stock(line("90"), on=DAY + timedelta(days=2)))
    (ended,) = shortages(world)
    assert (ended.status, ended.answer) == (ShortageStatus.ENDED, "delivered on Monday")
    assert follow.answer(WEIHAI, found.shortage_id, "delivered on Monday") == ended, "the answer again"


def test_what_ended_unanswered_needs_no_answer(world: World, report: ReportStock) -> None:
    report(HUANCUI, stock(line("27")))
    report(HUANCUI, stock(line("90"), on=DAY + timedelta(days=1)))
    (ended,) = shortages(world)
    with pytest.raises(Conflict):
        world.system[FollowShortages].answer(WEIHAI, ended.shortage_id, "delivered")


def test_a_correction_says_what_it_corrects_and_ends_what_a_slip_had_opened(world: World, report: ReportStock) -> None:
    first = report(HUANCUI, stock(line("2"), line("90", code=PAXLOVID)))
    assert report(HUANCUI, stock(line("90", code=PAXLOVID), line("2"))) == first, "the same lines in another order"
    with pytest.raises(Conflict):
        report(HUANCUI, stock(line("200")))
    put_right = report(HUANCUI, stock(line("200"), corrects=1))
    assert report(HUANCUI, stock(line("200"), corrects=1)) == put_right
    assert (put_right.revision, [each.lines for each in put_right.earlier]) == (2, [first.lines])
    assert [each.status for each in shortages(world)] == [ShortageStatus.ENDED]
    with pytest.raises(Conflict):
        report(RONGCHENG, stock(line("200"), corrects=1))


def test_the_same_report_again_finds_what_an_interrupted_one_left(
    world: World, report: ReportStock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(ReportStock, "_look", lambda *_: None)  # the call broke off after the report was kept
        first = report(HUANCUI, stock(line("2")))
    assert shortages(world) == ()
    assert report(HUANCUI, stock(line("2"))) == first
    assert report(HUANCUI, stock(line("2"))) == first
    assert [each.revision for each in shortages(world)] == [1]


@pytest.mark.parametrize(
    ("who", "request_of", "codes"),
    [
        (HUANCUI, lambda: stock(line("1"), on=date(2023, 2, 7)), ["date-in-future"]),
        (HUANCUI, lambda: stock(line("1"), on=date(2023, 1, 7)), ["stock-not-asked"]),
        (CITY_HOSPITAL, lambda: stock(line("1")), ["stock-not-asked"]),
        (hospital("H53010200003"), lambda: stock(line("1")), ["stock-not-asked"]),
        (
            HUANCUI,
            lambda: stock(line("1", code="X1"), line("1"), line("-1", "-1")),
            ["drug-not-listed", "drug-repeated", "quantity-negative", "quantity-negative"],
        ),
    ],
)
def test_what_no_report_can_hold_is_refused_with_everything_that_is_wrong(
    report: ReportStock, who: Principal, request_of: Callable[[], StockRequest], codes: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        report(who, request_of())
    assert [each.code for each in refused.value.findings] == codes


def test_stock_is_seen_by_the_institution_its_area_and_level_above_the_health_side_and_the_auditor(
    world: World, report: ReportStock
) -> None:
    kept = report(HUANCUI, stock(line("27")))
    (found,), follow, show = shortages(world), world.system[FollowShortages], world.system[ShowStocks]
    for principal, area in ((HUANCUI, None), (WEIHAI, None), (HEALTH, None), (AUDITOR, AreaCode("371000"))):
        assert follow.read(principal, found.shortage_id) == found
        assert shortages(world, principal, area) == (found,)
        assert show.find(principal, area, PAGE).items == (kept,)
        assert states(world, principal, area=area, state=StockState.LOW) == {
            (HUANCUI.subject, AZVUDINE): StockState.LOW
        }
    assert {each for each, _ in states(world, HUANCUI)} == {HUANCUI.subject}
    assert {each for each, _ in states(world, agency(SHANDONG))} == {HUANCUI.subject, RONGCHENG.subject, "H37152600001"}
    assert states(world, CITY_HOSPITAL) == states(world, agency(KUNMING)) == {}
    for stranger in (RONGCHENG, agency(KUNMING)):
        with pytest.raises(NotFound):
            follow.read(stranger, found.shortage_id)
    with pytest.raises(NotFound):
        show.availability(agency(KUNMING), AvailabilityFilter(area=AreaCode("371000")))
    for nobody in (HUANCUI, HEALTH):
        with pytest.raises(Forbidden):
            follow.answer(nobody, found.shortage_id, "delivered")
    with pytest.raises(Forbidden):
        report(WEIHAI, stock(line("27")))
    with pytest.raises(NotFound):
        report(hospital("H99999999999"), stock(line("27")))


def test_a_shortage_keeps_the_last_of_those_before_it(world: World, report: ReportStock) -> None:
    """Every other day it runs out; the clock goes with the days."""
    count = PAST_KEPT + 2
    for each in range(2 * count):
        on = DAY + timedelta(days=each)
        world.clock.move_to(datetime(on.year, on.month, on.day, 4, tzinfo=UTC))
        report(HUANCUI, stock(line("0" if each % 2 == 0 else "90"), on=on))
    (kept,) = shortages(world)
    assert [each.since for each in kept.past] == [DAY + timedelta(days=2 * each) for each in range(1, count - 1)]


def test_reports_of_other_days_say_nothing() -> None:
    act = Act("nurse", Role.HOSPITAL, HUANCUI.subject, Instant("2023-02-02T04:00:00.000000Z"))
    reported = StockReport(
        StockReportId("stk_1"),
        HUANCUI.institution,
        AreaCode("371000"),
        AreaCode("371000"),
        DAY,
        (line("1"),),
        act,
        "any",
    )
    assert last_reported([reported], DAY, DAY) == {
        (HUANCUI.subject, AZVUDINE): LastReported(reported, reported.lines[0])
    }
    assert last_reported([reported], DAY + timedelta(days=1), DAY + timedelta(days=2)) == {}
