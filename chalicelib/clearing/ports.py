"""What clearing needs of the world: its windows, its runs, and the machine that carries a run."""

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
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.obligations import Entry, Window
from chalicelib.ledger.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AddPositions(Part):
    """Let a transaction's entry into a window: its gate counts it, its positions grow. Conditions: the gate is open,
    and the entry is not in this window. A gate that does not exist yet is open: closing creates it closed.
    """

    window: Window
    entry: Entry


@dataclass(frozen=True, slots=True)
class OpenRun(Part):
    """Write a new run and move its tier's pointer past its window. Conditions: the run is new, the pointer is there."""

    run: Run


@dataclass(frozen=True, slots=True)
class WriteRun(Part):
    """Replace a run. Condition: it stands at the revision before `run.revision`."""

    run: Run


@dataclass(frozen=True, slots=True)
class RequireRun(Part):
    """Write nothing. Condition: the run stands at this revision."""

    run_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class MoveManifest(Part):
    """Make a manifest the newest of its tier. Condition: `previous` is the newest, or there is none."""

    tier: str
    previous: str | None
    manifest: str


@dataclass(frozen=True, slots=True)
class AddConfirmation(Part):
    """Write an area's confirmation. Condition: it has none."""

    run_id: str
    confirmation: Confirmation


@dataclass(frozen=True, slots=True)
class AddMended(Part):
    """Keep what a repair did. Doing it again keeps the same."""

    run_id: str
    mended: Mended


@dataclass(frozen=True, slots=True)
class AddReceipt(Part):
    """Write a run's receipt in its place, or one of what a `province` hands down. Condition: the place is free."""

    run_id: str
    place: int
    receipt: Receipt
    province: str | None = None


class WindowStore(Protocol):
    """Windows as they are written by settlements. Everything is read strongly consistent."""

    def open_window(self, tier: str, period: str) -> Window:
        """The window the pointer names now; the first one where no run was ever started."""
        ...

    def window_of(self, tier: str, period: str, transaction_id: str) -> Window | None:
        """The window of a tier and month that a transaction is in; None where it is in none of them."""
        ...

    def has_entered(self, window: Window, transaction_id: str) -> bool:
        """Whether a transaction is in a window; one read, however many are."""
        ...

    def close_gate(self, window: Window, shard: int) -> Gate:
        """Let nothing pass a gate any more; again changes nothing. Returns the gate as it was closed."""
        ...

    def gate(self, window: Window, shard: int) -> Gate: ...

    def passed(self, window: Window) -> int:
        """How many transactions passed the window's gates, all of them read at once."""
        ...

    def entries(self, window: Window, shard: int) -> tuple[Entry, ...]:
        """Sorted by transaction."""
        ...

    def positions(self, window: Window, shard: int) -> tuple[Position, ...]:
        """In the order of kind, debtor and creditor."""
        ...

    def make_sound(self, window: Window, shard: int, sound: SoundShard) -> None:
        """Make a shard whose gate is closed hold this and nothing else. Again changes nothing; what is taken out stays
        in the store, marked as struck. Raises `VersionConflict` where the gate is open.
        """
        ...

    def journal(self, tier: str, period: str, shard: int) -> tuple[Transaction, ...]:
        """The ledger's transactions of a month that owe between areas in a tier, of one shard; without citations."""
        ...


class RunStore(Protocol):
    """Runs and what hangs on them."""

    def get(self, run_id: str) -> Run | None: ...

    def keep_shard(self, run_id: str, summary: ShardSummary) -> None:
        """Keep what proving a shard found; the last one stands."""
        ...

    def shards(self, run_id: str) -> tuple[ShardSummary, ...]: ...

    def keep_statement(self, run_id: str, record: StatementRecord) -> None: ...

    def statement(self, run_id: str, edition: int, area: str) -> StatementRecord | None: ...

    def statements(self, run_id: str, edition: int) -> tuple[StatementRecord, ...]:
        """By area."""
        ...

    def confirmations(self, run_id: str) -> tuple[Confirmation, ...]: ...

    def disputes(self, run_id: str) -> tuple[Dispute, ...]: ...

    def debts(self, claim_id: str) -> ClaimDebts:
        """What disputes and rulings of any run left on a claim; version 0 where nobody ever disputed it."""
        ...

    def receipts(self, run_id: str) -> tuple[Receipt, ...]:
        """In the order in which they were recorded."""
        ...

    def handed_receipts(self, run_id: str) -> Mapping[str, tuple[Receipt, ...]]:
        """What was recorded of the payments each province hands down, in the order in which it was recorded."""
        ...

    def repairs(self, run_id: str) -> tuple[Repair, ...]:
        """In the order in which they were asked for."""
        ...

    def mended(self, run_id: str) -> tuple[Mended, ...]:
        """What repairs did, by repair, shard and transaction."""
        ...

    def keep_token(self, run_id: str, stage: Stage, token: str) -> None:
        """Keep where the machine waits; the newest execution's stands."""
        ...

    def token(self, run_id: str, stage: Stage) -> str | None: ...

    def last_manifest(self, tier: str) -> str | None:
        """The hash of the newest manifest of a tier."""
        ...


class ClearingMachine(Protocol):
    def start(self, run_id: str, tier: str, attempt: int) -> bool:
        """Start a run's execution once per attempt. False where that attempt already ran to its end."""
        ...

    def proceed(self, token: str) -> None:
        """Let an execution that waits with a token go on; nothing happens where it no longer waits."""
        ...


class RecoverFromHospital(Protocol):
    def __call__(self, principal: Principal, claim_id: str, reason: str, /) -> object:
        """Reverse the claim, so that its hospital owes what a ruling took from the debtor."""
        ...
