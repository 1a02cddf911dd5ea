"""The ports of clearing: its windows, its runs, and the machine that carries a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from chalicelib.clearing.domain.bank import Receipt
from chalicelib.clearing.domain.debts import ClaimDebts
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.repair import Mended, Repair, SoundShard
from chalicelib.clearing.domain.run import Confirmation, Run, ShardSummary, Stage, StatementRecord
from chalicelib.clearing.domain.windows import Gate, Position
from chalicelib.kernel.access import Principal
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId, TransactionId
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.obligations import Entry, Window
from chalicelib.ledger.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AddPositions(Part):
    """The entry of a transaction into a window: its gate counts the entry, its positions grow. Conditions: the gate is
    open, and the entry is not in this window. A gate that does not exist yet is open: closing creates the gate closed.
    """

    window: Window
    entry: Entry


@dataclass(frozen=True, slots=True)
class OpenRun(Part):
    """A new run, with its tier's pointer moved past its window. Conditions: the run is new, the pointer exists."""

    run: Run


@dataclass(frozen=True, slots=True)
class WriteRun(Part):
    """A replaced run. Condition: the stored run has the revision before `run.revision`."""

    run: Run


@dataclass(frozen=True, slots=True)
class RequireRun(Part):
    """A condition without a write: the stored run has this revision."""

    run_id: RunId
    revision: int


@dataclass(frozen=True, slots=True)
class MoveManifest(Part):
    """The newest manifest of a tier. Condition: `previous` is the newest before, or the tier has no manifest."""

    tier: AreaCode
    previous: str | None
    manifest: str


@dataclass(frozen=True, slots=True)
class AddConfirmation(Part):
    """An area's new confirmation. Condition: the area has not confirmed."""

    run_id: RunId
    confirmation: Confirmation


@dataclass(frozen=True, slots=True)
class AddMended(Part):
    """A change made by a repair, kept on record. Keeping the same change again changes nothing."""

    run_id: RunId
    mended: Mended


@dataclass(frozen=True, slots=True)
class AddReceipt(Part):
    """A run's receipt in its place, or a receipt of a `province`'s hand-down. Condition: the place is free."""

    run_id: RunId
    place: int
    receipt: Receipt
    province: AreaCode | None = None


class WindowStore(Protocol):
    """Windows as settlements write them. All reads are strongly consistent."""

    def open_window(self, tier: AreaCode, period: str) -> Window:
        """Return the window the pointer names now; the first window where no run was ever started."""
        ...

    def window_of(self, tier: AreaCode, period: str, transaction_id: TransactionId) -> Window | None:
        """Return the window of a tier and month that holds a transaction; None where no window does."""
        ...

    def has_entered(self, window: Window, transaction_id: TransactionId) -> bool:
        """Tell whether a transaction is in a window, by a single read however many transactions the window holds."""
        ...

    def close_gate(self, window: Window, shard: int) -> Gate:
        """Close a gate for good; closing again changes nothing. Returns the gate as closed."""
        ...

    def gate(self, window: Window, shard: int) -> Gate: ...

    def passed(self, window: Window) -> int:
        """Return the number of transactions that passed the window's gates, all gates read at once."""
        ...

    def entries(self, window: Window, shard: int) -> tuple[Entry, ...]:
        """Return a shard's entries, sorted by transaction."""
        ...

    def positions(self, window: Window, shard: int) -> tuple[Position, ...]:
        """Return a shard's positions in the order of kind, debtor and creditor."""
        ...

    def make_sound(self, window: Window, shard: int, sound: SoundShard) -> None:
        """Make a shard whose gate is closed hold exactly these entries. A repeated call changes nothing; entries taken
        out stay in the store, marked as struck. Raises `VersionConflict` where the gate is open.
        """
        ...

    def journal(self, tier: AreaCode, period: str, shard: int) -> tuple[Transaction, ...]:
        """Return the ledger's transactions of a month and shard that owe between areas in a tier, without citations."""
        ...


class RunStore(Protocol):
    """Runs with their shards, statements, disputes, receipts and repairs."""

    def get(self, run_id: RunId) -> Run | None: ...

    def keep_shard(self, run_id: RunId, summary: ShardSummary) -> None:
        """Keep the result of proving a shard; the last result stands."""
        ...

    def shards(self, run_id: RunId) -> tuple[ShardSummary, ...]: ...

    def keep_statement(self, run_id: RunId, record: StatementRecord) -> None: ...

    def statement(self, run_id: RunId, edition: int, area: AreaCode) -> StatementRecord | None: ...

    def statements(self, run_id: RunId, edition: int) -> tuple[StatementRecord, ...]:
        """Return the statements of an edition, by area."""
        ...

    def confirmations(self, run_id: RunId) -> tuple[Confirmation, ...]: ...

    def disputes(self, run_id: RunId) -> tuple[Dispute, ...]: ...

    def debts(self, claim_id: ClaimId) -> ClaimDebts:
        """Return the debts that disputes and rulings of any run left on a claim; version 0 where none ever did."""
        ...

    def receipts(self, run_id: RunId) -> tuple[Receipt, ...]:
        """Return a run's receipts, in the order in which they were recorded."""
        ...

    def handed_receipts(self, run_id: RunId) -> Mapping[AreaCode, tuple[Receipt, ...]]:
        """Return the receipts of each province's hand-down, in the order in which they were recorded."""
        ...

    def repairs(self, run_id: RunId) -> tuple[Repair, ...]:
        """Return a run's repairs, in the order in which they were requested."""
        ...

    def mended(self, run_id: RunId) -> tuple[Mended, ...]:
        """Return the changes made by repairs, by repair, shard and transaction."""
        ...

    def keep_token(self, run_id: RunId, stage: Stage, token: str) -> None:
        """Keep the token with which the machine waits; the newest execution's token stands."""
        ...

    def token(self, run_id: RunId, stage: Stage) -> str | None: ...

    def last_manifest(self, tier: AreaCode) -> str | None:
        """Return the hash of the newest manifest of a tier."""
        ...


class ClearingMachine(Protocol):
    def start(self, run_id: RunId, tier: AreaCode, attempt: int) -> bool:
        """Start a run's execution once per attempt. False where that attempt already ran to its end."""
        ...

    def proceed(self, token: str) -> None:
        """Let an execution that waits with a token continue; nothing happens where the execution no longer waits."""
        ...


class RecoverFromHospital(Protocol):
    def __call__(self, principal: Principal, claim_id: ClaimId, reason: str, /) -> object:
        """Reverse the claim, so that its hospital owes the amount a ruling took from the debtor."""
        ...
