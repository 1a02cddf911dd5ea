"""Gives DynamoDB in moto 5.2.5 the guarantees that the ledger stands on.

Bare moto loses updates under threads, ignores ClientRequestToken, accepts a transaction of any size, and copies whole
tables to be able to roll a transaction back. Here calls run one at a time, a repeated token returns the first answer, 4
MB is the limit, and only the items a transaction names are kept for a rollback. The duration of a call is the matter of
dynamodb_speed.py.
"""

from __future__ import annotations

import copy
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.exceptions import DynamodbException, MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from infra.local.dynamodb_speed import fast_dynamodb
from infra.local.replacing import replaced

_TRANSACTION_BYTES_MAX = 4 * 1024 * 1024
_TOKEN_LIFE_S = 600


class IdempotentParameterMismatch(DynamodbException):
    """A client token that came again with another request."""

    def __init__(self) -> None:
        super().__init__(
            "IdempotentParameterMismatchException",
            "The client token was used before with other parameters.",
        )


@contextmanager
def dynamodb() -> Iterator[None]:
    """Apply the mends for the length of the block."""
    with ExitStack() as mends:
        mends.enter_context(
            replaced(DynamoHandler, call_action=_one_at_a_time(), transact_write_items=_once_per_token())
        )
        mends.enter_context(replaced(DynamoDBBackend, transact_write_items=_rolled_back_by_item()))
        mends.enter_context(fast_dynamodb())
        yield


def _one_at_a_time() -> Any:
    """Return `call_action` under a lock, reentrant since a stream's consumer may be called within its writer's call."""
    call, lock = DynamoHandler.call_action, threading.RLock()

    def call_action(self: DynamoHandler) -> Any:
        with lock:
            return call(self)

    return call_action


def _once_per_token() -> Any:
    transact = DynamoHandler.transact_write_items
    answered: dict[tuple[str, str], tuple[str, float, Any]] = {}

    def transact_write_items(self: DynamoHandler) -> Any:
        token = self.body.get("ClientRequestToken")
        if not token:
            return transact(self)
        request = json.dumps(self.body["TransactItems"], sort_keys=True, default=str)
        known = answered.get((self.region, token))
        if known is not None and time.monotonic() - known[1] < _TOKEN_LIFE_S:
            if known[0] != request:
                raise IdempotentParameterMismatch
            return known[2]
        answer = transact(self)
        answered[self.region, token] = (request, time.monotonic(), answer)
        return answer

    return transact_write_items


def _rolled_back_by_item() -> Any:
    transact = DynamoDBBackend.transact_write_items

    def transact_write_items(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        if sum(len(json.dumps(item, default=str)) for item in transact_items) > _TRANSACTION_BYTES_MAX:
            raise MockValidationException("Transaction request size cannot exceed 4 MB")
        before = [place for item in transact_items if (place := _place(self, next(iter(item.values())))) is not None]
        streams = {
            id(place.table): (place.table.stream_shard, len(place.table.stream_shard.items))
            for place in before
            if place.table.stream_shard is not None
        }
        try:
            # moto keeps a deep copy of each table and swaps it in on failure: here the copy is the table itself.
            with replaced(Table, __deepcopy__=lambda table, _memo: table):
                transact(self, transact_items)
        except BaseException:
            for place in before:
                place.restore()
            for shard, length in streams.values():
                del shard.items[length:]
            raise

    return transact_write_items


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of an item in moto's table, with its former content."""

    table: Table
    hash_key: DynamoType
    range_key: DynamoType | None
    item: Any

    def restore(self) -> None:
        row: dict[Any, Any] = self.table.items
        key = self.hash_key
        if self.range_key is not None:
            row, key = row[self.hash_key], self.range_key
        if self.item is None:
            row.pop(key, None)
        else:
            row[key] = self.item


def _place(backend: DynamoDBBackend, operation: dict[str, Any]) -> _Place | None:
    """Return the place an operation writes to; None when moto will refuse the operation for its table or its key."""
    table = backend.tables.get(operation.get("TableName", ""))
    attributes = operation.get("Key") or operation.get("Item") or {}
    if table is None or table.hash_key_attr not in attributes:
        return None
    hash_key = DynamoType(attributes[table.hash_key_attr])
    if table.range_key_attr is None:
        return _Place(table, hash_key, None, copy.deepcopy(table.items.get(hash_key)))
    if table.range_key_attr not in attributes:
        return None
    range_key = DynamoType(attributes[table.range_key_attr])
    row = table.items.get(hash_key, {})
    return _Place(table, hash_key, range_key, copy.deepcopy(row.get(range_key)))
