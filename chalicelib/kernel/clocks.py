"""Clocks of the law: deadlines for acts that must be done, and whether an act is late.

Hours run round the clock, weekends and holidays included. Working days are those of China's calendar: the day on which
the clock starts does not count, and the last one is counted to its end. Where a text gives no figure the clock has no
end, so that it shows what waits and since when. A clock's length stands in the policy files and is asked for by
`law.domain.services.clocks`; its matter, and the party that must act, are the business of each capability.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant, civil_date, instant, start_of


class ClockKind(StrEnum):
    HOURS = "hours"
    WORKING_DAYS = "working-days"
    NONE = "none"


class WorkingDays(Protocol):
    def is_working(self, day: date) -> bool:
        """Tell whether offices in China work on a day, make-up days included. Raises `Invalid` for a year whose
        calendar is not known yet.
        """
        ...


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock as policy sets it: the kind, the number of hours or working days, and the provision. `citation` is None
    where no notice speaks. `postponed`: a notice lets the business wait, so the business is never late.
    """

    kind: ClockKind
    length: int | None = None
    citation: str | None = None
    postponed: bool = False


@dataclass(frozen=True, slots=True)
class LegalClock:
    """A running or stopped clock: its matter, its start, its end and the instant it was stopped. Instants are text of
    one length, so that text order is time order; `due` is the first instant at which the clock is over, None where it
    never is.
    """

    rule: ClockRule
    started: Instant
    due: Instant | None
    stopped: Instant | None = None

    def is_late(self, now: Instant) -> bool:
        """Tell whether the clock is over and was not stopped in time."""
        return self.due is not None and (self.stopped or now) >= self.due

    def stop(self, at: Instant) -> LegalClock:
        """Return the clock stopped at the instant its matter was done; a clock stopped before stays as it is."""
        return self if self.stopped is not None else replace(self, stopped=at)


def start_clock(rule: ClockRule, at: datetime, working_days: WorkingDays) -> LegalClock:
    """Start a clock at an instant. Raises `Invalid` where the clock would end in a year whose working days are not
    known.
    """
    return LegalClock(rule, instant(at), _due(rule, at, working_days))


def _due(rule: ClockRule, at: datetime, working_days: WorkingDays) -> Instant | None:
    match rule.kind, rule.length:
        case ClockKind.HOURS, int(hours):
            return instant(at + timedelta(hours=hours))
        case ClockKind.WORKING_DAYS, int(days):
            return start_of(_after(civil_date(at), days, working_days) + timedelta(days=1))
    return None


def _after(day: date, count: int, working_days: WorkingDays) -> date:
    while count:
        day += timedelta(days=1)
        count -= working_days.is_working(day)
    return day
