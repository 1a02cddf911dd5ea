"""Which window an obligation falls into: tiers, windows, shards, and what a transaction leaves in them."""

from __future__ import annotations

from hashlib import sha256

from chalicelib.kernel.frozen import dataclass
from chalicelib.ledger.domain.transaction import LedgerEvent, Obligation, Transaction, obligations
from chalicelib.registry.domain.model import NATION

SHARDS = tuple(range(64))
"""The gates of a window. Their number bounds how many settlements of a tier can be written at once."""

MONTH_PARTS = tuple(range(16))
"""The parts in which a month is read. What passes a gate is in the part that the gate's number says, counted from 0
again behind the last part, wherever it lies."""

_MOVES_WHAT_IS_CLEARED = frozenset({LedgerEvent.CLEARED, LedgerEvent.DISPUTED})
"""Events that take obligations out of the accounts between areas: what windows bring about, not what they hold."""


@dataclass(frozen=True, slots=True)
class Window:
    """The `number`-th window of a tier and a month (`2026-11`), counted from 1."""

    tier: str
    period: str
    number: int

    @property
    def next(self) -> Window:
        return Window(self.tier, self.period, self.number + 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one transaction left in a window: its obligations of the window's tier. `cause` is the claim."""

    transaction_id: str
    cause: str
    occurred_at: str
    obligations: tuple[Obligation, ...]


def province_of(area: str) -> str:
    """The province an area lies in, by the first two digits of GB/T 2260; the nation stands for itself.

    Taken from the code and not from a registry: a tier must not change with a new edition of the registry while a
    window of it is open.
    """
    return f"{area[:2]}0000"


def tier_of(obligation: Obligation) -> str:
    """Who clears an obligation: the centre of the province where both sides lie in one, otherwise the nation.

    The nation's own part of a subsidy is cleared in the province it goes to (S-02, W-03).
    """
    provinces = {province_of(area) for area in (obligation.debtor, obligation.creditor)} - {NATION}
    return provinces.pop() if len(provinces) == 1 else NATION


def entries(transaction: Transaction) -> dict[str, Entry]:
    """What a transaction leaves in the windows, by tier; empty for one that owes nothing between areas."""
    if transaction.event in _MOVES_WHAT_IS_CLEARED:
        return {}
    by_tier: dict[str, list[Obligation]] = {}
    for obligation in obligations(transaction):
        by_tier.setdefault(tier_of(obligation), []).append(obligation)
    return {
        tier: Entry(transaction.id, transaction.cause, transaction.occurred_at, tuple(sorted(owed, key=_place)))
        for tier, owed in sorted(by_tier.items())
    }


def shard_of(transaction_id: str) -> int:
    """The gate a transaction passes, always the same."""
    return sha256(transaction_id.encode()).digest()[8] % len(SHARDS)


def hash64(transaction_id: str) -> int:
    """The number a transaction adds to its gate's sum."""
    return int.from_bytes(sha256(transaction_id.encode()).digest()[:8], "big")


def _place(obligation: Obligation) -> tuple[str, str, str]:
    return (obligation.kind.value, obligation.debtor, obligation.creditor)
