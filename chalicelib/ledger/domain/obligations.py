"""Clearing windows of obligations: tiers, windows, shards, and the entries that a transaction makes in windows."""

from __future__ import annotations

from hashlib import sha256

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.ledger.domain.transaction import LedgerEvent, Obligation, Transaction, obligations
from chalicelib.registry.domain.model import NATION

SHARDS = tuple(range(64))
"""The gates of a window. Their number bounds the settlements of a tier that can be written at once."""

PARTS_SINCE: tuple[tuple[str, int], ...] = (("", 16),)
"""The number of parts in which a month is read, from a month (`2027-04`) on until the next row. The number is a power
of two from 16 to 64, and names stored keys: a row stands for good once a transaction was posted in its months. A row is
added in a release that runs everywhere before its month begins."""

STATE_PARTS = tuple(range(16))
"""The parts in which an audit judges the state."""

_MOVES_WHAT_IS_CLEARED = frozenset({LedgerEvent.CLEARED, LedgerEvent.DISPUTED})
"""Events that take obligations out of the accounts between areas. Windows cause these events and do not hold them."""


def month_parts(period: str) -> tuple[int, ...]:
    """Return the parts of a month. A transaction lies in the part of its gate's number, counted from 0 again after the
    last part, whatever partition holds the item.
    """
    return tuple(range(next(number for since, number in reversed(PARTS_SINCE) if since <= period)))


@dataclass(frozen=True, slots=True)
class Window:
    """The `number`-th window of a tier and a month (`2026-11`), counted from 1."""

    tier: AreaCode
    period: str
    number: int

    @property
    def next(self) -> Window:
        return Window(self.tier, self.period, self.number + 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry of a transaction in a window: its obligations of the window's tier. `cause` is the claim."""

    transaction_id: TransactionId
    cause: str
    occurred_at: Instant
    obligations: tuple[Obligation, ...]


def province_of(area: AreaCode) -> AreaCode:
    """Return the province of an area, by the first two digits of GB/T 2260; the nation stands for itself.

    The province is taken from the code and not from a registry: a tier must not change with a new edition of the
    registry while a window of the tier is open.
    """
    return AreaCode(f"{area[:2]}0000")


def tier_of(obligation: Obligation) -> AreaCode:
    """Return the clearing tier of an obligation: the province where both sides lie in one province, otherwise the
    nation.

    The nation's own part of a subsidy is cleared in the province it goes to (S-02, W-03).
    """
    provinces = {province_of(area) for area in (obligation.debtor, obligation.creditor)} - {NATION}
    return provinces.pop() if len(provinces) == 1 else NATION


def entries(transaction: Transaction) -> dict[AreaCode, Entry]:
    """Return a transaction's entries in the windows, by tier; empty for a transaction without obligations between
    areas.
    """
    if transaction.event in _MOVES_WHAT_IS_CLEARED:
        return {}
    by_tier: dict[AreaCode, list[Obligation]] = {}
    for obligation in obligations(transaction):
        by_tier.setdefault(tier_of(obligation), []).append(obligation)
    return {
        tier: Entry(transaction.id, transaction.cause, transaction.occurred_at, tuple(sorted(owed, key=_place)))
        for tier, owed in sorted(by_tier.items())
    }


def shard_of(transaction_id: TransactionId) -> int:
    """Return the gate that a transaction passes, always the same."""
    return sha256(transaction_id.encode()).digest()[8] % len(SHARDS)


def hash64(transaction_id: TransactionId) -> int:
    """Return the number that a transaction adds to its gate's sum."""
    return int.from_bytes(sha256(transaction_id.encode()).digest()[:8], "big")


def _place(obligation: Obligation) -> tuple[str, str, str]:
    return (obligation.kind.value, obligation.debtor, obligation.creditor)
