"""Billed units of an AWS request, from its parameters and its answer.

Sizes are by DynamoDB's rule: names and texts by their UTF-8 bytes, a number by half its digits and one, a list or a map
by three and one for each element. Items that an update or a deletion leaves or removes are not sent; each of ours is
below a kilobyte, and is counted as such. An item stands once more in each index whose keys it has; in the index of keys
alone it is never larger than a kilobyte. Leaving a place in an index is a write of the index, which `Places` counts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

KB, READ_UNIT = 1024, 4096
_WHOLE, _KEYS_ALONE = ("gsi1", "gsi2"), ("gsi3",)
_Key: TypeAlias = tuple[str, str, str]


def size_of(item: Mapping[str, Any]) -> int:
    """The bytes of an item in DynamoDB's own notation."""
    return sum(len(name.encode()) + _size_of(value) for name, value in item.items())


def _size_of(attribute: Mapping[str, Any]) -> int:
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "B":
            return len(value)
        case "N":
            return math.ceil(len(value.lstrip("-0.")) / 2) + 1
        case "L":
            return 3 + sum(1 + _size_of(each) for each in value)
        case "M":
            return 3 + size_of(value) + len(value)
        case _:
            return 1


def units_of(service: str, operation: str, sent: Mapping[str, Any], answer: Mapping[str, Any]) -> Counter[str]:
    """Billed units by their name in `tests/kit/prices.py`."""
    if service == "dynamodb":
        return _dynamodb(operation, sent, answer)
    if service == "s3":
        return Counter({"s3 put" if operation in ("PutObject", "ListObjectsV2") else "s3 get": 1})
    if service == "kms":
        return Counter({"kms": 1})
    if service == "events":
        return Counter({"event": len(sent["Entries"])})
    if service == "stepfunctions":
        return Counter({"express start": int(operation in ("StartExecution", "StartSyncExecution"))})
    return Counter()


def _dynamodb(operation: str, sent: Mapping[str, Any], answer: Mapping[str, Any]) -> Counter[str]:
    match operation:
        case "TransactWriteItems":
            written = [_written(each) for each in sent["TransactItems"]]
            return Counter({"write": sum(2 * own + indexed for own, indexed in written)})
        case "PutItem" | "BatchWriteItem":
            batches = sent.get("RequestItems", {"": [{"PutRequest": sent}]}).values()
            written = [_written({"Put": each["PutRequest"]}) for batch in batches for each in batch]
            return Counter({"write": sum(own + indexed for own, indexed in written)})
        case "UpdateItem" | "DeleteItem":
            return Counter({"write": 1})
        case "GetItem":
            return Counter({"read": _read([answer["Item"]] if "Item" in answer else [])})
        case "BatchGetItem":
            asked = sum(len(each["Keys"]) for each in sent["RequestItems"].values())
            found = [item for items in answer["Responses"].values() for item in items]
            return Counter({"read": sum(_read([item]) for item in found) + asked - len(found)})
        case "Query":
            whole = math.ceil(sum(map(size_of, answer["Items"])) / READ_UNIT) or 1
            return Counter({"read": whole if sent.get("ConsistentRead") else math.ceil(whole / 2)})
    raise ValueError(operation)


def _written(operation: Mapping[str, Any]) -> tuple[int, int]:
    """Write units of the item itself, and those of its places in indexes."""
    ((verb, said),) = ((name, each) for name, each in operation.items() if name != "ReturnValues")
    if verb != "Put":
        return 1, 0
    units, places = math.ceil(size_of(said["Item"]) / KB), _places(said["Item"])
    return units, sum(1 if index in _KEYS_ALONE else units for index in places)


def _places(item: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the item's key in each index in which it stands."""
    return {
        index: (item[f"{index}pk"], item[f"{index}sk"]) for index in (*_WHOLE, *_KEYS_ALONE) if f"{index}pk" in item
    }


class Places:
    """The places in indexes of the items put so far."""

    def __init__(self) -> None:
        self._known: dict[_Key, dict[str, tuple[Any, Any]]] = {}

    def left(self, operation: str, sent: Mapping[str, Any]) -> int:
        """Return the number of places that a request left, a unit each: by a deletion, and by an item put without the
        place or with another.
        """
        return sum(self._left(each) for each in _changes(operation, sent))

    def _left(self, change: Mapping[str, Any]) -> int:
        item = change.get("Item")
        of = item or change["Key"]
        key = (change["TableName"], of["pk"]["S"], of["sk"]["S"])
        before, places = self._known.get(key, {}), {} if item is None else _places(item)
        self._known[key] = places
        return sum(places.get(index) != place for index, place in before.items())


def _changes(operation: str, sent: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the puts and deletions of a request; an update changes no place here."""
    match operation:
        case "TransactWriteItems":
            return [said for each in sent["TransactItems"] for verb, said in each.items() if verb in ("Put", "Delete")]
        case "PutItem" | "DeleteItem":
            return [sent]
        case _:
            return []


def _read(items: list[Mapping[str, Any]]) -> int:
    return sum(math.ceil(size_of(item) / READ_UNIT) for item in items) or 1
