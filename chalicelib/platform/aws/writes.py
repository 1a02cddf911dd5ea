"""Writes: the effect of every write verb on the items of its record, and those changes as a single DynamoDB
transaction.

The conditions carry the idempotency. DynamoDB remembers a request token for ten minutes only, so the token that the
client library adds guards its own retries and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.writes import SOME, Add, Held, Insert, Part, Put, Remove, Replace, Require, Revise, Verb
from chalicelib.platform.aws.clients import error_code, reaching_aws
from chalicelib.platform.aws.codec import Record, write_values
from chalicelib.platform.aws.table import to_item

Records: TypeAlias = Mapping[type[Any], Record[Any]]
"""The declared records by their types."""

_OTHERS_WERE_FIRST = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_SLOW_DOWN = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})


class Deed(StrEnum):
    """The operations on an item, by their names in DynamoDB."""

    PUT = "Put"
    UPDATE = "Update"
    DELETE = "Delete"
    CHECK = "ConditionCheck"


@dataclass(frozen=True, slots=True)
class OneOf:
    """The condition that an attribute has an allowed value; None among the values stands for no attribute, `SOME` for
    any value.
    """

    name: str
    allowed: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The condition that an attribute is a number not less than `least`."""

    name: str
    least: int


Condition: TypeAlias = OneOf | AtLeast

_NEW = OneOf("pk", (None,))
_THERE = OneOf("pk", (SOME,))


@dataclass(frozen=True, slots=True)
class ItemChange:
    """The change of an item: put whole (`values`), updated (`values` are set, `adds` are added), deleted, or only
    checked. All conditions must hold for the stored item.
    """

    deed: Deed
    table: str
    pk: str
    sk: str
    values: Mapping[str, Any] = field(default_factory=dict)
    adds: Mapping[str, int] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()


def changes_of(part: Part, records: Records) -> list[ItemChange]:  # noqa: PLR0911 one answer for each verb
    """Return the changes of a verb. Raises `TypeError` for a part that is no verb or a record that is not declared."""
    record = part.record if isinstance(part, Verb) else None
    if type(record) not in records:
        raise TypeError(f"{type(part).__name__} of {type(record).__name__} is not declared to be written")
    kept = records[type(record)]
    match part:
        case Insert():
            return _put(kept, record, _NEW, on_copies=True)
        case Revise() if kept.counters:
            return [_set(kept, record)]
        case Revise():
            return _put(kept, record, _at(kept, getattr(record, kept.revision) - 1))
        case Replace():
            return _put(kept, record, _THERE, *_held(part.held))
        case Put():
            return _put(kept, record)
        case Remove():
            return [ItemChange(Deed.DELETE, kept.table, *kept.key(record))]
        case Require():
            standing = _at(kept, getattr(record, kept.revision))
            return [ItemChange(Deed.CHECK, kept.table, *kept.key(record), conditions=(standing,))]
        case Add():
            return _add(kept, part)
        case _:
            raise TypeError(f"{type(part).__name__} is no verb")


def _put(kept: Record[Any], record: Any, *conditions: Condition, on_copies: bool = False) -> list[ItemChange]:
    """Put the item and its copies; a copy carries no condition, except that of being new along with a new item."""
    own, *copies = kept.items(record)
    rest = conditions if on_copies else ()
    return [
        _change(Deed.PUT, kept.table, own, conditions),
        *(_change(Deed.PUT, kept.table, copy, rest) for copy in copies),
    ]


def _set(kept: Record[Any], record: Any) -> ItemChange:
    """Revise a record whose counters others change meanwhile: the counters stay unchanged."""
    item = {name: value for name, value in kept.write(record).items() if name not in kept.counters}
    before = getattr(record, kept.revision) - 1
    return _change(Deed.UPDATE, kept.table, item, (OneOf(kept.revision, (before or None,)),))


