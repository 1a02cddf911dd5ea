"""Months of posting in Asia/Shanghai, written `2026-11`: their first instant and their order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import takewhile

from chalicelib.kernel.time import Instant, start_of
from chalicelib.ledger.domain.transaction import posting_period


def period_begins(period: str) -> Instant:
    """Return the instant at which a month of posting begins."""
    return start_of(date.fromisoformat(f"{period}-01"))


def period_after(period: str) -> str:
    """Return the month after a month."""
    year, month = map(int, period.split("-"))
    return f"{year + month // 12}-{month % 12 + 1:02d}"


def periods_until(first: str, last: str) -> Iterator[str]:
    """Return the months from `first` to `last`, both included."""
    while first <= last:
        yield first
        first = period_after(first)


def periods_before(period: str, count: int) -> tuple[str, ...]:
    """Return the months before a month, the latest first."""
    number = int(period[:4]) * 12 + int(period[5:]) - 1
    return tuple(f"{each // 12:04}-{each % 12 + 1:02}" for each in range(number - 1, number - 1 - count, -1))


def periods_between(from_at: Instant, before_at: Instant) -> Iterator[str]:
    """Return the months of posting that an instant from `from_at` to before `before_at` may fall into."""
    if from_at >= before_at:
        return
    months = periods_until(posting_period(from_at), posting_period(before_at))
    yield from takewhile(lambda period: period_begins(period) < before_at, months)
