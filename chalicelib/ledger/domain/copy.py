"""Compares the ledger with its copy, item by item and in both directions.

The copy is written once, by another role than the ledger's, and can be neither changed nor removed while locked. An
item of the ledger that differs from its copy was therefore altered. Source: design.md section 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant


@dataclass(frozen=True, slots=True)
class LedgerItem:
    """A stored item of the ledger: its key, the hash of its canonical JSON, and the instant that it names (UTC)."""

    key: str
    content_hash: str
    occurred_at: Instant


@dataclass(frozen=True, slots=True)
class CopiedItem:
    """The copy of an item: its key and its content's hash. `versions` counts the versions ever written under the copy's
    name (one is right); `hidden` tells that somebody marked the copy as deleted.
    """

    key: str
    content_hash: str
    versions: int = 1
    hidden: bool = False


def compare_copies(
    items: Mapping[str, LedgerItem], copies: Iterable[CopiedItem], before: str
) -> tuple[Difference, ...]:
    """Return every difference between ledger and copy, by key; `()` when there is no difference.

    An item whose instant is not `before` may still be on its way to the copy.
    """
    differences: dict[tuple[str, str], Difference] = {}

    def note(what: str, key: str) -> None:
        differences[key, what] = Difference(what, key, 0)

    copied: set[str] = set()
    for copy in copies:
        copied.add(copy.key)
        item = items.get(copy.key)
        if item is None:
            note("copy-without-item", copy.key)
        elif item.content_hash != copy.content_hash:
            note("copy-differs", copy.key)
        if copy.versions != 1 or copy.hidden:
            note("copy-touched", copy.key)
    for key, item in items.items():
        if key not in copied and item.occurred_at < before:
            note("copy-missing", key)
    return tuple(differences[place] for place in sorted(differences))


@dataclass(frozen=True, slots=True)
class Difference:
    """A failed check: the check (stable code), the place (account, transaction, budget), and both figures."""

    what: str
    where: str
    journal_fen: Fen
    state_fen: Fen = 0
