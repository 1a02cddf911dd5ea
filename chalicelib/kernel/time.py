"""Instants and days: their written form, and the civil day an instant falls on in China."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NewType

Instant = NewType("Instant", str)
"""A UTC instant as records hold it: ISO 8601 text of one length, so that text order is time order."""

BEFORE_ALL = Instant("")
"""The text that precedes every instant: nothing is known yet, or nothing has been reached."""

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""UTC+8 without daylight saving since 1991; a fixed offset needs no time-zone files in the package."""


def instant(moment: datetime) -> Instant:
    """Write an instant as text of one length, so that text order is time order: `2026-11-05T03:04:05.000006Z`."""
    return Instant(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def civil_date(moment: datetime) -> date:
    """Return the calendar day in China."""
    return moment.astimezone(SHANGHAI).date()


def civil_date_of(at: Instant) -> date:
    """Return the calendar day in China of a written instant."""
    return civil_date(datetime.fromisoformat(at))


def last_day_of(month: str) -> date:
    """Return the last day of a month, `2026-11`."""
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def start_of(day: date) -> Instant:
    """Return the instant at which a civil day begins."""
    return instant(datetime.combine(day, time.min, SHANGHAI))
