"""The walk over all settled claims: by agency and part of its persons, a year after the other.

A shard is walked by tasks that end after a fixed time, not after a number of claims: whatever the amount of claims, an
execution's history holds no more steps than fit its time. `tests/impact/test_walk.py` holds the machines to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from chalicelib.claims.domain.years import PARTS
from chalicelib.kernel.words.ids import AreaCode

YEARS_AT_ONCE = 20
"""Persons' years of one page: a document of their effects is read whole for a page of an answer."""

ENOUGH = timedelta(seconds=120)
"""Time within which a task begins another page: the last page has as long again until the task's time limit."""


def shards_of(agencies: Iterable[AreaCode | None]) -> tuple[str, ...]:
    """Return the names of the shards of some agencies, as executions pass them on."""
    return tuple(f"{agency}-{part}" for agency in agencies if agency is not None for part in PARTS)


def shard_named(name: str) -> tuple[AreaCode, str]:
    """Return the agency and the part that a shard's name holds."""
    agency, _, part = name.partition("-")
    return AreaCode(agency), part
