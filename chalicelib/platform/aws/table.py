"""Conversion of plain values to DynamoDB attributes and back, and reads of an item or of a stretch of a partition.

Values are texts, whole numbers, booleans, bytes, None, lists and maps of these; no table holds floats or decimals.
Writers of items leave out a None in a map's attribute, so that indexes stay sparse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from chalicelib.kernel.errors import Malformed, Unavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Key, ReadPartition
from chalicelib.platform.aws.clients import error_code, reaching_aws

T = TypeVar("T")

LOOKED_AT_MIN = 25
_WRITTEN_AT_ONCE = 25
"""The most items of a batch that writes."""
_GIVEN_OUT_IN = 3
"""The number of requests within which a batch must be read or written: the service may leave out items for lack of
throughput.
"""


def to_attribute(value: Any) -> dict[str, Any]:
    """Write a value as a DynamoDB attribute. Raises `TypeError` for a type that no table of the product holds."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str() | bytes():
            return {"S" if isinstance(value, str) else "B": value}
        case int():
            return {"N": str(value)}
        case list() | tuple():
            return {"L": [to_attribute(item) for item in value]}
        case dict():
            return {"M": {name: to_attribute(item) for name, item in value.items()}}
        case _:
            raise TypeError("a table holds texts, whole numbers, booleans, bytes, lists and maps")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """Read the value of an attribute."""
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value)
        case "L":
            return [from_attribute(item) for item in value]
        case "M":
            return {name: from_attribute(item) for name, item in value.items()}
        case _:
            return value


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write a map of values as an item."""
    return {name: to_attribute(value) for name, value in values.items()}


def put_operation(
    table: str, item: Mapping[str, Any], condition: str | None = None, values: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Build the transaction's operation that writes an item whole, under a condition with its values."""
    put: dict[str, Any] = {"TableName": table, "Item": to_item(item)}
    if condition is not None:
        put["ConditionExpression"] = condition
    if values:
        put["ExpressionAttributeValues"] = to_item(values)
    return {"Put": put}


def require_revision(table: str, pk: str, sk: str, revision: int) -> dict[str, Any]:
    """Build the transaction's operation that requires an item to stand at a revision."""
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": to_item({"pk": pk, "sk": sk}),
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": to_item({":revision": revision}),
        }
    }


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Read an item as a map of values."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


@dataclass(frozen=True, slots=True)
class Index:
    """The target of a query: the table itself (strongly consistent) or an index (which may lag)."""

    name: str | None
    pk: str
    sk: str


BASE = Index(None, "pk", "sk")
GSI1 = Index("gsi1", "gsi1pk", "gsi1sk")
GSI2 = Index("gsi2", "gsi2pk", "gsi2sk")
GSI3 = Index("gsi3", "gsi3pk", "gsi3sk")
"""The first two indexes hold whole items, the third holds keys alone and costs a unit whatever the item's size."""


def in_status(partition: str, status: str) -> str:
    """Return the partition of those items of a list that have a status."""
    return f"{partition}#{status}"


def places_in(partition: str, status: str, at: str) -> dict[str, str]:
    """Return the attributes that list an item at a place: in any status in the first index, in its own in the other."""
    return {"gsi1pk": partition, "gsi1sk": at, "gsi2pk": in_status(partition, status), "gsi2sk": at}


def asked_in(partitions: tuple[str, ...], status: str | None) -> tuple[Index, tuple[str, ...]]:
    """Return the index and the partitions of lists of `places_in`, in one status or in any."""
    return (GSI1, partitions) if status is None else (GSI2, tuple(in_status(each, status) for each in partitions))


@dataclass(frozen=True, slots=True)
class Span:
    """The selection of a query from a partition: sort keys between two bounds (both included) or with a prefix, and
    items whose attributes have given values (`equal`) or any of several (`among`).
    """

    lowest: str | None = None
    highest: str | None = None
    prefix: str | None = None
    equal: tuple[tuple[str, str], ...] = ()
    among: tuple[tuple[str, tuple[str, ...]], ...] = ()
    newest_first: bool = False


