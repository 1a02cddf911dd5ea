"""Times a piece of work at growing sizes and reports its growth."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A measured size. `ratio` is the time per unit against that of the first size: 1.0 is linear. `figure` is what is
    measured beside the time: claims a second, or megabytes.
    """

    name: str
    size: int
    unit: str
    median_s: float
    ratio: float
    note: str = ""
    figure: float = 0.0


def grow(name: str, unit: str, sizes: Sequence[int], prepare: Callable[[int], Callable[[], object]]) -> list[Row]:
    """Measure the work that `prepare` gives for each size; the median of a few rounds, after a warm-up round."""
    rows: list[Row] = []
    for size in sizes:
        work = prepare(size)
        work()
        median_s = statistics.median(_time(work) for _ in range(ROUNDS))
        per_unit = median_s / size
        first = rows[0].median_s / rows[0].size if rows else per_unit
        rows.append(Row(name, size, unit, median_s, per_unit / first))
    return rows


def _time(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def require(what: str, holds: bool) -> None:  # noqa: FBT001 - it is all that is asked
    """Require part of a quick run: that the work is right. Raises `SystemExit` with the requirement that fails."""
    if not holds:
        raise SystemExit(f"make bench QUICK=1: it does not hold that {what}.")
