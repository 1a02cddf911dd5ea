"""Builds the writes that post a transaction: the journal, its budget use and its clearing windows, together.

Every use case that posts goes through this module, so that budgets and clearing see every posting.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.budgets.ports import UseBudgets
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.clearing.ports import AddPositions, WindowStore
from chalicelib.clearing.usecases.debts import DebtBook
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.obligations import Window, entries
from chalicelib.ledger.domain.transaction import Transaction, numbered, settlement_id
from chalicelib.ledger.ports import LedgerStore, PostTransaction


@dataclass(frozen=True, slots=True)
class Booking:
    windows: WindowStore
    debts: DebtBook

    def parts(self, transaction: Transaction, known: Mapping[str, Window] | None = None) -> tuple[Part, ...]:
        """Return the writes that post a transaction. `known` are open windows by their tier, where they were read
        already.
        """
        uses = transaction.budget
        budgets = (UseBudgets(transaction.id, uses[0].institution, transaction.period, uses),) if uses else ()
        return (PostTransaction(transaction), *budgets, *positions_for(self.windows, transaction, known))

    def is_closed(self, transaction: Transaction, current_period: str) -> bool:
        """Tell whether a transaction's window has been closed. A transaction that owes nobody has the window of its
        month; any other has the window of its tier, which is closed once another window is open.
        """
        owing = entries(transaction)
        if not owing:
            return transaction.period < current_period
        return any(not self._is_in_open_window(transaction, tier) for tier in owing)

    def _is_in_open_window(self, transaction: Transaction, tier: AreaCode) -> bool:
        return self.windows.has_entered(self.windows.open_window(tier, transaction.period), transaction.id)


@dataclass(frozen=True, slots=True)
class Trail:
    """The standing transactions of a claim, in the order of posting.

    `settlement`: its settlement and every correction; `enrolments`: the movements from pending to a fund; `rounds`: the
    sums offset, restored and ordered.
    """

    settlement: tuple[Transaction, ...]
    enrolments: tuple[Transaction, ...]
    rounds: tuple[Transaction, ...]


def trail_of(ledger: LedgerStore, record: ClaimRecord) -> Trail:
    """Read a settled claim's transactions by their ids. A round that moved nothing has none."""
    settled, claim_id = record.settlement, record.claim_id
    if settled is None:
        return Trail((), (), ())
    corrections = [numbered("correct", claim_id, number) for number in range(1, settled.corrections + 1)]
    enrolments = [numbered("enrol", claim_id, number) for number in range(settled.corrections + 1)]
    rounds = [
        numbered(kind, claim_id, number) for number in range(settled.rounds) for kind in ("restore", "offset", "pay")
    ]
    return Trail(
        settlement=_posted(ledger, [settlement_id(claim_id), *corrections]),
        enrolments=_posted(ledger, enrolments if settled.reclassified else []),
        rounds=_posted(ledger, rounds),
    )


def _posted(ledger: LedgerStore, ids: list[TransactionId]) -> tuple[Transaction, ...]:
    return tuple(found for each in ids if (found := ledger.get(each)) is not None)


def positions_for(
    windows: WindowStore, transaction: Transaction, known: Mapping[str, Window] | None = None
) -> tuple[AddPositions, ...]:
    """Return one part per tier the transaction owes in; none for a transaction that owes nothing between areas."""
    read = known or {}
    return tuple(
        AddPositions(read.get(tier) or windows.open_window(tier, transaction.period), entry)
        for tier, entry in entries(transaction).items()
    )
