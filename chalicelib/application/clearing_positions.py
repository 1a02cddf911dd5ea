"""The parts that bring a transaction's obligations into the windows, in the write that posts the transaction.

Every use case that posts something which owes between areas adds them. One that forgets is found by the next close.

    read pointer ──> gate of that window, conditional on open ──┐
          ^                                                     ├── one transaction with the posting
          └── the gate was closed in between: read again <──────┘
"""

from __future__ import annotations

from chalicelib.application.clearing_ports import WindowStore
from chalicelib.application.commits import AddPositions
from chalicelib.domain.clearing.windows import entries
from chalicelib.domain.ledger import Transaction


def positions_for(windows: WindowStore, transaction: Transaction) -> tuple[AddPositions, ...]:
    """One part per tier the transaction owes in; none for one that owes nothing between areas."""
    return tuple(
        AddPositions(windows.open_window(tier, transaction.period), entry)
        for tier, entry in entries(transaction).items()
    )
