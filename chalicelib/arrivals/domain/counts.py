"""Daily counts of arrivals, kept as changes by city, day and month, so that a report reads sums and no arrivals.

An arrival adds to the counts of a day by its status at the end of the day, from the day of its registration on. Every
write of an arrival changes the sums by the difference between what the arrival added before and what it adds after, on
each day on which the two part, also in the past and on the day on which a first test becomes late. Source: X-07, every
arrival is followed by city and counted daily.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta

from chalicelib.arrivals.domain.model import Arrival, ArrivalStatus
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import civil_date_of, start_of
from chalicelib.kernel.words.ids import AreaCode

_LATE = "first_test_late"
_COLUMNS = {
    ArrivalStatus.REGISTERED: "registered",
    ArrivalStatus.ISOLATED: "at_points",
    ArrivalStatus.AT_HOME: "at_home",
    ArrivalStatus.REFERRED: "referred",
    ArrivalStatus.RELEASED: "released",
}
"""The count to which an arrival of a status adds; an entry taken back adds to none."""


@dataclass(frozen=True, slots=True)
class CityCounts:
    """A city's arrivals at the end of a day: all persons followed so far, those still observed (at points, at home),
    those at designated institutions, those released, and those whose first test was not made in time.
    """

    city: AreaCode
    tracked: int
    observed: int
    at_points: int
    at_home: int
    referred: int
    released: int
    first_test_late: int


@dataclass(frozen=True, slots=True)
class CountsChange:
    """The change of a city's counts in the register of an area, in a day (`2020-03-27`) or a whole month (`2020-03`).
    `registered` are those that are neither isolated nor referred nor released.
    """

    area: AreaCode
    city: AreaCode
    period: str
    registered: int = 0
    at_points: int = 0
    at_home: int = 0
    referred: int = 0
    released: int = 0
    first_test_late: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """The change of each count by its name."""
        return {name: getattr(self, name) for name in COUNTS}


COUNTS = tuple(each.name for each in fields(CountsChange) if each.name not in ("area", "city", "period"))
"""The names of the counts of a change."""


def changes_between(before: Arrival | None, after: Arrival) -> tuple[CountsChange, ...]:
    """Return the changes of the counts that a write of an arrival makes, by day and by month, in each area that watches
    the arrival; `before` is the standing arrival, None for a new one.
    """
    by_period: dict[str, Counter[str]] = {}
    for arrival, times in ((before, -1), (after, 1)):
        for day, counts in () if arrival is None else _added_by(arrival).items():
            for period in (day.isoformat(), day.isoformat()[:7]):
                sums = by_period.setdefault(period, Counter())
                sums.update({name: times * count for name, count in counts.items()})
    return tuple(
        CountsChange(area, after.city, period, **counts)
        for area in after.areas
        for period, counts in sorted(by_period.items())
        if any(counts.values())
    )


def counts_by_city(changes: Iterable[CountsChange]) -> tuple[CityCounts, ...]:
    """Add changes up to the counts of a day, in the order of the city codes; a city without arrivals is left out."""
    by_city: dict[AreaCode, Counter[str]] = {}
    for change in changes:
        by_city.setdefault(change.city, Counter()).update(change.counts)
    found = (_city_counts(city, counts) for city, counts in sorted(by_city.items()))
    return tuple(each for each in found if each.tracked)


def _city_counts(city: AreaCode, sums: Counter[str]) -> CityCounts:
    counts = {name: sums[name] for name in COUNTS}
    waiting = counts.pop("registered")
    observed = waiting + counts["at_points"] + counts["at_home"]
    return CityCounts(city, tracked=observed + counts["referred"] + counts["released"], observed=observed, **counts)


def _added_by(arrival: Arrival) -> Mapping[date, Counter[str]]:
    """Return an arrival's changes of the counts by day, without days on which nothing changes."""
    registered_on = civil_date_of(arrival.registered.at)
    days = {registered_on, *(civil_date_of(each.at) for each in arrival.steps)}
    if arrival.first_test is not None and arrival.first_test.due is not None:
        # A clock that is over with the day is late on that day.
        due_on = civil_date_of(arrival.first_test.due)
        days.add(due_on - timedelta(days=1) if arrival.first_test.due == start_of(due_on) else due_on)
    added: dict[date, Counter[str]] = {}
    before = Counter[str]()
    for day in sorted(max(day, registered_on) for day in days):
        standing = _counts_on(arrival, day)
        change = Counter(standing)
        change.subtract(before)
        if any(change.values()):
            added[day] = change
        before = standing
    return added


def _counts_on(arrival: Arrival, day: date) -> Counter[str]:
    """Return the counts to which an arrival adds one at the end of a day."""
    status = arrival.status_on(day)
    if status is ArrivalStatus.WITHDRAWN:
        return Counter()
    return Counter([_COLUMNS[status], *([_LATE] if _is_late(arrival, day) else [])])


def _is_late(arrival: Arrival, day: date) -> bool:
    over, clock = start_of(day + timedelta(days=1)), arrival.first_test
    if clock is None or clock.started >= over:
        return False
    stopped = clock.stopped if clock.stopped is not None and clock.stopped < over else None
    return replace(clock, stopped=stopped).is_late(over)
