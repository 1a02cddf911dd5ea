"""Windows and runs on DynamoDB. All reads are consistent: the proof of a window rests on the stored items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from chalicelib.clearing.domain.bank import Receipt
from chalicelib.clearing.domain.debts import ClaimDebts
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.repair import Mended, Repair, SoundShard
from chalicelib.clearing.domain.run import Confirmation, Run, ShardSummary, Stage, StatementRecord
from chalicelib.clearing.domain.windows import Gate, GateStatus, Position
from chalicelib.clearing.tables import disputes, items
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.pages import read_all
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId, TransactionId
from chalicelib.ledger.domain.obligations import SHARDS, Entry, Window, shard_of
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.tables import DynamoLedgerStore
from chalicelib.platform.aws.table import BASE, Span, Table

T = TypeVar("T")


def pointer_place(tier: AreaCode, period: str) -> tuple[str, str]:
    """Return the key under which a tier's month names its open window."""
    return items.month_pk(tier, period), items.POINTER


def read_pointer(tier: AreaCode, period: str, pointer: Mapping[str, Any] | None) -> Window:
    """Return the open window; the first window until another was opened."""
    return Window(tier, period, 1 if pointer is None else pointer["number"])


class DynamoWindowStore:
    """Windows in the state table, and the journal against which windows are held."""

    def __init__(self, state: Table, ledger: DynamoLedgerStore) -> None:
        self._state = state
        self._ledger = ledger

    def open_window(self, tier: AreaCode, period: str) -> Window:
        return read_pointer(tier, period, self._state.get(*pointer_place(tier, period)))

    def window_of(self, tier: AreaCode, period: str, transaction_id: TransactionId) -> Window | None:
        for number in range(self.open_window(tier, period).number, 0, -1):
            window = Window(tier, period, number)
            if self.has_entered(window, transaction_id):
                return window
        return None

    def has_entered(self, window: Window, transaction_id: TransactionId) -> bool:
        place = items.window_pk(window, shard_of(transaction_id)), items.entry_sk(transaction_id)
        entry = self._state.get(*place)
        return entry is not None and items.is_standing(entry)

    def close_gate(self, window: Window, shard: int) -> Gate:
        closed = self._state.set_value(items.window_pk(window, shard), items.GATE, "status", GateStatus.CLOSED.value)
        return items.read_gate(closed)

    def gate(self, window: Window, shard: int) -> Gate:
        return items.read_gate(self._state.get(items.window_pk(window, shard), items.GATE))

    def passed(self, window: Window) -> int:
        places = [(items.window_pk(window, shard), items.GATE) for shard in SHARDS]
        return sum(items.read_gate(found).count for found in self._state.get_many(places).values())

    def entries(self, window: Window, shard: int) -> tuple[Entry, ...]:
        return self._all(window, shard, items.ENTRY_PREFIX, items.read_entry)

    def positions(self, window: Window, shard: int) -> tuple[Position, ...]:
        return self._all(window, shard, items.POSITION_PREFIX, items.read_window_position)

    def make_sound(self, window: Window, shard: int, sound: SoundShard) -> None:
        """Write entries first and the gate last: after an interruption the shard still differs and is mended again."""
        if self.gate(window, shard).status is not GateStatus.CLOSED:
            raise VersionConflict
        standing = {entry.transaction_id: entry for entry in self.entries(window, shard)}
        wanted = {entry.transaction_id: entry for entry in sound.entries}
        for name, entry in standing.items():
            if name not in wanted:
                self._state.put(items.write_struck_entry(window, shard, entry))
        for name, entry in wanted.items():
            if standing.get(name) != entry:
                self._state.put(items.write_entry(window, shard, entry))
        held = {_whose(position): position for position in self.positions(window, shard)}
        summed = {_whose(position): position for position in sound.positions}
        for key in sorted(held.keys() | summed.keys()):
            if held.get(key) != summed.get(key):
                position = summed.get(key) or replace(held[key], amount_fen=0, claims=0)
                self._state.put(items.write_window_position(window, shard, position))
        gate = Gate(GateStatus.CLOSED, sound.count, sound.hash_sum)
        if self.gate(window, shard) != gate:
            self._state.put(items.write_gate(window, shard, gate))

    def journal(self, tier: AreaCode, period: str, shard: int) -> tuple[Transaction, ...]:
        return self._ledger.owing(tier, period, shard)

    def _all(self, window: Window, shard: int, prefix: str, decode: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
        reader = self._state.reader(
            BASE, Span(prefix=prefix), lambda item: decode(item) if items.is_standing(item) else None
        )
        found = read_all(items.window_pk(window, shard), reader)
        return tuple(each for each in found if each is not None)


class DynamoRunStore:
    """Runs in the state table."""

    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, run_id: RunId) -> Run | None:
        item = self._state.get(items.run_pk(run_id), items.RUN)
        return None if item is None else items.read_run(item)

    def keep_shard(self, run_id: RunId, summary: ShardSummary) -> None:
        self._state.put(items.write_shard(run_id, summary))

    def shards(self, run_id: RunId) -> tuple[ShardSummary, ...]:
        return self._all(run_id, items.SHARD_PREFIX, items.read_shard)

    def keep_statement(self, run_id: RunId, record: StatementRecord) -> None:
        self._state.put(items.write_statement(run_id, record))

    def statement(self, run_id: RunId, edition: int, area: AreaCode) -> StatementRecord | None:
        item = self._state.get(items.run_pk(run_id), f"{items.statement_prefix(edition)}{area}")
        return None if item is None else items.read_statement(item)

    def statements(self, run_id: RunId, edition: int) -> tuple[StatementRecord, ...]:
        return self._all(run_id, items.statement_prefix(edition), items.read_statement)

    def confirmations(self, run_id: RunId) -> tuple[Confirmation, ...]:
        return self._all(run_id, items.CONFIRMATION_PREFIX, items.read_confirmation)

    def disputes(self, run_id: RunId) -> tuple[Dispute, ...]:
        return self._all(run_id, disputes.DISPUTE_PREFIX, disputes.DISPUTES.read)

    def debts(self, claim_id: ClaimId) -> ClaimDebts:
        item = self._state.get(*disputes.debts_key(claim_id))
        return ClaimDebts(claim_id) if item is None else disputes.DEBTS.read(item)

    def receipts(self, run_id: RunId) -> tuple[Receipt, ...]:
        return self._all(run_id, items.RECEIPT_PREFIX, items.read_receipt)

    def handed_receipts(self, run_id: RunId) -> Mapping[AreaCode, tuple[Receipt, ...]]:
        found: dict[AreaCode, tuple[Receipt, ...]] = {}
        for province, receipt in self._all(run_id, items.HANDED_PREFIX, items.read_handed_receipt):
            found[province] = (*found.get(province, ()), receipt)
        return found

    def repairs(self, run_id: RunId) -> tuple[Repair, ...]:
        return self._all(run_id, disputes.REPAIR_PREFIX, disputes.REPAIRS.read)

    def mended(self, run_id: RunId) -> tuple[Mended, ...]:
        return self._all(run_id, items.MENDED_PREFIX, items.read_mended)

    def keep_token(self, run_id: RunId, stage: Stage, token: str) -> None:
        self._state.put({"pk": items.run_pk(run_id), "sk": items.token_sk(stage), "token": token})

    def token(self, run_id: RunId, stage: Stage) -> str | None:
        item = self._state.get(items.run_pk(run_id), items.token_sk(stage))
        return None if item is None else str(item["token"])

    def last_manifest(self, tier: AreaCode) -> str | None:
        item = self._state.get(items.tier_pk(tier), items.MANIFEST)
        return None if item is None else str(item["manifest"])

    def _all(self, run_id: RunId, prefix: str, decode: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
        return tuple(read_all(items.run_pk(run_id), self._state.reader(BASE, Span(prefix=prefix), decode)))


def _whose(position: Position) -> tuple[str, str, str]:
    return (position.kind.value, position.debtor, position.creditor)
