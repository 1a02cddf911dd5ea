"""Instants and days: how they are written and which civil day an instant falls on in China."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""UTC+8 without daylight saving since 1991; a fixed offset needs no time-zone files in the package."""


def instant(moment: datetime) -> str:
    """An instant as text of one length, so that text order is time order: `2026-11-05T03:04:05.000006Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def civil_date(moment: datetime) -> date:
    """The day on the calendar in China."""
    return moment.astimezone(SHANGHAI).date()


def civil_date_of(at: str) -> date:
    """The day on the calendar in China of an instant as text."""
    return civil_date(datetime.fromisoformat(at))


def start_of(day: date) -> str:
    """The instant at which a civil day begins."""
    return instant(datetime.combine(day, time.min, SHANGHAI))
