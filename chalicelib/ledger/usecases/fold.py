"""Enters posted transactions in the books: account entries, and account sums by period.

A step goes from the end of the books to an instant before which no posting can still arrive, and is recorded before the
work begins. An interrupted step is repeated from its beginning and finds the work already done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.writes import Put, Revise
from chalicelib.ledger.domain.books import AccountEntry, AccountSum, Folded, by_account, entries_of
from chalicelib.ledger.domain.months import period_begins
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import Books, LedgerStore

T = TypeVar("T")

ARRIVES_WITHIN = timedelta(minutes=16)
"""A transaction bears the instant of its decision. The deciding function is ended by Lambda after fifteen minutes at
most, so that after this delay nothing of that instant can be posted."""

_STEP = timedelta(days=31)
_AT_ONCE = 20_000
_STEPS_MAX = 50
"""`_STEP` is shortened until the step holds at most `_AT_ONCE` transactions. A run makes at most `_STEPS_MAX` steps;
the next run goes on from there.
"""

_WRITTEN_AT_ONCE = 100
_BEGINNING = "2019-12"
"""The first month of the journal: no notice is older than January 2020, so nothing is posted before."""


@dataclass(frozen=True, slots=True)
class FoldBooks:
    ledger: LedgerStore
    books: Books
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(self) -> int:
        """Enter the postings that are due; return the number of steps. Safe to run at any time, also concurrently."""
        latest = instant(self.clock.now() - ARRIVES_WITHIN)
        return sum(1 for _ in islice(iter(lambda: self._step(latest), False), _STEPS_MAX))

    def _step(self, latest: Instant) -> bool:
        """Run a step, whose transactions are all read before it begins; tell whether there was a step to run."""
        known = self.books.folded()
        if known is not None and known.through < known.until:
            step, posted = known, self._posted(known.through, known.until)
        else:
            through = self._first(latest) if known is None else known.through
            if through >= latest:
                if known is None:
                    self.commits.commit([Revise(Folded(latest, latest, 1, latest, latest))])
                return False
            until, posted = self._next(through, latest)
            standing = known or Folded(through, through, began=through)
            daily_from = standing.daily_from or through
            step = Folded(through, until, standing.revision + 1, standing.began, daily_from)
            self.commits.commit([Revise(step)])
        fresh = list(entries_of(posted))
        for entries in _chunks(fresh, _WRITTEN_AT_ONCE):
            self.commits.commit([Put(each) for each in entries])
        for moved in _chunks(list(by_account(fresh).items()), _WRITTEN_AT_ONCE):
            self.retrying.on_conflict(partial(self._sum, moved, step.until))
        self.commits.commit([Revise(replace(step, through=step.until, revision=step.revision + 1))])
        return True

    def _posted(self, from_at: Instant, before_at: Instant) -> list[Transaction]:
        return list(islice(self.ledger.between(from_at, before_at), _AT_ONCE + 1))

    def _next(self, through: Instant, latest: Instant) -> tuple[Instant, list[Transaction]]:
        """Return the end of the next step, with the transactions posted until then."""
        length = _STEP
        while True:
            until = min(instant(datetime.fromisoformat(through) + length), latest)
            posted = self._posted(through, until)
            if len(posted) <= _AT_ONCE:
                return until, posted
            length /= 2

    def _first(self, latest: Instant) -> Instant:
        """Return the beginning of the books: the month of the first posting, or `latest` without any posting."""
        if not self.ledger.journal(PageRequest(1)).items:
            return latest
        first = next(iter(self.ledger.between(period_begins(_BEGINNING), latest)), None)
        return latest if first is None else period_begins(first.period)

    def _sum(self, moved: Sequence[tuple[str, Sequence[AccountEntry]]], until: Instant) -> None:
        grouped = {account: _by_period(entries) for account, entries in moved}
        known = self.books.sums((account, period) for account, periods in grouped.items() for period in periods)
        parts = []
        for account, periods in grouped.items():
            for period, own in sorted(periods.items()):
                standing = known.get((account, period), AccountSum(account, period))
                if standing.through < until:
                    parts.append(Revise(replace(standing.plus(own), through=until, revision=standing.revision + 1)))
        for some in _chunks(parts, _WRITTEN_AT_ONCE):
            self.commits.commit(list(some))


def _by_period(entries: Iterable[AccountEntry]) -> dict[str, list[AccountEntry]]:
    found: dict[str, list[AccountEntry]] = {}
    for each in entries:
        for period in each.periods:
            found.setdefault(period, []).append(each)
    return found


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[first : first + size] for first in range(0, len(items), size))
