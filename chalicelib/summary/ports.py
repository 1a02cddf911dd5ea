"""What summaries need of the world: the sums, how far they go, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from chalicelib.claims.domain.counted import CountedChange
from chalicelib.summary.domain import CountedThrough, SummarySpan, Tally


class TallyStore(Protocol):
    """Every read is consistent."""

    def counted(self) -> CountedThrough | None:
        """How far the sums go; None where nothing was ever counted."""
        ...

    def days(self, under: str, span: SummarySpan) -> tuple[Tally, ...]:
        """The sums by day of receipt, in order."""
        ...

    def of_day(self, under: Sequence[str], day: date) -> tuple[Tally, ...]:
        """The sums of one day, of each of these that has any."""
        ...

    def agencies(self, under: str) -> tuple[Tally, ...]:
        """The sums by settling agency."""
        ...

    def rows(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Tally]:
        """Sums by whom they concern and their row, where there are any."""
        ...

    def changes(self, from_at: str, before_at: str | None, limit: int | None) -> tuple[CountedChange, ...]:
        """The first `limit` changes between two instants, the first one inside, in their order; all without a limit."""
        ...
