"""A DynamoDB under load, in virtual time: calls take as long as the service's do, transactions that meet on an item are
refused, and a partition gives no more than it has.

The stored items are those of the client behind, which takes a single call at a time and so refuses none for that.
Source: Amazon DynamoDB Developer Guide, "Transaction conflict handling in DynamoDB", "Burst and adaptive capacity": a
transaction that meets an item of another one under way is cancelled with `TransactionConflict`, a write of one item is
refused with `TransactionConflictException`, a reader never; a partition gives 1,000 write units a second, and a
transaction costs two for each KB of an item. Neither bursts nor the splitting of partitions is granted here.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from tests.kit.virtual_time import VirtualTime

Place: TypeAlias = tuple[str, str, str]
"""A table with an item's key."""

_INDEXES = ("gsi1pk", "gsi2pk", "gsi3pk")
_UNIT_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Service:
    """Assumed mean durations of calls, in seconds, and the units that a partition gives in a second.

    A transaction holds its items for `held_s` of its time. These are assumptions, to be measured on an account.
    """

    read_s: float = 0.005
    write_s: float = 0.008
    transaction_s: float = 0.028
    held_s: float = 0.02
    partition_units: int = 1000


@dataclass(slots=True)
class Told:
    """Counts so far: transactions, those of them that post to `ledger`, and refusals.

    `met` counts the items at which transactions met, by kind; `units` the units written to each partition.
    """

    transactions: int = 0
    postings: int = 0
    conflicts: int = 0
    throttled: int = 0
    met: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)


class ContendedDynamo:
    """In the place of a boto3 client; `client` reads and writes what stands. `ledger` is the table of postings."""

    def __init__(
        self, client: Any, time: VirtualTime, draw: random.Random, ledger: str = "", service: Service | None = None
    ) -> None:
        self._client = client
        self._time = time
        self._draw = draw
        self._ledger = ledger
        self._service = service or Service()
        self._held: set[Place] = set()
        self._left: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, float(self._service.partition_units)))
        self.told = Told()

    def get_item(self, **request: Any) -> Any:
        return self._read("get_item", request)

    def batch_get_item(self, **request: Any) -> Any:
        return self._read("batch_get_item", request)

    def query(self, **request: Any) -> Any:
        return self._read("query", request)

    def put_item(self, **request: Any) -> Any:
        return self._write("put_item", request)

    def update_item(self, **request: Any) -> Any:
        return self._write("update_item", request)

    def transact_write_items(self, **request: Any) -> Any:
        """Write all parts or none. Raises the service's errors for items that another transaction holds, and for
        partitions that have nothing left.
        """
        parts = [next(iter(each.values())) for each in request["TransactItems"]]
        places = [_place(part) for part in parts]
        self.told.transactions += 1
        self.told.postings += any(table == self._ledger for table, *_ in places)
        self._take(self._service.transaction_s - self._service.held_s)
        met = [place in self._held for place in places]
        if any(met):
            self.told.conflicts += 1
            self.told.met.update(kind_of(place) for place, is_met in zip(places, met, strict=True) if is_met)
            raise _cancelled("TransactionConflict", met)
        short = self._short_of(parts, factor=2)
        if short:
            raise _cancelled("ThrottlingError", [_partition(part) in short for part in parts])
        self._held.update(places)
        try:
            self._take(self._service.held_s)
            return self._client.transact_write_items(**request)
        finally:
            self._held.difference_update(places)

    def _read(self, name: str, request: dict[str, Any]) -> Any:
        self._take(self._service.read_s)
        return getattr(self._client, name)(**request)

    def _write(self, name: str, request: dict[str, Any]) -> Any:
        self._take(self._service.write_s)
        if _place(request) in self._held:
            self.told.conflicts += 1
            self.told.met[kind_of(_place(request))] += 1
            raise _refused("TransactionConflictException", name)
        if self._short_of([request], factor=1):
            raise _refused("ProvisionedThroughputExceededException", name)
        return getattr(self._client, name)(**request)

    def _take(self, seconds: float) -> None:
        """Some calls take half as long, some half as long again."""
        self._time.sleep(seconds * self._draw.uniform(0.5, 1.5))

    def _short_of(self, parts: Iterable[Mapping[str, Any]], factor: int) -> set[str]:
        """Return the partitions with too few units left for these parts; if all have enough, the units are taken. An
        index is written once, in a transaction or out of it.
        """
        wanted: Counter[str] = Counter()
        for part in parts:
            units = _units(part)
            wanted[_partition(part)] += factor * units
            written = part.get("Item", {})
            wanted.update({f"{part['TableName']}|{written[name]['S']}": units for name in _INDEXES if name in written})
        short = {partition for partition, units in wanted.items() if self._rest(partition) < units}
        if short:
            self.told.throttled += 1
            return short
        for partition, units in wanted.items():
            self._left[partition] = (self._time.now_s, self._rest(partition) - units)
        self.told.units.update({partition.partition("|")[2]: units for partition, units in wanted.items()})
        return set()

    def _rest(self, partition: str) -> float:
        """Return the units left to a partition: they refill as a second goes by, up to one second's worth."""
        at_s, left = self._left[partition]
        full = float(self._service.partition_units)
        return min(full, left + (self._time.now_s - at_s) * full)


def kind_of(place: Place) -> str:
    """A kind of item: the first words of its key."""
    _, pk, sk = place
    return f"{pk.partition('#')[0]}/{sk.partition('#')[0]}"


def _key(part: Mapping[str, Any]) -> Mapping[str, Any]:
    key: Mapping[str, Any] = part.get("Item") or part["Key"]
    return key


def _place(part: Mapping[str, Any]) -> Place:
    return part["TableName"], _key(part)["pk"]["S"], _key(part)["sk"]["S"]


def _partition(part: Mapping[str, Any]) -> str:
    return f"{part['TableName']}|{_key(part)['pk']['S']}"


def _units(part: Mapping[str, Any]) -> int:
    """Return the units of one write of an item. An item that is updated or read is taken to be of a single unit."""
    return math.ceil(sum(len(name) + _bytes(value) for name, value in part.get("Item", {}).items()) / _UNIT_BYTES) or 1


def _bytes(attribute: Mapping[str, Any]) -> int:
    """The length of an attribute's value by the service's rule."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "B":
            return len(value.encode() if kind == "S" else value)
        case "N":
            return len(value) // 2 + 2
        case "L":
            return 3 + sum(1 + _bytes(each) for each in value)
        case "M":
            return 3 + sum(1 + len(name) + _bytes(each) for name, each in value.items())
        case _:
            return 1


def _cancelled(code: str, which: list[bool]) -> ClientError:
    reasons = [{"Code": code if is_one else "None"} for is_one in which]
    said: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(said, "TransactWriteItems")


def _refused(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, operation)
