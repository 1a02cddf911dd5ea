"""The parts of a write that concern windows and runs, as conditional operations of a DynamoDB transaction."""

from __future__ import annotations

from functools import singledispatch
from typing import Any, TypeAlias

from chalicelib.clearing.domain.windows import GateStatus
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
from chalicelib.clearing.tables import items
from chalicelib.kernel.writes import Part
from chalicelib.ledger.domain.obligations import hash64, shard_of
from chalicelib.platform.aws.table import put_operation, require_revision, to_item

Operations: TypeAlias = list[dict[str, Any]]
ClearingPart: TypeAlias = (
    AddPositions | OpenRun | WriteRun | RequireRun | MoveManifest | AddConfirmation | AddReceipt | AddMended
)
"""The parts that write windows and runs."""

_NEW = "attribute_not_exists(pk)"


@singledispatch
def operations(part: Part, table: str) -> Operations:
    """Return a part's operations in the state table."""
    raise TypeError(f"{type(part).__name__} has no translation to {table}")


@operations.register
def _(part: AddPositions, table: str) -> Operations:
    """Return the operations that add positions. The gate's condition keeps a closed window shut for all of them.

    The pointer was read before: when the gate was closed since, the whole transaction fails and is decided again.
    """
    entry, shard = part.entry, shard_of(part.entry.transaction_id)
    pk = items.window_pk(part.window, shard)
    gate = {
        "Update": {
            "TableName": table,
            "Key": to_item({"pk": pk, "sk": items.GATE}),
            "UpdateExpression": "SET #status = :open ADD passed :one, hash_sum :hash",
            "ConditionExpression": "attribute_not_exists(#status) OR #status = :open",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": to_item(
                {":open": GateStatus.OPEN.value, ":one": 1, ":hash": hash64(entry.transaction_id)}
            ),
        }
    }
    positions = [
        {
            "Update": {
                "TableName": table,
                "Key": to_item({"pk": pk, "sk": items.position_sk(owed)}),
                "UpdateExpression": "ADD amount_fen :amount, claims :one",
                "ExpressionAttributeValues": to_item({":amount": owed.amount_fen, ":one": 1}),
            }
        }
        for owed in entry.obligations
    ]
    return [gate, put_operation(table, items.write_entry(part.window, shard, entry), _NEW), *positions]


@operations.register
def _(part: OpenRun, table: str) -> Operations:
    window = part.run.window
    pointer = {"pk": items.month_pk(window.tier, window.period), "sk": items.POINTER, "number": window.next.number}
    here = (
        put_operation(table, pointer, _NEW)
        if window.number == 1
        else put_operation(table, pointer, "#n = :n", {":n": window.number})
    )
    if window.number > 1:
        here["Put"]["ExpressionAttributeNames"] = {"#n": "number"}
    return [put_operation(table, items.write_run(part.run), _NEW), here]


@operations.register
def _(part: WriteRun, table: str) -> Operations:
    return [put_operation(table, items.write_run(part.run), "revision = :before", {":before": part.run.revision - 1})]


@operations.register
def _(part: RequireRun, table: str) -> Operations:
    return [require_revision(table, items.run_pk(part.run_id), items.RUN, part.revision)]


@operations.register
def _(part: MoveManifest, table: str) -> Operations:
    newest = {"pk": items.tier_pk(part.tier), "sk": items.MANIFEST, "manifest": part.manifest}
    if part.previous is None:
        return [put_operation(table, newest, _NEW)]
    return [put_operation(table, newest, "manifest = :previous", {":previous": part.previous})]


@operations.register
def _(part: AddConfirmation, table: str) -> Operations:
    return [put_operation(table, items.write_confirmation(part.run_id, part.confirmation), _NEW)]


@operations.register
def _(part: AddReceipt, table: str) -> Operations:
    return [put_operation(table, items.write_receipt(part.run_id, part.place, part.receipt, part.province), _NEW)]


@operations.register
def _(part: AddMended, table: str) -> Operations:
    return [put_operation(table, items.write_mended(part.run_id, part.mended))]
