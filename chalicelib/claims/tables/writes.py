"""The parts of a write that concern claims, as operations of a DynamoDB transaction with their conditions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any, TypeAlias

from chalicelib.claims.domain.counted import counted_change
from chalicelib.claims.ports import CloseWaiting, InsertClaim, MoveHead, OpenWaiting, RequireClaim, UpdateClaim
from chalicelib.claims.tables import items
from chalicelib.claims.tables.uncounted import UNCOUNTED
from chalicelib.kernel.writes import Part
from chalicelib.platform.aws.table import put_operation, require_revision, to_item

Operations: TypeAlias = list[dict[str, Any]]
ClaimPart: TypeAlias = InsertClaim | UpdateClaim | MoveHead | RequireClaim | OpenWaiting | CloseWaiting
"""The parts that write claims and their queues."""

_NEW = "attribute_not_exists(pk)"


@singledispatch
def claim_operations(part: Part, table: str) -> Operations:
    """Translate a part into operations on the state table."""
    raise TypeError(f"{type(part).__name__} has no translation to {table}")


@claim_operations.register
def _(part: InsertClaim, table: str) -> Operations:
    return _put_claim(table, part.record, _NEW, {})


@claim_operations.register
def _(part: UpdateClaim, table: str) -> Operations:
    return _put_claim(table, part.record, "revision = :before", {":before": part.record.revision - 1})


@claim_operations.register
def _(part: MoveHead, table: str) -> Operations:
    head = items.write_head_item(part.record)
    if part.record.version == 2:
        return [put_operation(table, head, _NEW)]
    return [put_operation(table, head, "claim_id = :previous", {":previous": part.previous})]


@claim_operations.register
def _(part: RequireClaim, table: str) -> Operations:
    return [require_revision(table, items.claim_pk(part.claim_id), items.CLAIM, part.revision)]


@claim_operations.register
def _(part: OpenWaiting, table: str) -> Operations:
    return [put_operation(table, items.write_waiting_item(part.waiting))]


@claim_operations.register
def _(part: CloseWaiting, table: str) -> Operations:
    key = {"pk": items.waiting_pk(part.key), "sk": part.claim_id}
    return [{"Delete": {"TableName": table, "Key": to_item(key)}}]


def _put_claim(table: str, record: Any, condition: str, values: Mapping[str, Any]) -> Operations:
    """Put the claim under its condition, with its copies and the change of the sums in which the claim counts. The
    copies and the change need no condition, as all are written together.
    """
    own, *copies = items.write_claim_items(record)
    change = counted_change(record)
    counted = [] if change is None else [UNCOUNTED.write(change)]
    return [put_operation(table, own, condition, values), *(put_operation(table, each) for each in (*copies, *counted))]
