"""Copies what is added to the ledger to where nobody can change it, tells when anything in it was changed, and holds
both against each other.

The table's stream is the source, not whoever posts: so what reaches the ledger past the one adapter is copied too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Announcement, Clock, Events
from chalicelib.kernel.time import instant
from chalicelib.ledger.domain.copy import CopiedItem, Difference, LedgerItem, compare_copies
from chalicelib.ledger.domain.transaction import posting_period
from chalicelib.ledger.ports import LedgerStore

GRACE = timedelta(minutes=15)
"""How long an item may be on its way to the copy: the stream takes a second, a function that fails is tried again."""


_ON_ITS_WAY = timedelta(days=2)
"""A stream forgets after a day."""


@dataclass(frozen=True, slots=True)
class AddedItem:
    """An item to be kept: its key and its canonical JSON."""

    key: str
    content: bytes


class LedgerArchive(Protocol):
    """Where the copies are. A copy is never replaced and never removed."""

    def keep(self, period: str, items: Sequence[AddedItem]) -> None:
        """Keep items of a month together, under the root over them; the same again changes nothing."""
        ...

    def copies(self) -> Iterable[CopiedItem]:
        """Every copy."""
        ...

    def copies_of(self, period: str, part: int) -> Iterable[CopiedItem]:
        """One of `MONTH_PARTS` parts of the copies that are kept for a month; its parts have nothing to do with the
        month's own.
        """
        ...


class Change(StrEnum):
    """What a stream says that happened to an item."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """One record of the stream: `sequence` is its place in it, `key` the item's; where something was added, `content`
    is the item's canonical JSON and `period` the month in which it was posted.
    """

    sequence: str
    change: Change
    key: str
    content: bytes = b""
    period: str = ""


@dataclass(frozen=True, slots=True)
class CopyOutcome:
    """`failed` is the first record that could not be dealt with, None when all were; `altered` are the keys of items
    that were changed or removed, which nobody may do.
    """

    failed: str | None
    altered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyLedger:
    archive: LedgerArchive
    events: Events
    clock: Clock

    def __call__(self, changes: Sequence[LedgerChange]) -> CopyOutcome:
        """Deal with records in their order, as often as they come. What lies behind a failed one is left for later.
        Whatever is posted bears the clock's now: what was added to a month that has been over for longer than a stream
        remembers is told as an item that was changed.

        What was added is kept together, month by month: a locked object for each record would cost more than the
        settlement it copies.
        """
        altered: list[str] = []
        added: dict[str, list[LedgerChange]] = {}
        failed: str | None = None
        open_since = posting_period(instant(self.clock.now() - _ON_ITS_WAY))
        for each in changes:
            if each.change is Change.ADDED:
                added.setdefault(each.period, []).append(each)
                if each.period >= open_since:
                    continue
            altered.append(each.key)
            try:
                self.events.tell(_alarm(each))
            except Unavailable:
                failed = each.sequence
                break
        for period, of_month in added.items():
            try:
                self.archive.keep(period, [AddedItem(each.key, each.content) for each in of_month])
            except Unavailable:
                failed = _earlier(changes, failed, of_month[0].sequence)
        return CopyOutcome(failed, tuple(altered))


@dataclass(frozen=True, slots=True)
class CompareCopies:
    """The ledger's items, read as they stand, against the copies."""

    ledger: LedgerStore
    archive: LedgerArchive
    clock: Clock

    def __call__(
        self, periods: Iterable[str], owing: Iterable[tuple[str, str]], more: Iterable[LedgerItem] = ()
    ) -> tuple[Difference, ...]:
        """Everything in which they differ. Beside the journal there are items of the months `periods`, and of the tiers
        and months `owing`, and what `more` lies in the ledger's table.

        The copies are read first: whatever has a copy by then is in the ledger when the ledger is read.
        """
        before = instant(self.clock.now() - GRACE)
        copies = list(self.archive.copies())
        items: dict[str, LedgerItem] = {each.key: each for each in every(self.ledger.stored)}
        items |= {each.key: each for each in more}
        for period in sorted(periods):
            items |= {each.key: each for each in self.ledger.stored_posted(period)}
        for tier, period in sorted(owing):
            items |= {each.key: each for each in self.ledger.stored_owing(tier, period)}
        return compare_copies(items, copies, before)


def _earlier(changes: Sequence[LedgerChange], one: str | None, other: str) -> str:
    """Which of two records comes first in a batch."""
    return next(each.sequence for each in changes if each.sequence in (one, other))


def _alarm(change: LedgerChange) -> Announcement:
    digest = sha256_hex(f"{change.sequence}|{change.key}".encode())
    return Announcement(
        event_id=f"evt_{digest[:32]}",
        kind="ledger.altered",
        detail={"item": change.key, "change": change.change.value},
    )
