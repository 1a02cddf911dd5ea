"""Which window an obligation falls into, and what a window keeps: gates, positions and the entries behind them.

A window belongs to one tier and one Asia/Shanghai month of posting and has a number there. Its 16 gates each count the
transactions that passed and sum a 64-bit hash of their ids, so that a window can be compared with the journal. Nothing
here knows a store; which window is open is read by the caller and guarded by the gate, in the writer's own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from chalicelib.domain.accounts import ObligationKind
from chalicelib.domain.ledger import LedgerEvent, Obligation, Transaction, obligations
from chalicelib.domain.money import Fen
from chalicelib.domain.registry import NATION

SHARDS = tuple(range(16))
"""The gates of a window. Their number bounds how many settlements of a tier can be written at once."""

_MOVES_WHAT_IS_CLEARED = frozenset({LedgerEvent.CLEARED, LedgerEvent.DISPUTED})
"""Events that take obligations out of the accounts between areas: what windows bring about, not what they hold."""


class GateStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


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
class Gate:
    """One shard of a window: how many transactions passed, and their hashes' sum. A gate nobody passed is open."""

    status: GateStatus = GateStatus.OPEN
    count: int = 0
    hash_sum: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """What one area owes another in a window, of one kind, and how many lines it is made of.

    Negative where more was taken back than was owed.
    """

    debtor: str
    creditor: str
    kind: ObligationKind
    amount_fen: Fen
    claims: int


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


def positions_of(found: Iterable[Entry]) -> tuple[Position, ...]:
    """The positions that some entries add up to, in the order of kind, debtor and creditor."""
    return summed(
        Position(owed.debtor, owed.creditor, owed.kind, owed.amount_fen, 1)
        for entry in found
        for owed in entry.obligations
    )


def summed(positions: Iterable[Position]) -> tuple[Position, ...]:
    """Positions with one row per kind and pair, sorted. A row that came to nothing stays, for its claims' sake."""
    sums: dict[tuple[str, str, str], Position] = {}
    for position in positions:
        key = (position.kind.value, position.debtor, position.creditor)
        held = sums.get(key)
        sums[key] = position if held is None else _together(held, position)
    return tuple(sums[key] for key in sorted(sums))


def _together(one: Position, other: Position) -> Position:
    return Position(one.debtor, one.creditor, one.kind, one.amount_fen + other.amount_fen, one.claims + other.claims)


def _place(obligation: Obligation) -> tuple[str, str, str]:
    return (obligation.kind.value, obligation.debtor, obligation.creditor)
