"""The repair of a window that differs from the journal: requested by a person, approved by another.

The ledger is right and is never touched. An obligation no window holds is booked once, under the ledger's own id, into
the window open then; an entry a closed shard holds beyond the ledger is struck out and stays on record. The shard's
entries, positions and gate then agree with the ledger. Source: design.md section 7; docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import NewType

from chalicelib.clearing.domain.proof import Fault, FaultCode, ShardEvidence, owed_by
from chalicelib.clearing.domain.windows import Position, positions_of
from chalicelib.kernel.errors import Conflict, Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import RunId, TransactionId
from chalicelib.ledger.domain.obligations import Entry, hash64

RepairId = NewType("RepairId", str)
"""The id of a repair of a clearing window."""


class RepairStatus(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"


_DECIDED = Finding(
    "repair-decided",
    "repair_id",
    Text("该修复申请已有不同的决定，请查看该决定。", "The repair was decided otherwise already; read that decision."),
)


@dataclass(frozen=True, slots=True)
class Repair:
    """A request to mend the faults that were shown, the `number`-th of a run. `attempt` is the attempt that failed."""

    repair_id: RepairId
    run_id: RunId
    number: int
    attempt: int
    reason: str
    requested: Act
    faults: tuple[Fault, ...]
    status: RepairStatus = RepairStatus.REQUESTED
    decided_in: Act | None = None

    def decided(self, act: Act, *, approve: bool) -> Repair:
        """Return the repair as decided; the same decision again changes nothing. Raises `Conflict` for another."""
        status = RepairStatus.APPROVED if approve else RepairStatus.REFUSED
        if self.status is status:
            return self
        if self.status is not RepairStatus.REQUESTED:
            raise Conflict([_DECIDED.naming(status=self.status.value)])
        return replace(self, status=status, decided_in=act)

    def covers(self, found: Iterable[Fault]) -> bool:
        """Tell whether a shard's faults are those that were approved. A transaction that was not shown is not mended.

        Faults without a transaction follow from those with a transaction, and change while a shard is being mended.
        """
        shown = {(fault.code, fault.transaction_id) for fault in self.faults}
        shards = {fault.shard for fault in self.faults}
        return self.status is RepairStatus.APPROVED and all(
            fault.shard in shards and (fault.transaction_id is None or (fault.code, fault.transaction_id) in shown)
            for fault in found
        )


class Mending(StrEnum):
    """The kind of change made to a shard."""

    BOOKED = "booked"
    STRUCK = "struck"
    CORRECTED = "corrected"
    RECOUNTED = "recounted"


@dataclass(frozen=True, slots=True)
class Mended:
    """A change made by a repair, for the record: to a transaction's entry, or to the gate and sums of a shard (then
    `transaction_id` is None). `window` is the number of the changed window.
    """

    repair_id: RepairId
    what: Mending
    shard: int
    window: int
    transaction_id: TransactionId | None = None


@dataclass(frozen=True, slots=True)
class SoundShard:
    """The contents that a closed shard must have by the ledger."""

    entries: tuple[Entry, ...]

    @property
    def positions(self) -> tuple[Position, ...]:
        return positions_of(self.entries)

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def hash_sum(self) -> int:
        return sum(hash64(entry.transaction_id) for entry in self.entries)


def unbooked(evidence: ShardEvidence) -> tuple[Entry, ...]:
    """Return the entries that the ledger owes and no window of the month holds."""
    held = {entry.transaction_id for entry in (*evidence.entries, *evidence.elsewhere)}
    return tuple(entry for name, entry in sorted(owed_by(evidence).items()) if name not in held)


def sound(evidence: ShardEvidence) -> SoundShard:
    """Return the shard as the ledger requires it: its owed entries, without those that another window also holds."""
    owed, elsewhere = owed_by(evidence), {entry.transaction_id for entry in evidence.elsewhere}
    names = sorted({entry.transaction_id for entry in evidence.entries} & owed.keys() - elsewhere)
    return SoundShard(tuple(owed[name] for name in names))


def changes(evidence: ShardEvidence, repair_id: RepairId) -> tuple[Mended, ...]:
    """Return the changes that make a shard sound."""
    shard, window = evidence.shard, evidence.window.number
    wanted = {entry.transaction_id: entry for entry in sound(evidence).entries}
    done = [
        Mended(repair_id, what, shard, window, entry.transaction_id)
        for entry in evidence.entries
        for what in [_done_to(entry, wanted)]
        if what is not None
    ]
    after, gate = sound(evidence), evidence.gate
    if (gate.count, gate.hash_sum, evidence.positions) != (after.count, after.hash_sum, after.positions):
        done.append(Mended(repair_id, Mending.RECOUNTED, shard, window))
    return tuple(done)


def is_repairable(fault: Fault) -> bool:
    """Tell whether a fault needs a person to look at it; an open gate does not: starting the run again closes it."""
    return fault.code is not FaultCode.GATE_OPEN


def _done_to(entry: Entry, wanted: dict[TransactionId, Entry]) -> Mending | None:
    if entry.transaction_id not in wanted:
        return Mending.STRUCK
    return None if wanted[entry.transaction_id] == entry else Mending.CORRECTED
