"""The items of windows and runs in the state table: their keys, their readers and their writers.

| pk | sk | content |
|---|---|---|
| CLEARING#tier#month | POINTER | the number of the window that is open |
| CLEARING#tier | MANIFEST | the newest manifest |
| WINDOW#tier#month#number#shard | GATE, ENTRY#transaction, POSITION#kind#debtor#creditor | the contents of a gate |
| RUN#id | RUN, SHARD#n, STATEMENT#edition#area, CONFIRMATION#area, TOKEN#stage | a run |
| RUN#id | RECEIPT#n, HANDED#province#n | the receipts of a run |
| RUN#id | MENDED#repair#shard#transaction | the changes repairs made to its window |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from chalicelib.clearing.domain.bank import Receipt
from chalicelib.clearing.domain.proof import Fault, FaultCode
from chalicelib.clearing.domain.repair import Mended
from chalicelib.clearing.domain.run import Confirmation, Run, RunStatus, ShardSummary, Stage, StatementRecord
from chalicelib.clearing.domain.terms import read_terms, write_terms
from chalicelib.clearing.domain.windows import Gate, GateStatus, Position
from chalicelib.kernel.words.ids import AreaCode, RunId, TransactionId
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import Entry, Window
from chalicelib.ledger.domain.transaction import Obligation
from chalicelib.platform.aws.codec import read_values
from chalicelib.platform.aws.table import without_nones

POINTER = "POINTER"
MANIFEST = "MANIFEST"
GATE = "GATE"
RUN = "RUN"
ENTRY_PREFIX = "ENTRY#"
POSITION_PREFIX = "POSITION#"
SHARD_PREFIX = "SHARD#"
CONFIRMATION_PREFIX = "CONFIRMATION#"
RECEIPT_PREFIX = "RECEIPT#"
HANDED_PREFIX = "HANDED#"
MENDED_PREFIX = "MENDED#"


def month_pk(tier: AreaCode, period: str) -> str:
    """Return the partition key of a tier's pointer of a month."""
    return f"CLEARING#{tier}#{period}"


def tier_pk(tier: AreaCode) -> str:
    """Return the partition key of the end of a tier's chain of manifests."""
    return f"CLEARING#{tier}"


def window_pk(window: Window, shard: int) -> str:
    """Return the partition key of a window's gate, with everything behind the gate."""
    return f"WINDOW#{window.tier}#{window.period}#{window.number}#{shard:x}"


def run_pk(run_id: RunId) -> str:
    """Return the partition key of a run, with everything of the run."""
    return f"RUN#{run_id}"


def statement_prefix(edition: int) -> str:
    """Return the sort key prefix of a run's statements of an edition."""
    return f"STATEMENT#{edition}#"


def token_sk(stage: Stage) -> str:
    """Return the sort key of the machine's token at a stage."""
    return f"TOKEN#{stage.value}"


def entry_sk(transaction_id: TransactionId) -> str:
    """Return the sort key of a transaction's entry."""
    return f"{ENTRY_PREFIX}{transaction_id}"


def position_sk(obligation: Obligation) -> str:
    """Return the sort key of a position, in the order in which positions are summed."""
    return f"{POSITION_PREFIX}{obligation.kind.value}#{obligation.debtor}#{obligation.creditor}"


def read_gate(item: Mapping[str, Any] | None) -> Gate:
    """Read a gate; an unused gate has no item."""
    if item is None:
        return Gate()
    return Gate(GateStatus(item["status"]), item.get("passed", 0), item.get("hash_sum", 0))


def write_entry(window: Window, shard: int, entry: Entry) -> dict[str, Any]:
    """Write an entry under its gate."""
    return {
        "pk": window_pk(window, shard),
        "sk": entry_sk(entry.transaction_id),
        "transaction_id": entry.transaction_id,
        "cause": entry.cause,
        "occurred_at": entry.occurred_at,
        "obligations": [[o.debtor, o.creditor, o.kind.value, o.amount_fen] for o in entry.obligations],
    }


def read_entry(item: Mapping[str, Any]) -> Entry:
    """Read the item that `write_entry` wrote."""
    owed = tuple(Obligation(row[0], row[1], ObligationKind(row[2]), row[3]) for row in item["obligations"])
    return Entry(item["transaction_id"], item["cause"], item["occurred_at"], owed)


def write_struck_entry(window: Window, shard: int, entry: Entry) -> dict[str, Any]:
    """Write an entry that was struck out of its shard; the entry stays in its place, unseen by readers of entries."""
    return {**write_entry(window, shard, entry), "struck": True}


def is_standing(item: Mapping[str, Any]) -> bool:
    """Tell whether an entry is not struck, or a position not emptied by a strike: a repair deletes nothing."""
    return not item.get("struck", False) and item.get("claims", 1) != 0


def write_window_position(window: Window, shard: int, position: Position) -> dict[str, Any]:
    """Write a position as a repair leaves it; a position without claims no longer counts as a position."""
    owed = Obligation(position.debtor, position.creditor, position.kind, position.amount_fen)
    held = {"amount_fen": position.amount_fen, "claims": position.claims}
    return {"pk": window_pk(window, shard), "sk": position_sk(owed), **held}


