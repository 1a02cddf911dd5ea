"""The trail of acts, in memory and on DynamoDB, keeps the same promises."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.pages import PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.system import Ports
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import RequestId
from chalicelib.trail.domain import DONE, Attempt, Outcome, TrailEntry
from chalicelib.trail.ports import TrailStore

_days = itertools.count(1)
PAGE = PageRequest(50)


@pytest.fixture(name="day")
def fixture_day() -> date:
    """A day of the test's own: tests share the tables."""
    return date(2027, 1, 1) + timedelta(days=next(_days))


def attempt(day: date, minute: int) -> Attempt:
    at = Instant(f"{day.isoformat()}T04:{minute:02d}:00.000000Z")
    by = Act("clerk", Role.AGENCY, "530100", at)
    return Attempt(RequestId(uuid.uuid4().hex), by, "POST /v1/advances", Text("申请预拨", "Ask for an advance"))


def outcome(of: Attempt, said: str = DONE) -> Outcome:
    return Outcome(of.day, of.place, said, (("advance_id", "adv_1"),) if said == DONE else ())


def test_a_days_acts_come_newest_first_each_with_its_outcome(ports: Ports, day: date) -> None:
    store, made = ports[TrailStore], [attempt(day, minute) for minute in range(5)]
    for each in made:
        store.keep(each)
    for each in (made[0], made[2], made[4]):
        store.keep(outcome(each, DONE if each is not made[2] else "conflict"))
    assert store.of_day(day, PAGE).items == (
        TrailEntry(made[4], outcome(made[4])),
        TrailEntry(made[3], None),
        TrailEntry(made[2], outcome(made[2], "conflict")),
        TrailEntry(made[1], None),
        TrailEntry(made[0], outcome(made[0])),
    )


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_miss_and_repeat_nothing(ports: Ports, day: date, limit: int) -> None:
    store, made = ports[TrailStore], [attempt(day, minute) for minute in range(7)]
    for each in made:
        store.keep(each)
        store.keep(outcome(each))
    found = list(every(lambda page: store.of_day(day, page), limit))
    assert found == [TrailEntry(each, outcome(each)) for each in reversed(made)]


def test_a_day_without_acts_is_empty_and_ends_at_midnight_in_china(ports: Ports, day: date) -> None:
    late = attempt(day, 0)
    night = Instant(f"{day.isoformat()}T16:00:00.000000Z")
    late = Attempt(late.request_id, Act("clerk", Role.AGENCY, "530100", night), late.call, late.what)
    ports[TrailStore].keep(late)
    assert ports[TrailStore].of_day(day, PAGE).items == ()
    assert ports[TrailStore].of_day(day + timedelta(days=1), PAGE).items == (TrailEntry(late, None),)


def test_a_record_once_kept_is_never_replaced(ports: Ports, day: date) -> None:
    made = attempt(day, 0)
    ports[TrailStore].keep(made)
    with pytest.raises((VersionConflict, ClientError)):
        ports[TrailStore].keep(made)
    assert ports[TrailStore].of_day(day, PAGE).items == (TrailEntry(made, None),)
