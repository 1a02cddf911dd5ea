"""The parts of a write that are no verbs yet: one function per part, each with its condition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatchmethod
from typing import Any, TypeAlias

from chalicelib.budgets.ports import AdjustBudget, UseBudgets
from chalicelib.claims.ports import (
    CloseWaiting,
    InsertClaim,
    MoveHead,
    OpenWaiting,
    RequireClaim,
    UpdateClaim,
)
from chalicelib.claims.tables import items
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
from chalicelib.clearing.tables import writes as clearing_writes
from chalicelib.kernel.writes import Part
from chalicelib.ledger.ports import PostTransaction
from chalicelib.ledger.tables import put_new
from chalicelib.main.capabilities import RECORDS
from chalicelib.platform.aws.codec import ACCESS, LEDGER, STATE
from chalicelib.platform.aws.table import to_item
from chalicelib.platform.aws.writes import TableCommits
from chalicelib.settlement.ports import AddRemittance, MoveAdvance, MoveOverpaid, OrderPayment, UpdateOrder
from chalicelib.settlement.tables.items import money_operations

_NEW = "attribute_not_exists(pk)"


MoneyPart: TypeAlias = (
    OrderPayment | UpdateOrder | AddRemittance | MoveAdvance | MoveOverpaid | UseBudgets | AdjustBudget
)
"""The parts that move or count a hospital's money."""

ClearingPart: TypeAlias = (
    AddPositions | OpenRun | WriteRun | RequireRun | MoveManifest | AddConfirmation | AddReceipt | AddMended
)
"""The parts that write windows and runs."""


class DynamoCommits(TableCommits):
    """Writes to the tables of the ledger, the state and the record of look-ups. `client` is a boto3 DynamoDB client."""

    def __init__(self, client: Any, ledger_table: str, state_table: str, access_table: str) -> None:
        super().__init__(client, {LEDGER: ledger_table, STATE: state_table, ACCESS: access_table}, RECORDS)
        self._ledger_table = ledger_table
        self._state_table = state_table

    def operations(self, part: Part) -> list[dict[str, Any]]:
        return self._operations(part)

    @singledispatchmethod
    def _operations(self, part: Part) -> list[dict[str, Any]]:
        return super().operations(part)

    @_operations.register
    def _(self, part: PostTransaction) -> list[dict[str, Any]]:
        return put_new(self._ledger_table, part.transaction)

    @_operations.register
    def _(self, part: InsertClaim) -> list[dict[str, Any]]:
        return self._put_claim(part.record, _NEW, {})

    @_operations.register
    def _(self, part: UpdateClaim) -> list[dict[str, Any]]:
        return self._put_claim(part.record, "revision = :before", {":before": part.record.revision - 1})

    @_operations.register
    def _(self, part: MoveHead) -> list[dict[str, Any]]:
        head = items.write_head_item(part.record)
        if part.previous is None:
            return [self._put(head, _NEW)]
        return [self._put(head, "claim_id = :previous", {":previous": part.previous})]

    @_operations.register
    def _(self, part: RequireClaim) -> list[dict[str, Any]]:
        key = {"pk": items.claim_pk(part.claim_id), "sk": items.CLAIM}
        return [self._check(key, "revision = :revision", {":revision": part.revision})]

    @_operations.register
    def _(self, part: OpenWaiting) -> list[dict[str, Any]]:
        return [self._put(items.write_waiting_item(part.waiting))]

    @_operations.register
    def _(self, part: CloseWaiting) -> list[dict[str, Any]]:
        key = {"pk": items.waiting_pk(part.key), "sk": part.claim_id}
        return [{"Delete": {"TableName": self._state_table, "Key": to_item(key)}}]

    @_operations.register
    def _(self, part: MoneyPart) -> list[dict[str, Any]]:
        return money_operations(part, self._state_table)

    @_operations.register
    def _(self, part: ClearingPart) -> list[dict[str, Any]]:
        return clearing_writes.operations(part, self._state_table)

    def _put_claim(self, record: Any, condition: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The claim under its condition; the copies follow it, as all are written together."""
        own, *copies = items.write_claim_items(record)
        return [self._put(own, condition, values), *(self._put(copy) for copy in copies)]

    def _put(
        self, item: Mapping[str, Any], condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._state_table, "Item": to_item(item)}
        if condition is not None:
            put["ConditionExpression"] = condition
        if values:
            put["ExpressionAttributeValues"] = to_item(values)
        return {"Put": put}

    def _check(self, key: Mapping[str, Any], condition: str, values: Mapping[str, Any]) -> dict[str, Any]:
        check: dict[str, Any] = {
            "TableName": self._state_table,
            "Key": to_item(key),
            "ConditionExpression": condition,
        }
        if values:
            check["ExpressionAttributeValues"] = to_item(values)
        return {"ConditionCheck": check}
