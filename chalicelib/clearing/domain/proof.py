"""The proof that a closed window holds exactly the obligations of the journal: none missing, none twice, none added.

The journal is read before the windows. A transaction and its entries are written together, so an entry missing from the
later read was never written. Nothing here reads a store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from chalicelib.clearing.domain.windows import Gate, GateStatus, Position, positions_of
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.domain.obligations import Entry, Window, entries, hash64, shard_of
from chalicelib.ledger.domain.transaction import Transaction


class FaultCode(StrEnum):
    """The possible faults in a shard of a closed window."""

    GATE_OPEN = "gate-open"
    MISSING = "position-missing"
    UNKNOWN = "position-without-transaction"
    TWICE = "transaction-in-two-windows"
    DIFFERS = "entry-differs-from-transaction"
    COUNT = "gate-count"
    HASH = "gate-hash"
    SUMS = "positions-differ-from-entries"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that keeps a window from being cleared, with its transaction where the fault concerns a transaction."""

    code: FaultCode
    shard: int
    transaction_id: TransactionId | None = None


@dataclass(frozen=True, slots=True)
class ShardEvidence:
    """The evidence read of a shard, in this order: the gate (closed), the journal's transactions of the month, then the
    entries of this window and of the tier's other windows of the month, and the positions.
    """

    window: Window
    shard: int
    gate: Gate
    journal: tuple[Transaction, ...]
    entries: tuple[Entry, ...]
    elsewhere: tuple[Entry, ...]
    positions: tuple[Position, ...]


def faults(evidence: ShardEvidence) -> tuple[Fault, ...]:
    """Return all faults of a shard; `()` proves the shard."""
    owed = owed_by(evidence)
    here = {entry.transaction_id: entry for entry in evidence.entries}
    times = Counter(entry.transaction_id for entry in (*evidence.entries, *evidence.elsewhere))
    found = [Fault(FaultCode.GATE_OPEN, evidence.shard)] if evidence.gate.status is GateStatus.OPEN else []
    found += [Fault(FaultCode.MISSING, evidence.shard, name) for name in sorted(owed.keys() - times.keys())]
    found += [Fault(FaultCode.UNKNOWN, evidence.shard, name) for name in sorted(here.keys() - owed.keys())]
    found += [Fault(FaultCode.TWICE, evidence.shard, name) for name in sorted(times) if times[name] > 1]
    found += [
        Fault(FaultCode.DIFFERS, evidence.shard, name)
        for name in sorted(here.keys() & owed.keys())
        if here[name] != owed[name]
    ]
    proved = here.keys() & owed.keys()
    if evidence.gate.count != len(proved):
        found.append(Fault(FaultCode.COUNT, evidence.shard))
    if evidence.gate.hash_sum != sum(hash64(name) for name in proved):
        found.append(Fault(FaultCode.HASH, evidence.shard))
    if evidence.positions != positions_of(evidence.entries):
        found.append(Fault(FaultCode.SUMS, evidence.shard))
    return tuple(found)


def owed_by(evidence: ShardEvidence) -> dict[TransactionId, Entry]:
    """Return the entries that the journal owes to the windows of the evidence's tier and month, by transaction."""
    return {
        transaction.id: entry
        for transaction in _of_shard(evidence.journal, evidence)
        if (entry := entries(transaction).get(evidence.window.tier)) is not None
    }


def _of_shard(journal: Iterable[Transaction], evidence: ShardEvidence) -> Iterable[Transaction]:
    return (
        transaction
        for transaction in journal
        if transaction.period == evidence.window.period and shard_of(transaction.id) == evidence.shard
    )
