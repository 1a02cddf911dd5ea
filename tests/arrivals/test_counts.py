"""Daily counts of arrivals: kept sums equal to a count of the whole register, whatever happened and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.arrivals.domain.counts import CityCounts, CountsChange, changes_between, counts_by_city
from chalicelib.arrivals.domain.model import Arrival, ArrivalId, ArrivalStatus, ArrivalStep, StepKind, StepOutcome
from chalicelib.arrivals.ports import ArrivalStore
from chalicelib.arrivals.tables import DynamoArrivalStore
from chalicelib.arrivals.usecases import Arrivals
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.clocks import ClockKind, ClockRule, LegalClock
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import civil_date_of, instant
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.kernel.writes import Add
from chalicelib.main.capabilities import build_system
from tests.arrivals.test_usecases import ENTERED, at
from tests.kit.areas import SHANXI
from tests.kit.growth import SIZES, Asked, CountedTable, assert_as_written, counted_world, is_flat
from tests.kit.memory.samples import passport, stated
from tests.kit.service_behaviours import TAIYUAN

PROVINCE = Principal("health", Role.HEALTH, "140000")
ROW = "the daily report of arrivals, so many in the register"
FIRST, DAYS = date(2020, 3, 27), 45
"""The days of the random registers: two whole months begin among them."""

STEPS = st.sampled_from(
    [
        (StepKind.HANDOVER, None),
        (StepKind.ISOLATION, None),
        (StepKind.ASSESSMENT, StepOutcome.SUITABLE),
        (StepKind.ASSESSMENT, StepOutcome.UNSUITABLE),
        (StepKind.TEST, StepOutcome.NEGATIVE),
        (StepKind.REFERRAL, None),
        (StepKind.RELEASE, None),
        (StepKind.WITHDRAWAL, None),
    ]
)
HOURS = st.integers(0, 24 * (DAYS - 5))


COUNTED = tuple(FIRST + timedelta(days=number) for number in range(-1, DAYS, 2))
"""The days on which a random register is counted: its ends, and every other day between."""


def moment(hours: int) -> datetime:
    return datetime(2020, 3, 27, tzinfo=UTC) + timedelta(hours=hours)


def registered(number: int, city: AreaCode, hours: int) -> Arrival:
    done = Act("officer", Role.HEALTH, city, instant(moment(hours)))
    areas = tuple(sorted({city, SHANXI}))
    return Arrival(
        ArrivalId(f"arr_{number}"), PersonToken("prs"), "key", city, city, areas, FIRST, "airport", done, "provision"
    )


def after(arrival: Arrival, kind: StepKind, outcome: StepOutcome | None, hours: int) -> Arrival:
    """The arrival after a step, with the clock of 48 hours that the first isolation starts and a test stops."""
    when = instant(moment(hours))
    clock = arrival.first_test
    step = ArrivalStep(kind, when, replace(arrival.registered, at=when), outcome=outcome)
    if clock is None and (kind is StepKind.ISOLATION or outcome is StepOutcome.SUITABLE):
        clock = LegalClock(ClockRule(ClockKind.HOURS, 48), when, instant(moment(hours + 48)))
    elif clock is not None and kind in (StepKind.TEST, StepKind.RELEASE, StepKind.WITHDRAWAL):
        clock = clock.stop(when)
    return arrival.with_step(step, clock)


@st.composite
def histories(draw: st.DrawFn) -> list[Arrival]:
    """An arrival after each of its writes. Steps are often recorded later than they were taken."""
    city = draw(st.sampled_from([AreaCode("140100"), AreaCode("140200")]))
    history = [registered(draw(st.integers(0, 9)), city, draw(HOURS))]
    hours = 0
    for kind, outcome in draw(st.lists(STEPS, max_size=6)):
        hours += draw(st.integers(0, 24 * 6))
        history.append(after(history[-1], kind, outcome, hours))
    return history


def counted(arrivals: Sequence[Arrival], city: AreaCode, day: date) -> CityCounts:
    """Count a register arrival by arrival."""
    over = instant(datetime(day.year, day.month, day.day, 16, tzinfo=UTC))
    known = [each for each in arrivals if each.city == city and civil_date_of(each.registered.at) <= day]
    known = [each for each in known if each.status_on(day) is not ArrivalStatus.WITHDRAWN]
    stands = [each.status_on(day) for each in known]
    late = 0
    for each in known:
        clock = each.first_test
        if clock is not None and clock.due is not None and clock.started < over:
            is_stopped = clock.stopped is not None and clock.stopped < over
            late += (clock.stopped if is_stopped and clock.stopped else over) >= clock.due
    points, home = stands.count(ArrivalStatus.ISOLATED), stands.count(ArrivalStatus.AT_HOME)
    observed = points + home + stands.count(ArrivalStatus.REGISTERED)
    referred, released = stands.count(ArrivalStatus.REFERRED), stands.count(ArrivalStatus.RELEASED)
    return CityCounts(city, len(known), observed, points, home, referred, released, late)


def changes_of(history: Sequence[Arrival]) -> list[CountsChange]:
    return [
        each for before, now in zip([None, *history], history, strict=False) for each in changes_between(before, now)
    ]


def until(changes: Sequence[CountsChange], area: AreaCode, day: date) -> list[CountsChange]:
    month = day.isoformat()[:7]
    days = [each for each in changes if len(each.period) > len(month)]
    months = [each for each in changes if len(each.period) == len(month) and each.period < month]
    within = [each for each in days if each.period[:7] == month and each.period <= day.isoformat()]
    return [each for each in (*months, *within) if each.area == area]


@given(st.lists(histories(), max_size=3))
def test_a_days_counts_are_what_a_count_of_the_register_gives(register: list[list[Arrival]]) -> None:
    changes = [each for history in register for each in changes_of(history)]
    arrivals = [history[-1] for history in register]
    for day in COUNTED:
        told = {each.city: each for each in counts_by_city(until(changes, SHANXI, day))}
        for city in (AreaCode("140100"), AreaCode("140200")):
            assert told.get(city, CityCounts(city, 0, 0, 0, 0, 0, 0, 0)) == counted(arrivals, city, day)
        assert counts_by_city(until(changes, AreaCode("140200"), day)) == tuple(
            each for each in told.values() if each.city == "140200"
        )


def test_changes_are_added_up_by_area_and_end_with_the_day(ports: Ports) -> None:
    changes = [
        CountsChange(AreaCode("141100"), AreaCode("141100"), period, registered=count, first_test_late=-count)
        for period, count in (("2020-02", 1), ("2020-03", 2), ("2020-03-27", 3), ("2020-03-28", 4), ("2020-02-10", 5))
    ]
    for each in (*changes, changes[2]):
        ports[Commits].commit([Add(each)])
    found = list(ports[ArrivalStore].changes_until(AreaCode("141100"), date(2020, 3, 27)))
    assert found == [changes[0], replace(changes[2], registered=6, first_test_late=-6)]
    assert list(ports[ArrivalStore].changes_until(AreaCode("141200"), date(2020, 3, 27))) == []


def report_cost(arrivals: int) -> Asked:
    """Count the requests of a report after so many persons were registered on a day."""
    world, counting = counted_world()
    world.clock.move_to(at(20, 4, month=4))
    desk = world.system[Arrivals]
    for number in range(arrivals):
        desk.register(TAIYUAN, replace(ENTERED, document=stated(passport(number)["id_no"])))
    table = CountedTable(counting, world.memory.tables.state)
    counted_desk = build_system(world.ports.give(ArrivalStore, DynamoArrivalStore(table)))[Arrivals]
    return counting.during(lambda: counted_desk.counts(PROVINCE, None, date(2020, 4, 20)))


def test_a_report_asks_the_same_however_many_arrived(tell: Callable[[str], None]) -> None:
    asked = [report_cost(size) for size in SIZES]
    tell(f"a day's report of {SIZES} arrivals: {asked}")
    assert is_flat(asked)
    assert_as_written(ROW, [each.requests for each in asked])
