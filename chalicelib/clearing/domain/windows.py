"""Clearing windows: the gates, the positions and the entries behind them.

A window belongs to one tier and one Asia/Shanghai month of posting and has a number there. Its 64 gates each count the
transactions that passed and sum a 64-bit hash of their ids, so that a window can be compared with the journal. Nothing
here knows a store; the caller reads the open window, and the gate guards the choice in the writer's own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import Entry


class GateStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Gate:
    """A shard of a window: the number of transactions that passed, and their hashes' sum. An unused gate is open."""

    status: GateStatus = GateStatus.OPEN
    count: int = 0
    hash_sum: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """The amount an area owes another in a window, of one kind, and the number of lines behind the amount.

    The amount is negative where more was taken back than was owed.
    """

    debtor: AreaCode
    creditor: AreaCode
    kind: ObligationKind
    amount_fen: Fen
    claims: int


def positions_of(found: Iterable[Entry]) -> tuple[Position, ...]:
    """Return the positions of some entries, in the order of kind, debtor and creditor."""
    return summed(
        Position(owed.debtor, owed.creditor, owed.kind, owed.amount_fen, 1)
        for entry in found
        for owed in entry.obligations
    )


def summed(positions: Iterable[Position]) -> tuple[Position, ...]:
    """Sum positions into one row per kind and pair, sorted. A row that sums to zero stays for its claims' sake."""
    sums: dict[tuple[str, str, str], Position] = {}
    for position in positions:
        key = (position.kind.value, position.debtor, position.creditor)
        held = sums.get(key)
        sums[key] = position if held is None else _together(held, position)
    return tuple(sums[key] for key in sorted(sums))


def _together(one: Position, other: Position) -> Position:
    return Position(one.debtor, one.creditor, one.kind, one.amount_fen + other.amount_fen, one.claims + other.claims)
