"""Ports of summaries: the sums, their reach, and the changes since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from chalicelib.claims.domain.counted import CountedChange
from chalicelib.kernel.time import Instant
from chalicelib.summary.domain import CountedThrough, SummarySpan, Tally


class TallyStore(Protocol):
    """The store of sums and of the changes of claims; every read is consistent."""

    def counted(self) -> CountedThrough | None:
        """Return the reach of the sums; None where no claim was ever counted."""
        ...

    def days(self, under: str, span: SummarySpan) -> tuple[Tally, ...]:
        """Return the sums by day of receipt, in order."""
        ...

    def of_day(self, under: Sequence[str], day: date) -> tuple[Tally, ...]:
        """Return the sums of a day, of each of `under` that has any."""
        ...

    def agencies(self, under: str) -> tuple[Tally, ...]:
        """Return the sums by settling agency."""
        ...

    def rows(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Tally]:
        """Return the sums, by institution or area and row, that exist."""
        ...

    def changes(self, from_at: Instant, before_at: Instant | None, limit: int | None) -> tuple[CountedChange, ...]:
        """Return the first `limit` changes from `from_at` to before `before_at`, in order; all without a limit."""
        ...
