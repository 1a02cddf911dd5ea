"""Windows and runs in memory, with the promises of the adapters; one suite holds both to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from chalicelib.clearing.domain.bank import Receipt
from chalicelib.clearing.domain.repair import Mended, SoundShard
from chalicelib.clearing.domain.run import Confirmation, Run, ShardSummary, Stage, StatementRecord
from chalicelib.clearing.domain.windows import Gate, GateStatus, Position, positions_of, summed
from chalicelib.clearing.ports import (
    AddConfirmation,
    AddMended,
    AddPositions,
    AddReceipt,
    MoveManifest,
    OpenRun,
    RequireRun,
    WriteRun,
)
from chalicelib.clearing.tables.stores import DynamoRunStore
from chalicelib.clearing.tables.writes import ClearingPart
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.words.ids import AreaCode, RunId, TransactionId
from chalicelib.ledger.domain.obligations import Entry, Window, entries, hash64, shard_of
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.platform.aws.table import Table


@dataclass
class ClearingMemory:
    """The clearing windows and runs in memory."""

    pointers: dict[tuple[str, str], int] = field(default_factory=dict)
    gates: dict[tuple[Window, int], Gate] = field(default_factory=dict)
    entries: dict[tuple[Window, int], dict[str, Entry]] = field(default_factory=dict)
    positions: dict[tuple[Window, int], dict[tuple[str, str, str], Position]] = field(default_factory=dict)
    runs: dict[RunId, Run] = field(default_factory=dict)
    shards: dict[tuple[str, int], ShardSummary] = field(default_factory=dict)
    statements: dict[tuple[str, int, str], StatementRecord] = field(default_factory=dict)
    confirmations: dict[tuple[str, str], Confirmation] = field(default_factory=dict)
    receipts: dict[tuple[str, AreaCode | None, int], Receipt] = field(default_factory=dict)
    mended: dict[tuple[str, str, int, str], Mended] = field(default_factory=dict)
    tokens: dict[tuple[str, Stage], str] = field(default_factory=dict)
    manifests: dict[str, str] = field(default_factory=dict)

    def holds(self, part: ClearingPart) -> bool:  # noqa: PLR0911 one answer for each kind of part
        """Tell whether a part's condition is met."""
        match part:
            case AddPositions(window, entry):
                place = (window, shard_of(entry.transaction_id))
                is_open = self.gates.get(place, Gate()).status is GateStatus.OPEN
                return is_open and entry.transaction_id not in self.entries.get(place, {})
            case OpenRun(run):
                pointer = self.pointers.get((run.window.tier, run.window.period), 1)
                return run.run_id not in self.runs and pointer == run.window.number
            case WriteRun(run):
                return self._revision(run.run_id) == run.revision - 1
            case RequireRun(run_id, revision):
                return self._revision(run_id) == revision
            case MoveManifest(tier, previous, _):
                return self.manifests.get(tier) == previous
            case AddConfirmation(run_id, confirmation):
                return (run_id, confirmation.area) not in self.confirmations
            case AddMended():
                return True
            case AddReceipt(run_id, place_in_run, _, province):
                return (run_id, province, place_in_run) not in self.receipts

    def apply(self, part: ClearingPart) -> None:
        """Apply a part to the memory."""
        match part:
            case AddPositions(window, entry):
                self.apply_entry(window, entry)
            case OpenRun(run):
                self.pointers[run.window.tier, run.window.period] = run.window.next.number
                self.runs[run.run_id] = run
            case WriteRun(run):
                self.runs[run.run_id] = run
            case MoveManifest(tier, _, manifest):
                self.manifests[tier] = manifest
            case AddConfirmation(run_id, confirmation):
                self.confirmations[run_id, confirmation.area] = confirmation
            case AddMended(run_id, mended):
                self.mended[run_id, mended.repair_id, mended.shard, mended.transaction_id or ""] = mended
            case AddReceipt(run_id, place_in_run, receipt, province):
                self.receipts[run_id, province, place_in_run] = receipt
            case RequireRun():
                pass

    def apply_entry(self, window: Window, entry: Entry) -> None:
        """Apply a settlement's entry to the gate of its window."""
        place = (window, shard_of(entry.transaction_id))
        gate = self.gates.get(place, Gate())
        self.gates[place] = Gate(gate.status, gate.count + 1, gate.hash_sum + hash64(entry.transaction_id))
        self.entries.setdefault(place, {})[entry.transaction_id] = entry
        held = self.positions.setdefault(place, {})
        for added in positions_of([entry]):
            key = (added.kind.value, added.debtor, added.creditor)
            (held[key],) = summed((held[key], added)) if key in held else (added,)

    def _revision(self, run_id: RunId) -> int | None:
        run = self.runs.get(run_id)
        return None if run is None else run.revision