def _add(kept: Record[Any], part: Add) -> list[ItemChange]:
    item = kept.write(part.record)
    adds = {name: amount for name in kept.counters if (amount := item[name])}
    if not adds:
        return []
    whose = {name: item[name] for name in ("pk", "sk", *kept.keyed)}
    floors = [AtLeast(name, -amount) for name, amount in adds.items() if part.floored and amount < 0]
    return [_change(Deed.UPDATE, kept.table, whose, (*_held(part.held), *floors), adds)]


def _change(
    deed: Deed,
    table: str,
    item: Mapping[str, Any],
    conditions: tuple[Condition, ...],
    adds: Mapping[str, int] | None = None,
) -> ItemChange:
    values = {name: value for name, value in item.items() if name not in ("pk", "sk")}
    return ItemChange(deed, table, item["pk"], item["sk"], values, adds or {}, conditions)


def _at(kept: Record[Any], revision: int) -> Condition:
    return OneOf(kept.revision, (revision,)) if revision else _NEW


def _held(held: Held) -> tuple[Condition, ...]:
    several = {name: tuple(value) if isinstance(value, frozenset) else (value,) for name, value in held.items()}
    return tuple(
        OneOf(name, tuple(sorted((each if each is SOME else write_values(each) for each in allowed), key=repr)))
        for name, allowed in several.items()
    )


class TableCommits:
    """Writes to the tables. `client` is a boto3 DynamoDB client, `names` the real names of the declared tables."""

    def __init__(self, client: Any, names: Mapping[str, str], records: Records) -> None:
        self._client = client
        self._names = names
        self._records = records

    @reaching_aws
    def commit(self, parts: Sequence[Part]) -> None:
        operations = [operation for part in parts for operation in self.operations(part)]
        if not operations:
            return  # nothing to write: DynamoDB takes no empty transaction
        try:
            self._client.transact_write_items(TransactItems=operations)
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            reasons = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", ())}
            if reasons & _OTHERS_WERE_FIRST:
                raise VersionConflict from error
            if reasons & _SLOW_DOWN:
                raise Unavailable from error
            raise

    def operations(self, part: Part) -> list[dict[str, Any]]:
        """Return the DynamoDB operations of a part."""
        return [_operation(each, self._names[each.table]) for each in changes_of(part, self._records)]


def _operation(change: ItemChange, table: str) -> dict[str, Any]:
    words = _Words()
    key = {"pk": change.pk, "sk": change.sk}
    said: dict[str, Any] = {"TableName": table}
    if change.deed is Deed.PUT:
        said["Item"] = to_item({**key, **change.values})
    else:
        said["Key"] = to_item(key)
    if change.deed is Deed.UPDATE:
        sets = ", ".join(f"{words.name(name)} = {words.value(value)}" for name, value in change.values.items())
        adds = ", ".join(f"{words.name(name)} {words.value(value)}" for name, value in change.adds.items())
        said["UpdateExpression"] = " ".join(f"{verb} {them}" for verb, them in (("SET", sets), ("ADD", adds)) if them)
    if change.conditions:
        said["ConditionExpression"] = " AND ".join(words.condition(each) for each in change.conditions)
    return {change.deed.value: {**said, **words.said()}}


class _Words:
    """The names and values of an expression: placeholders keep both out of the text, since DynamoDB reserves some
    words.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, name: str) -> str:
        return self._names.setdefault(name, f"#n{len(self._names)}")

    def value(self, value: Any) -> str:
        self._values[f":v{len(self._values)}"] = value
        return f":v{len(self._values) - 1}"

    def condition(self, condition: Condition) -> str:
        name = self.name(condition.name)
        if isinstance(condition, AtLeast):
            return f"{name} >= {self.value(condition.least)}"
        told = [self._one(name, value) for value in condition.allowed]
        return told[0] if len(told) == 1 else f"({' OR '.join(told)})"

    def _one(self, name: str, value: Any) -> str:
        if value is None:
            return f"attribute_not_exists({name})"
        return f"attribute_exists({name})" if value is SOME else f"{name} = {self.value(value)}"

    def said(self) -> dict[str, Any]:
        names = {short: name for name, short in self._names.items()}
        said: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        return {**said, "ExpressionAttributeValues": to_item(self._values)} if self._values else said