class Table:
    """A table with keys `pk` and `sk`. `client` is a boto3 DynamoDB client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    @reaching_aws
    def get(self, pk: str, sk: str) -> dict[str, Any] | None:
        """Return an item by its key, strongly consistent."""
        answer = self._client.get_item(TableName=self.name, Key=to_item({"pk": pk, "sk": sk}), ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    @reaching_aws
    def get_many(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        """Return items by their keys in a single request, every item strongly consistent by itself; absent items are
        left out. Raises `Unavailable` where the service repeatedly returns only a part of the items.
        """
        wanted = [to_item({"pk": pk, "sk": sk}) for pk, sk in dict.fromkeys(keys)]
        found: list[dict[str, Any]] = []
        for _ in range(_GIVEN_OUT_IN):
            answer = self._client.batch_get_item(RequestItems={self.name: {"Keys": wanted, "ConsistentRead": True}})
            found += [from_item(item) for item in answer["Responses"].get(self.name, ())]
            wanted = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not wanted:
                return {(item["pk"], item["sk"]): item for item in found}
        raise Unavailable

    @reaching_aws
    def put(self, item: Mapping[str, Any]) -> None:
        """Write an item, replacing any item with its key."""
        self._client.put_item(TableName=self.name, Item=to_item(item))

    @reaching_aws
    def put_many(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Write items, every item by itself and in place of any item with its key, at half the price of a transaction.

        The keys of the items differ. Raises `Unavailable` where the service repeatedly leaves items out; the others are
        written then, so a caller writes all of them again.
        """
        wanted = [{"PutRequest": {"Item": to_item(item)}} for item in items]
        for first in range(0, len(wanted), _WRITTEN_AT_ONCE):
            self._put_batch(wanted[first : first + _WRITTEN_AT_ONCE])

    def _put_batch(self, left: list[dict[str, Any]]) -> None:
        for _ in range(_GIVEN_OUT_IN):
            answer = self._client.batch_write_item(RequestItems={self.name: left})
            left = answer.get("UnprocessedItems", {}).get(self.name, [])
            if not left:
                return
        raise Unavailable

    @reaching_aws
    def put_new(self, item: Mapping[str, Any]) -> None:
        """Add an item. Raises the service's refusal where the key is taken: the callers' keys are new."""
        self._client.put_item(TableName=self.name, Item=to_item(item), ConditionExpression="attribute_not_exists(pk)")

    @reaching_aws
    def add_one(self, pk: str, sk: str, name: str, below: Mapping[str, int]) -> bool:
        """Add one to a number of an item, creating an absent item, if every number of `below` is under its limit; tell
        whether the number was raised.
        """
        conditions = [f"(attribute_not_exists(#n{i}) OR #n{i} < :n{i})" for i in range(len(below))]
        try:
            self._client.update_item(
                TableName=self.name,
                Key=to_item({"pk": pk, "sk": sk}),
                UpdateExpression="ADD #name :one",
                ConditionExpression=" AND ".join(conditions),
                ExpressionAttributeNames={"#name": name, **{f"#n{i}": each for i, each in enumerate(below)}},
                ExpressionAttributeValues=to_item(
                    {":one": 1, **{f":n{i}": limit for i, limit in enumerate(below.values())}}
                ),
            )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    @reaching_aws
    def set_value(self, pk: str, sk: str, name: str, value: str) -> dict[str, Any]:
        """Set an attribute of an item, creating an absent item; return the whole updated item."""
        answer = self._client.update_item(
            TableName=self.name,
            Key=to_item({"pk": pk, "sk": sk}),
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues=to_item({":value": value}),
            ReturnValues="ALL_NEW",
        )
        return from_item(answer["Attributes"])

    def reader(self, index: Index, span: Span, decode: Callable[[Mapping[str, Any]], T]) -> ReadPartition[T]:
        """Return the function by which `read_page` reads a partition of this table."""

        def read(partition: str, after: Key | None, limit: int) -> tuple[Sequence[tuple[Key, T]], Key | None]:
            # Where a filter drops items, looking at a few more at once saves calls.
            items, following = self._query(index, partition, span, after, max(limit, LOOKED_AT_MIN))
            if len(items) > limit:
                items = items[:limit]
                following = _key_of(index, items[-1])
            return [(_key_of(index, item), decode(item)) for item in items], following

        return read

    @reaching_aws
    def _query(
        self, index: Index, partition: str, span: Span, after: Key | None, limit: int
    ) -> tuple[list[dict[str, Any]], Key | None]:
        """Examine up to `limit` items; return the matching items and the key to continue from, None at the partition's
        end.
        """
        request = _query(index, partition, span)
        if after is not None:
            request["ExclusiveStartKey"] = to_item(_start_key(index, partition, after))
        if index.name is None:
            request["ConsistentRead"] = True
        else:
            request["IndexName"] = index.name
        try:
            answer = self._client.query(
                TableName=self.name, Limit=limit, ScanIndexForward=not span.newest_first, **request
            )
        except ClientError as error:
            if after is not None and error_code(error) == "ValidationException":
                raise Malformed from error  # the cursor names a key outside the list
            raise
        last = answer.get("LastEvaluatedKey")
        return [from_item(item) for item in answer["Items"]], _key_of(index, from_item(last)) if last else None


def _key_of(index: Index, item: Mapping[str, Any]) -> Key:
    """Return the place of an item in its partition of an index: its sort key and, in an index, its own key."""
    if index.name is None:
        return (str(item[index.sk]),)
    return (str(item[index.sk]), str(item["pk"]), str(item["sk"]))


def _start_key(index: Index, partition: str, after: Key) -> dict[str, str]:
    if len(after) != (1 if index.name is None else 3):
        raise Malformed
    key = {index.pk: partition, index.sk: after[0]}
    return key if index.name is None else {**key, "pk": after[1], "sk": after[2]}


def _query(index: Index, partition: str, span: Span) -> dict[str, Any]:
    names: dict[str, str] = {"#pk": index.pk}
    values: dict[str, str] = {":pk": partition}
    conditions = ["#pk = :pk"]
    if span.prefix is not None or span.lowest is not None or span.highest is not None:
        names["#sk"] = index.sk
        conditions.append(_sort_key_condition(span, values))
    filters = []
    for number, (name, allowed) in enumerate((*((n, (v,)) for n, v in span.equal), *span.among)):
        names[f"#f{number}"] = name
        places = [f":f{number}_{place}" for place in range(len(allowed))]
        values.update(zip(places, allowed, strict=True))
        filters.append(f"#f{number} IN ({', '.join(places)})")
    request: dict[str, Any] = {
        "KeyConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": to_item(values),
    }
    if filters:
        request["FilterExpression"] = " AND ".join(filters)
    return request


def _sort_key_condition(span: Span, values: dict[str, str]) -> str:
    if span.prefix is not None:
        values[":prefix"] = span.prefix
        return "begins_with(#sk, :prefix)"
    if span.highest is None:
        values[":lowest"] = span.lowest or ""
        return "#sk >= :lowest"
    values[":highest"] = span.highest
    if span.lowest is None:
        return "#sk <= :highest"
    values[":lowest"] = span.lowest
    return "#sk BETWEEN :lowest AND :highest"


def without_nones(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values other than None, for the key attributes of indexes and for optional attributes."""
    return {name: value for name, value in values.items() if value is not None}
