"""Clocks of the law: by when something has to be done, and whether it is late.

Hours run round the clock, weekends and holidays included. Working days are those of China's calendar: the day on which
the clock starts does not count, and the last one is counted to its end. Where a text gives no figure there is a clock
without an end, so that it shows what waits and since when. How long a clock is stands in the policy files and is asked
for by `law.domain.services.clocks`; what it is about, and who must act, is the business of each capability.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import civil_date, instant, start_of


class ClockKind(StrEnum):
    HOURS = "hours"
    WORKING_DAYS = "working-days"
    NONE = "none"


class WorkingDays(Protocol):
    def is_working(self, day: date) -> bool:
        """Whether offices in China work on a day, make-up days included. Raises `Invalid` for a year whose calendar
        is not known yet.
        """
        ...


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What policy says: the kind, how many hours or working days, and the provision that says so. `citation` is None
    where no notice speaks. `postponed`: a notice lets the business wait, so nothing of it is ever late.
    """

    kind: ClockKind
    length: int | None = None
    citation: str | None = None
    postponed: bool = False


@dataclass(frozen=True, slots=True)
class LegalClock:
    """One clock: what runs, since when, until when, and when it was stopped. Instants are text of one length, so that
    text order is time order; `due` is the first instant at which it is over, None where it never is.
    """

    rule: ClockRule
    started: str
    due: str | None
    stopped: str | None = None

    def is_late(self, now: str) -> bool:
        """Whether it is over and was not stopped in time."""
        return self.due is not None and (self.stopped or now) >= self.due

    def stop(self, at: str) -> LegalClock:
        """The clock as it stood when what it is about was done; one that was stopped before stays so."""
        return self if self.stopped is not None else replace(self, stopped=at)


def start_clock(rule: ClockRule, at: datetime, working_days: WorkingDays) -> LegalClock:
    """A clock that runs from an instant. Raises `Invalid` where it would end in a year whose working days are not
    known.
    """
    return LegalClock(rule, instant(at), _due(rule, at, working_days))


def _due(rule: ClockRule, at: datetime, working_days: WorkingDays) -> str | None:
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