class FakeWindowStore:
    """Windows; `ledger` gives the journal they are held against."""

    def __init__(self, memory: ClearingMemory, ledger: Callable[[], list[Transaction]]) -> None:
        self._memory = memory
        self._ledger = ledger
        self._owing: dict[tuple[str, str, int], list[Transaction]] = {}
        self._read = 0

    def open_window(self, tier: AreaCode, period: str) -> Window:
        return Window(tier, period, self._memory.pointers.get((tier, period), 1))

    def window_of(self, tier: AreaCode, period: str, transaction_id: TransactionId) -> Window | None:
        place = (tier, period, shard_of(transaction_id))
        for (window, shard), found in list(self._memory.entries.items()):
            if (window.tier, window.period, shard) == place and transaction_id in found:
                return window
        return None

    def has_entered(self, window: Window, transaction_id: TransactionId) -> bool:
        return transaction_id in self._memory.entries.get((window, shard_of(transaction_id)), {})

    def close_gate(self, window: Window, shard: int) -> Gate:
        closed = replace(self.gate(window, shard), status=GateStatus.CLOSED)
        self._memory.gates[window, shard] = closed
        return closed

    def gate(self, window: Window, shard: int) -> Gate:
        return self._memory.gates.get((window, shard), Gate())

    def passed(self, window: Window) -> int:
        own = (window.number, window.period, window.tier)
        gates = self._memory.gates.items()
        return sum(gate.count for (each, _), gate in gates if (each.number, each.period, each.tier) == own)

    def entries(self, window: Window, shard: int) -> tuple[Entry, ...]:
        found = self._memory.entries.get((window, shard), {})
        return tuple(found[name] for name in sorted(found))

    def make_sound(self, window: Window, shard: int, sound: SoundShard) -> None:
        if self.gate(window, shard).status is not GateStatus.CLOSED:
            raise VersionConflict
        self._memory.entries[window, shard] = {entry.transaction_id: entry for entry in sound.entries}
        self._memory.positions[window, shard] = {(p.kind.value, p.debtor, p.creditor): p for p in sound.positions}
        self._memory.gates[window, shard] = Gate(GateStatus.CLOSED, sound.count, sound.hash_sum)

    def positions(self, window: Window, shard: int) -> tuple[Position, ...]:
        found = self._memory.positions.get((window, shard), {})
        return tuple(found[key] for key in sorted(found))

    def journal(self, tier: AreaCode, period: str, shard: int) -> tuple[Transaction, ...]:
        whole = self._ledger()
        for transaction in whole[self._read :]:
            for owed_in in entries(transaction):
                key = (owed_in, transaction.period, shard_of(transaction.id))
                self._owing.setdefault(key, []).append(replace(transaction, citations=()))
        self._read = len(whole)
        found = self._owing.get((tier, period, shard), [])
        return tuple(sorted(found, key=lambda transaction: transaction.id))


class FakeRunStore(DynamoRunStore):
    """Runs; disputes, debts and repairs lie in the tables in memory."""

    def __init__(self, memory: ClearingMemory, state: Table) -> None:
        super().__init__(state)
        self._memory = memory

    def get(self, run_id: RunId) -> Run | None:
        return self._memory.runs.get(run_id)

    def keep_shard(self, run_id: RunId, summary: ShardSummary) -> None:
        self._memory.shards[run_id, summary.shard] = summary

    def shards(self, run_id: RunId) -> tuple[ShardSummary, ...]:
        return tuple(each for key, each in sorted(self._memory.shards.items()) if key[0] == run_id)

    def keep_statement(self, run_id: RunId, record: StatementRecord) -> None:
        self._memory.statements[run_id, record.edition, record.area] = record

    def statement(self, run_id: RunId, edition: int, area: AreaCode) -> StatementRecord | None:
        return self._memory.statements.get((run_id, edition, area))

    def statements(self, run_id: RunId, edition: int) -> tuple[StatementRecord, ...]:
        return tuple(each for key, each in sorted(self._memory.statements.items()) if key[:2] == (run_id, edition))

    def confirmations(self, run_id: RunId) -> tuple[Confirmation, ...]:
        return tuple(each for key, each in sorted(self._memory.confirmations.items()) if key[0] == run_id)

    def receipts(self, run_id: RunId) -> tuple[Receipt, ...]:
        return self._receipts(run_id, None)

    def handed_receipts(self, run_id: RunId) -> dict[AreaCode, tuple[Receipt, ...]]:
        provinces = {key[1] for key in self._memory.receipts if key[0] == run_id and key[1] is not None}
        return {province: self._receipts(run_id, province) for province in sorted(provinces)}

    def mended(self, run_id: RunId) -> tuple[Mended, ...]:
        return tuple(each for key, each in sorted(self._memory.mended.items()) if key[0] == run_id)

    def _receipts(self, run_id: RunId, province: AreaCode | None) -> tuple[Receipt, ...]:
        own = {key[2]: each for key, each in self._memory.receipts.items() if key[:2] == (run_id, province)}
        return tuple(own[place] for place in sorted(own))

    def keep_token(self, run_id: RunId, stage: Stage, token: str) -> None:
        self._memory.tokens[run_id, stage] = token

    def token(self, run_id: RunId, stage: Stage) -> str | None:
        return self._memory.tokens.get((run_id, stage))

    def last_manifest(self, tier: AreaCode) -> str | None:
        return self._memory.manifests.get(tier)


class FakeClearingMachine:
    """Remembers the started runs and the parties that may continue."""

    def __init__(self) -> None:
        self.started: list[tuple[RunId, AreaCode, int]] = []
        self.proceeded: list[str] = []

    def start(self, run_id: RunId, tier: AreaCode, attempt: int) -> bool:
        if (run_id, tier, attempt) in self.started:
            return False
        self.started.append((run_id, tier, attempt))
        return True

    def proceed(self, token: str) -> None:
        if token not in self.proceeded:
            self.proceeded.append(token)
