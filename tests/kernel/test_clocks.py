"""Clocks of the law: hours that never pause, working days of China, and clocks without an end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.clocks import ClockKind, ClockRule, start_clock
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.time import SHANGHAI, instant
from chalicelib.platform.working_days import ChineseWorkingDays

CALENDAR = ChineseWorkingDays()


def hours(length: int) -> ClockRule:
    return ClockRule(ClockKind.HOURS, length)


def working_days(length: int) -> ClockRule:
    return ClockRule(ClockKind.WORKING_DAYS, length)


def at(text: str) -> datetime:
    """An instant as a clock on a wall in China shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_hours_run_through_the_night_the_weekend_and_the_new_year() -> None:
    """Friday before the Spring Festival of 2020, late in the evening: 24 hours later is a holiday, and it is due."""
    clock = start_clock(hours(24), at("2020-01-24T23:30:00"), CALENDAR)
    assert clock.due == instant(at("2020-01-25T23:30:00"))
    assert not clock.is_late(instant(at("2020-01-25T23:29:59")))
    assert clock.is_late(instant(at("2020-01-25T23:30:00")))


@pytest.mark.parametrize(
    ("started", "days", "over"),
    [
        ("2026-11-23T09:00:00", 3, "2026-11-27T00:00:00"),  # Monday: Tuesday, Wednesday, Thursday, to its end
        ("2026-11-27T16:00:00", 1, "2026-12-01T00:00:00"),  # Friday: the weekend does not count
        ("2026-11-28T16:00:00", 1, "2026-12-01T00:00:00"),  # Saturday: Monday is the first
        ("2020-01-23T10:00:00", 1, "2020-02-04T00:00:00"),  # the festival was prolonged to 2 February 2020
        ("2020-01-17T10:00:00", 1, "2020-01-20T00:00:00"),  # Sunday the 19th is made up for, and counts
        ("2020-03-02T23:59:59", 2, "2020-03-05T00:00:00"),  # the day on which it starts is China's, not UTC's
    ],
)
def test_working_days_are_those_of_china_and_the_last_is_counted_to_its_end(started: str, days: int, over: str) -> None:
    assert start_clock(working_days(days), at(started), CALENDAR).due == instant(at(over))


@given(st.dates(date(2019, 1, 1), date(2026, 6, 1)), st.integers(0, 24 * 60 - 1), st.integers(1, 40))
def test_between_start_and_end_lie_exactly_the_working_days_that_were_given(day: date, minute: int, days: int) -> None:
    started = datetime.combine(day, time.min, UTC) + timedelta(minutes=minute)
    due = start_clock(working_days(days), started, CALENDAR).due
    assert due is not None
    first = started.astimezone(SHANGHAI).date() + timedelta(days=1)
    end = datetime.fromisoformat(due).astimezone(SHANGHAI)
    counted = [first + timedelta(days=at) for at in range((end.date() - first).days)]
    assert (end.hour, end.minute) == (0, 0)
    assert sum(CALENDAR.is_working(day) for day in counted) == days
    assert CALENDAR.is_working(counted[-1])


def test_a_clock_without_a_figure_never_ends() -> None:
    clock = start_clock(ClockRule(ClockKind.NONE), at("2020-02-01T08:00:00"), CALENDAR)
    assert clock.due is None
    assert not clock.is_late(instant(at("2030-02-01T08:00:00")))


def test_a_clock_that_was_stopped_in_time_is_never_late_and_one_stopped_late_stays_late() -> None:
    clock = start_clock(hours(24), at("2020-02-01T08:00:00"), CALENDAR)
    in_time, too_late = instant(at("2020-02-02T07:59:59")), instant(at("2020-02-03T08:00:00"))
    assert not clock.stop(in_time).is_late(too_late)
    assert clock.stop(too_late).is_late(too_late)
    assert clock.stop(in_time).stop(too_late) == clock.stop(in_time)


def test_a_year_whose_calendar_is_not_there_is_refused_and_named() -> None:
    with pytest.raises(Invalid) as refused:
        CALENDAR.is_working(date(2104, 1, 4))
    assert [(each.code, each.about) for each in refused.value.findings] == [("working-days-unknown", (("year", 2104),))]
