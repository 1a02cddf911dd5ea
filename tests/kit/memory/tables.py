"""The tables in memory: the promises of DynamoDB that the product builds on, over plain values.

Every store of the product reads these as it reads DynamoDB, and every verb of a write becomes the same changes; the
contract suites hold the two to the same sentences.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from chalicelib.kernel.errors import Malformed, VersionConflict
from chalicelib.kernel.pages import Key
from chalicelib.kernel.writes import SOME, Part, Put, Require
from chalicelib.main.capabilities import RECORDS
from chalicelib.platform.aws.codec import ACCESS, LEDGER, STATE
from chalicelib.platform.aws.table import BASE, GSI1, GSI2, GSI3, Index, Span, Table, from_item, to_item
from chalicelib.platform.aws.writes import AtLeast, Condition, Deed, ItemChange, Records, changes_of

T = TypeVar("T")
_Item = dict[str, Any]
_INDEXES = (BASE, GSI1, GSI2, GSI3)


class MemoryTable(Table):
    """A table in memory. Items are found by key and, in each index whose keys they have, in sort-key order."""

    def __init__(self, lock: threading.RLock | None = None) -> None:
        super().__init__(None, "memory")
        self.lock = lock or threading.RLock()
        self._items: dict[tuple[str, ...], _Item] = {}
        self._places: dict[tuple[str | None, str], list[Key]] = defaultdict(list)

    def get(self, pk: str, sk: str) -> _Item | None:
        with self.lock:
            return self._items.get((pk, sk))

    def get_many(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], _Item]:
        with self.lock:
            return {key: self._items[key] for key in keys if key in self._items}

    def put(self, item: Mapping[str, Any]) -> None:
        with self.lock:
            self.remove(item["pk"], item["sk"])
            kept = from_item(to_item(item))
            self._items[kept["pk"], kept["sk"]] = kept
            for partition, key in _places(kept):
                insort(self._places[partition], key)

    def put_many(self, items: Iterable[Mapping[str, Any]]) -> None:
        for item in items:
            self.put(item)

    def put_new(self, item: Mapping[str, Any]) -> None:
        with self.lock:
            if (item["pk"], item["sk"]) in self._items:
                raise VersionConflict
            self.put(item)

    def add_one(self, pk: str, sk: str, name: str, below: Mapping[str, int]) -> bool:
        with self.lock:
            item = self._items.get((pk, sk), {"pk": pk, "sk": sk})
            if any(item.get(each, 0) >= limit for each, limit in below.items()):
                return False
            self.put({**item, name: item.get(name, 0) + 1})
            return True

    def set_value(self, pk: str, sk: str, name: str, value: str) -> _Item:
        with self.lock:
            self.put({**self._items.get((pk, sk), {"pk": pk, "sk": sk}), name: value})
            return self._items[pk, sk]

    def remove(self, pk: str, sk: str) -> None:
        """Remove an item, if it is there."""
        with self.lock:
            for partition, key in _places(self._items.pop((pk, sk), {})):
                standing = self._places[partition]
                del standing[bisect_left(standing, key)]

    def everything(self) -> list[_Item]:
        """Every item."""
        with self.lock:
            return list(self._items.values())

    def _query(
        self, index: Index, partition: str, span: Span, after: Key | None, limit: int
    ) -> tuple[list[_Item], Key | None]:
        if after is not None and len(after) != len(_key_in(index, {"pk": "", "sk": "", index.sk: ""})):
            raise Malformed
        with self.lock:
            keys = _within(self._places.get((index.name, partition), ()), span)
            if span.newest_first:
                keys = [key for key in reversed(keys) if after is None or key < after]
            elif after is not None:
                keys = keys[bisect_right(keys, after) :]
            looked_at = [self._items[(partition, *key) if index.name is None else key[1:]] for key in keys[:limit]]
            following = keys[limit - 1] if len(keys) > limit else None
            return [item for item in looked_at if _is_kept(item, span)], following


class MemoryTables:
    """The tables of one system, under one lock, as a transaction sees them."""

    def __init__(self, lock: threading.RLock | None = None, records: Records = RECORDS) -> None:
        self.lock = lock or threading.RLock()
        self._records = records
        self.state, self.ledger, self.access = (MemoryTable(self.lock) for _ in range(3))
        self._own: dict[tuple[str, str, str], type[Any]] = {}
        self._by_name = {STATE: self.state, LEDGER: self.ledger, ACCESS: self.access}

    def commit(self, parts: Sequence[Part]) -> None:
        """Write all parts or none. Raises `VersionConflict` where a condition fails."""
        changes = self.changes(parts)
        with self.lock:
            if not self.hold(changes):
                raise VersionConflict
            self.apply(changes)

    def changes(self, parts: Iterable[Part]) -> list[ItemChange]:
        """Return the changes that the parts make to items; as with DynamoDB, no two changes to the same item."""
        changes: list[ItemChange] = []
        for part in parts:
            made = changes_of(part, self._records)
            if made and not isinstance(part, Require):
                self._own[made[0].table, made[0].pk, made[0].sk] = type(cast("Any", part).record)
            changes += made
        assert len({(each.table, each.pk, each.sk) for each in changes}) == len(changes), "an item is written twice"
        return changes

    def all(self, kind: type[T]) -> list[T]:
        """Every record of a type, in the order in which they were first written."""
        with self.lock:
            kept = self._records[kind]
            places = [place for place, whose in self._own.items() if whose is kind]
            found = [self._by_name[table].get(pk, sk) for table, pk, sk in places]
            return [kept.read(item) for item in found if item is not None]

    def keep(self, *records: object) -> None:
        """Put records there, replacing any present items."""
        self.commit([Put(record) for record in records])

    def hold(self, changes: Iterable[ItemChange]) -> bool:
        """Tell whether every condition is met."""
        return all(
            _meets(condition, self._by_name[change.table].get(change.pk, change.sk) or {})
            for change in changes
            for condition in change.conditions
        )

    def apply(self, changes: Iterable[ItemChange]) -> None:
        """Apply the changes."""
        for change in changes:
            table, key = self._by_name[change.table], {"pk": change.pk, "sk": change.sk}
            if change.deed is Deed.PUT:
                table.put({**key, **change.values})
            elif change.deed is Deed.UPDATE:
                standing = table.get(change.pk, change.sk) or {}
                sums = {name: standing.get(name, 0) + amount for name, amount in change.adds.items()}
                table.put({**key, **standing, **change.values, **sums})
            elif change.deed is Deed.DELETE:
                table.remove(change.pk, change.sk)


def _meets(condition: Condition, item: Mapping[str, Any]) -> bool:
    if isinstance(condition, AtLeast):
        return condition.name in item and item[condition.name] >= condition.least
    has = item.get(condition.name)
    if condition.name not in item:
        return None in condition.allowed
    return SOME in condition.allowed or has in condition.allowed


def _places(item: Mapping[str, Any]) -> list[tuple[tuple[str | None, str], Key]]:
    """Return an item's places: each of its partitions, and its key there."""
    return [
        ((index.name, item[index.pk]), _key_in(index, item))
        for index in _INDEXES
        if index.pk in item and index.sk in item
    ]


def _key_in(index: Index, item: Mapping[str, Any]) -> Key:
    return (item["sk"],) if index.name is None else (item[index.sk], item["pk"], item["sk"])


def _within(keys: Sequence[Key], span: Span) -> list[Key]:
    """The keys between the bounds of a span, both inside."""
    lowest, highest = span.lowest or "", span.highest
    if span.prefix is not None:
        lowest, highest = span.prefix, None
    found = keys[bisect_left(keys, (lowest,)) :]
    if span.prefix is not None:
        return [key for key in found if key[0].startswith(span.prefix)]
    return [key for key in found if highest is None or key[0] <= highest]


def _is_kept(item: Mapping[str, Any], span: Span) -> bool:
    return all(item.get(name) == value for name, value in span.equal) and all(
        item.get(name) in allowed for name, allowed in span.among
    )
