"""Copies the ledger's new items to a locked archive, reports altered items, and compares the ledger with its copies.

The copies are made from the table's stream and not by the posting code, so that an item written past the adapter is
copied too.
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
from chalicelib.kernel.words.ids import AreaCode, EventId
from chalicelib.ledger.domain.copy import CopiedItem, Difference, LedgerItem, compare_copies
from chalicelib.ledger.domain.transaction import posting_period
from chalicelib.ledger.ports import LedgerStore

GRACE = timedelta(minutes=15)
"""The time an item may take to reach the copy: the stream takes a second, and a failed function is tried again."""


_ON_ITS_WAY = timedelta(days=2)
"""The age from which an ended month takes no new items: a stream forgets after a day."""


@dataclass(frozen=True, slots=True)
class AddedItem:
    """An item to be copied: its key and its canonical JSON."""

    key: str
    content: bytes


class LedgerArchive(Protocol):
    """The archive of the copies. A copy is never replaced and never removed."""

    def keep(self, period: str, items: Sequence[AddedItem]) -> None:
        """Keep items of a month together, under the root over them; repeating the call changes nothing."""
        ...

    def copies(self) -> Iterable[CopiedItem]:
        """Return every copy."""
        ...

    def copies_of(self, period: str, part: int) -> Iterable[CopiedItem]:
        """Return one of the parts of a month's copies: as many as the month's own parts, and unrelated to these."""
        ...


class Change(StrEnum):
    """The kinds of change that a stream reports for an item."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """A record of the stream: `sequence` is its place in the stream, `key` the item's key. For an added item, `content`
    is the item's canonical JSON and `period` the month of posting.
    """

    sequence: str
    change: Change
    key: str
    content: bytes = b""
    period: str = ""


@dataclass(frozen=True, slots=True)
class CopyOutcome:
    """The outcome of a batch: `failed` is the first record that could not be handled, None when all were handled;
    `altered` are the keys of items that were changed or removed, which nobody may do.
    """

    failed: str | None
    altered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyLedger:
    archive: LedgerArchive
    events: Events
    clock: Clock

    def __call__(self, changes: Sequence[LedgerChange]) -> CopyOutcome:
        """Handle records in their order; records may come repeatedly. The records behind a failed record are left for
        later. Every posting bears the clock's time, so an item added to a month that ended longer ago than a stream
        remembers is reported as altered.

        Added items are kept together, month by month: a locked object for every record would cost more than the
        settlement that it copies.
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
    """The comparison of the ledger's stored items with the copies."""

    ledger: LedgerStore
    archive: LedgerArchive
    clock: Clock

    def __call__(
        self, periods: Iterable[str], owing: Iterable[tuple[AreaCode, str]], more: Iterable[LedgerItem] = ()
    ) -> tuple[Difference, ...]:
        """Return every difference. Beside the journal, the compared items are those of the months `periods`, those of
        the tiers and months `owing`, and `more` items of the ledger's table.

        The copies are read first: an item copied by then is in the ledger when the ledger is read.
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
    """Return the sequence of the earlier of two records of a batch."""
    return next(each.sequence for each in changes if each.sequence in (one, other))


def _alarm(change: LedgerChange) -> Announcement:
    digest = sha256_hex(f"{change.sequence}|{change.key}".encode())
    return Announcement(
        event_id=EventId(f"evt_{digest[:32]}"),
        kind="ledger.altered",
        detail={"item": change.key, "change": change.change.value},
    )
