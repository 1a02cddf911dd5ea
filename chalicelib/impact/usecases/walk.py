"""How everything that was settled is walked: by agency and part of its persons, a year after the other.

A shard is walked by tasks that end when they have worked long enough, not after so many claims: however much there is,
an execution's history holds no more steps than fit its time. `tests/impact/test_walk.py` holds the machines to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from chalicelib.claims.domain.years import PARTS

YEARS_AT_ONCE = 20
"""Persons' years of one page: a document of their effects is read whole for a page of an answer."""

ENOUGH = timedelta(seconds=120)
"""How long a task begins another page: the last one has as long again until its time limit."""


def shards_of(agencies: Iterable[str | None]) -> tuple[str, ...]:
    """The names of the shards of some agencies, as executions pass them on."""
    return tuple(f"{agency}-{part}" for agency in agencies if agency is not None for part in PARTS)


def shard_named(name: str) -> tuple[str, str]:
    """The agency and the part that a name says."""
    agency, _, part = name.partition("-")
    return agency, part