def write_gate(window: Window, shard: int, gate: Gate) -> dict[str, Any]:
    """Write a gate as a repair leaves it."""
    counted = {"status": gate.status.value, "passed": gate.count, "hash_sum": gate.hash_sum}
    return {"pk": window_pk(window, shard), "sk": GATE, **counted}


def read_window_position(item: Mapping[str, Any]) -> Position:
    """Read a position; its key names the kind, debtor and creditor."""
    kind, debtor, creditor = str(item["sk"]).removeprefix(POSITION_PREFIX).split("#")
    return Position(AreaCode(debtor), AreaCode(creditor), ObligationKind(kind), item["amount_fen"], item["claims"])


def write_run(run: Run) -> dict[str, Any]:
    """Write a run. Fields without a value yet are left out."""
    values = {name: value for name, value in asdict(run).items() if name not in ("window", "terms")}
    return without_nones(
        {
            "pk": run_pk(run.run_id),
            "sk": RUN,
            **values,
            **asdict(run.window),
            "terms": write_terms(run.terms),
            "status": run.status.value,
            "failed_in": None if run.failed_in is None else run.failed_in.value,
        }
    )


def read_run(item: Mapping[str, Any]) -> Run:
    """Read the item that `write_run` wrote."""
    window = Window(item["tier"], item["period"], item["number"])
    run = Run(item["run_id"], window, item["started_by"], item["started_at"], read_terms(item["terms"]))
    words: dict[str, Any] = {name: RunStatus(item[name]) for name in ("status", "failed_in") if name in item}
    said = {each.name: item[each.name] for each in fields(Run) if each.name in item and each.name not in _READ_APART}
    return replace(run, **said, **words)


_READ_APART = frozenset({"window", "terms", "status", "failed_in"})


def write_shard(run_id: RunId, summary: ShardSummary) -> dict[str, Any]:
    """Write the result of proving a shard."""
    return {
        "pk": run_pk(run_id),
        "sk": f"{SHARD_PREFIX}{summary.shard:02d}",
        "shard": summary.shard,
        "lines": summary.lines,
        "root": summary.root,
        "content": summary.content,
        "positions": summary.positions,
        "areas": dict(summary.areas),
        "faults": [[fault.code.value, fault.transaction_id] for fault in summary.faults],
    }


def read_shard(item: Mapping[str, Any]) -> ShardSummary:
    """Read the item that `write_shard` wrote."""
    return ShardSummary(
        shard=item["shard"],
        lines=item["lines"],
        root=item["root"],
        content=item["content"],
        positions=item["positions"],
        areas=item["areas"],
        faults=tuple(Fault(FaultCode(code), item["shard"], name) for code, name in item["faults"]),
    )


def write_statement(run_id: RunId, record: StatementRecord) -> dict[str, Any]:
    """Write an area's statement."""
    return {"pk": run_pk(run_id), "sk": f"{statement_prefix(record.edition)}{record.area}", **asdict(record)}


def read_statement(item: Mapping[str, Any]) -> StatementRecord:
    """Read the item that `write_statement` wrote."""
    return read_values(StatementRecord, item)


def write_confirmation(run_id: RunId, confirmation: Confirmation) -> dict[str, Any]:
    """Write an area's confirmation."""
    return {"pk": run_pk(run_id), "sk": f"{CONFIRMATION_PREFIX}{confirmation.area}", **asdict(confirmation)}


def read_confirmation(item: Mapping[str, Any]) -> Confirmation:
    """Read the item that `write_confirmation` wrote."""
    return read_values(Confirmation, item)


def write_receipt(run_id: RunId, place: int, receipt: Receipt, province: AreaCode | None) -> dict[str, Any]:
    """Write a receipt in its place among the receipts of a run, or of a province's hand-down."""
    prefix = RECEIPT_PREFIX if province is None else f"{HANDED_PREFIX}{province}#"
    return {"pk": run_pk(run_id), "sk": f"{prefix}{place:06d}", **asdict(receipt)}


def read_receipt(item: Mapping[str, Any]) -> Receipt:
    """Read the item that `write_receipt` wrote."""
    return read_values(Receipt, item)


def read_handed_receipt(item: Mapping[str, Any]) -> tuple[AreaCode, Receipt]:
    """Read a receipt with the province that hands down; the item's key names the province."""
    province, _, _ = str(item["sk"]).removeprefix(HANDED_PREFIX).partition("#")
    return AreaCode(province), read_receipt(item)


def write_mended(run_id: RunId, mended: Mended) -> dict[str, Any]:
    """Write the change a repair made to an entry or a gate."""
    sk = f"{MENDED_PREFIX}{mended.repair_id}#{mended.shard:02d}#{mended.transaction_id or ''}"
    return without_nones({"pk": run_pk(run_id), "sk": sk, **asdict(mended), "what": mended.what.value})


def read_mended(item: Mapping[str, Any]) -> Mended:
    """Read the item that `write_mended` wrote."""
    return read_values(Mended, item)
