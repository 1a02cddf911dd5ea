"""Copies what is added to the ledger to where nobody can change it, tells when anything in it was changed, and holds
both against each other.

The table's stream is the source, not whoever posts: so what reaches the ledger past the one adapter is copied too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Announcement, Clock, Events
from chalicelib.kernel.time import instant
from chalicelib.ledger.domain.copy import CopiedItem, Difference, LedgerItem, compare_copies
from chalicelib.ledger.ports import LedgerStore

GRACE = timedelta(minutes=15)
"""How long an item may be on its way to the copy: the stream takes a second, a function that fails is tried again."""


class LedgerArchive(Protocol):
    """Where the copies are. A copy is never replaced and never removed."""

    def keep(self, key: str, content: bytes) -> None:
        """Keep a content under an item's key and its own hash; the same again changes nothing."""
        ...

    def copies(self) -> Iterable[CopiedItem]:
        """Every copy."""
        ...


class Change(StrEnum):
    """What a stream says that happened to an item."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """One record of the stream: `sequence` is its place in it, `key` the item's, `content` the item's canonical JSON
    where something was added.
    """

    sequence: str
    change: Change
    key: str
    content: bytes = b""


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

    def __call__(self, changes: Sequence[LedgerChange]) -> CopyOutcome:
        """Deal with records in their order, as often as they come. What lies behind a failed one is left for later."""
        altered: list[str] = []
        for each in changes:
            try:
                if each.change is Change.ADDED:
                    self.archive.keep(each.key, each.content)
                else:
                    altered.append(each.key)
                    self.events.tell(_alarm(each))
            except Unavailable:
                return CopyOutcome(each.sequence, tuple(altered))
        return CopyOutcome(None, tuple(altered))


@dataclass(frozen=True, slots=True)
class CompareCopies:
    """The ledger's items, read as they stand, against the copies."""

    ledger: LedgerStore
    archive: LedgerArchive
    clock: Clock

    def __call__(self, months: Iterable[tuple[str, str]]) -> tuple[Difference, ...]:
        """Everything in which they differ. `months` says in which tiers and months there are items beside the journal.

        The copies are read first: whatever has a copy by then is in the ledger when the ledger is read.
        """
        before = instant(self.clock.now() - GRACE)
        copies = list(self.archive.copies())
        items: dict[str, LedgerItem] = {each.key: each for each in every(self.ledger.stored)}
        for tier, period in sorted(months):
            items |= {each.key: each for each in self.ledger.stored_owing(tier, period)}
        return compare_copies(items, copies, before)


def _alarm(change: LedgerChange) -> Announcement:
    digest = sha256_hex(f"{change.sequence}|{change.key}".encode())
    return Announcement(
        event_id=f"evt_{digest[:32]}",
        kind="ledger.altered",
        detail={"item": change.key, "change": change.change.value},
    )
