"""Lets moto's DynamoDB 5.2.5 handle a value by going through the value once.

moto builds a value anew to compare, to measure or to read the value, copies a value twice to answer with it, and
measures an item again for each of its attributes. Here each of these goes through the value once. What a value equals,
measures and is written as remains moto's own.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from types import NoneType
from typing import Any

from moto.dynamodb import responses
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.utilities import dynamo_to_dict

from infra.local.replacing import replaced

_AS_IT_STANDS = frozenset({"S", "N", "BOOL", "NULL"})
_PLAIN = frozenset({str, int, float, bool, NoneType})
_ITEM_BYTES_MAX = 405_000
"""The limit at which moto refuses an item; the service's own is 400 KB."""


@contextmanager
def cheap_values() -> Iterator[None]:
    """Apply the mends for the length of the block."""
    with ExitStack() as mends:
        mends.enter_context(
            replaced(
                DynamoType,
                __eq__=_equals,
                __deepcopy__=_copied,
                cast_value=property(_cast(vars(DynamoType)["cast_value"].fget)),
                size=_sized(DynamoType.size),
                to_regular_json=_written(DynamoType.to_regular_json),
            )
        )
        mends.enter_context(replaced(Item, __init__=_held_at_once))
        mends.enter_context(replaced(responses, dynamo_to_dict=_answered(dynamo_to_dict)))
        yield


@functools.wraps(DynamoType.__eq__)
def _equals(self: DynamoType, other: DynamoType) -> bool:
    if self.type != other.type:
        return False
    return bool(self.value == other.value if self.type == "S" else self.cast_value == other.cast_value)


@functools.wraps(DynamoType.__deepcopy__)
def _copied(self: DynamoType, _memo: dict[int, Any]) -> DynamoType:
    copy = DynamoType.__new__(DynamoType)
    copy.type, value = self.type, self.value
    if isinstance(value, list):
        value = [_copied(each, _memo) if isinstance(each, DynamoType) else each for each in value]
    elif isinstance(value, dict):
        value = {name: _copied(each, _memo) for name, each in value.items()}
    copy.value = value
    return copy


def _cast(cast: Any) -> Any:
    @functools.wraps(cast)
    def cast_value(self: DynamoType) -> Any:
        if self.type == "S":
            return self.value
        if self.type == "N":
            return Decimal(self.value)
        if self.type == "L":
            return [each.cast_value for each in self.value]
        if self.type == "M":
            return {name: each.cast_value for name, each in self.value.items()}
        return cast(self)

    return cast_value


def _sized(size: Any) -> Any:
    @functools.wraps(size)
    def value_size(self: DynamoType) -> Any:
        if self.type == "S":
            return len(self.value) if self.value.isascii() else len(self.value.encode())
        if self.type == "M":
            return sum(len(name.encode()) + each.size() for name, each in self.value.items())
        return size(self)

    return value_size


def _written(written: Any) -> Any:
    @functools.wraps(written)
    def to_regular_json(self: DynamoType) -> Any:
        if self.type in _AS_IT_STANDS:
            return {self.type: self.value}
        if self.type == "L":
            return {"L": [each.to_regular_json() for each in self.value]}
        if self.type == "M":
            return {"M": {name: each.to_regular_json() for name, each in self.value.items()}}
        return written(self)

    return to_regular_json


def _answered(convert: Any) -> Any:
    @functools.wraps(convert)
    def answered(value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is DynamoType and value.type in _AS_IT_STANDS:
            return {value.type: value.value}
        if kind is DynamoType and value.type in ("L", "M"):
            return {value.type: answered(value.value)}
        if kind is list:
            return [answered(each) for each in value]
        if kind is dict or kind is LimitedSizeDict:
            return {name: answered(each) for name, each in value.items()}
        return convert(value)

    return answered


@functools.wraps(Item.__init__)
def _held_at_once(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: Mapping[str, Any]) -> None:
    self.hash_key, self.range_key = hash_key, range_key
    held = {name: DynamoType(value) for name, value in attrs.items()}
    if sum(len(name.encode()) + value.size() for name, value in held.items()) > _ITEM_BYTES_MAX:
        raise ItemSizeTooLarge
    self.attrs = LimitedSizeDict()
    dict.update(self.attrs, held)
