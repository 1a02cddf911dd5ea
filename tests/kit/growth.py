"""Counts of a use case's requests to the stores as data grows: at n, 2 n and 4 n, the requests and the things returned.

In memory every call of a store is a request, as with DynamoDB and S3, except that a list there comes in pages: so the
things that a call returns are counted too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from chalicelib.kernel.pages import Key, Page
from chalicelib.law.domain.bundle import BundleFile
from chalicelib.platform.aws.table import Index, Span, Table
from tests.kit.memory.samples import policies
from tests.kit.memory.tables import MemoryTable
from tests.kit.memory.world import World

SIZES = (4, 8, 16)
"""Sizes of the growing data: n, 2 n and 4 n."""
SCALE = Path(__file__).parents[2] / "docs" / "scale.md"
_NO_STORES = frozenset({"BundleStore", "PersonTokens", "NameKeys", "ClaimIds", "Workflows", "Events"})
"""Ports that are no stores, and bundles, which a process reads once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """So many requests to the stores, and so many things that they brought."""

    requests: int = 0
    things: int = 0


class Counting:
    """Counts the calls of a world's stores."""

    def __init__(self) -> None:
        self._requests = self._things = 0
        self._is_within = False

    def during(self, act: Callable[[], object]) -> Asked:
        """Return the requests and things of one act."""
        requests, things = self._requests, self._things
        act()
        return Asked(self._requests - requests, self._things - things)

    def wrap(self, name: str, port: object) -> object:
        """A port as it is given, each of whose calls is counted."""
        return port if name in _NO_STORES else _Counted(self, port)

    def call(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Let a call through. What a counted call asks of others is part of that call."""
        if self._is_within:
            return method(*arguments, **named)
        self._is_within = True
        try:
            answer = method(*arguments, **named)
        finally:
            self._is_within = False
        self._requests += 1
        found = answer.items if isinstance(answer, Page) else answer
        is_list = isinstance(found, Sized) and not isinstance(found, (str, bytes))
        self._things += len(found) if is_list else 1
        return answer


class _Counted:
    def __init__(self, counting: Counting, port: object) -> None:
        self._counting, self._port = counting, port

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        return partial(self._counting.call, found) if callable(found) else found


class CountedTable(Table):
    """A table in memory, each of whose requests is counted: a query for each page, and the items that it brings."""

    def __init__(self, counting: Counting, table: MemoryTable) -> None:
        super().__init__(None, table.name)
        self._counting, self._table = counting, table

    def get(self, pk: str, sk: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._counting.call(self._table.get, pk, sk)
        return found

    def get_many(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        found: dict[tuple[str, str], dict[str, Any]] = self._counting.call(self._table.get_many, keys)
        return found

    def _query(
        self, index: Index, partition: str, span: Span, after: Key | None, limit: int
    ) -> tuple[list[dict[str, Any]], Key | None]:
        return _counted_query(self._counting, self._table._query)(index, partition, span, after, limit)


_Query = Callable[[Index, str, Span, "Key | None", int], "tuple[list[dict[str, Any]], Key | None]"]


def _counted_query(counting: Counting, query: _Query) -> _Query:
    def counted(
        index: Index, partition: str, span: Span, after: Key | None, limit: int
    ) -> tuple[list[dict[str, Any]], Key | None]:
        following: list[Key | None] = []

        def ask() -> list[dict[str, Any]]:
            items, key = query(index, partition, span, after, limit)
            following.append(key)
            return items

        return counting.call(ask), following[0]

    return counted


def counted_world(bundle: BundleFile | None = None) -> tuple[World, Counting]:
    """Build a world in memory, and the counter of its stores' calls."""
    counting = Counting()
    return World(bundle or policies(), counting.wrap), counting


def world_counted_by_request(bundle: BundleFile | None = None) -> tuple[World, Counting]:
    """Build a world in memory that counts each read of its tables, by whichever store, as DynamoDB would: a get, a
    batch or a page of a query. Commits, documents and the stores over no table are counted call by call.
    """
    counting = Counting()
    world = World(bundle or policies(), lambda name, port: port if _reads_tables(port) else counting.wrap(name, port))
    for table in (world.memory.tables.state, world.memory.tables.ledger):
        _count_reads(counting, table)
    return world, counting


def _reads_tables(port: object) -> bool:
    return type(port).__name__.startswith("Dynamo")


def _count_reads(counting: Counting, table: MemoryTable) -> None:
    for name in ("get", "get_many"):
        setattr(table, name, partial(counting.call, getattr(table, name)))
    setattr(table, "_query", _counted_query(counting, table._query))  # noqa: B010 (a method is not assigned to)


def is_flat(asked: list[Asked]) -> bool:
    """Tell whether the cost is the same at n, 2 n and 4 n."""
    return len(set(asked)) == 1


def is_linear(asked: list[Asked]) -> bool:
    """Tell whether from 2 n to 4 n twice as much is added as from n to 2 n, to a tenth: growth with the square would
    add four times as much.
    """
    once, twice, four = ((each.requests, each.things) for each in asked)
    return all(10 * (c - b) <= 22 * (b - a) for a, b, c in zip(once, twice, four, strict=True))


def assert_as_written(what: str, counts: Sequence[int]) -> None:
    """Check that the row `what` of the table "What grows" holds the counts, to one in a hundred. A single figure in the
    row means the same count at n, 2 n and 4 n.
    """
    rows = [line for line in SCALE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {what} |")]
    assert len(rows) == 1, f"docs/scale.md has {len(rows)} rows for {what}; counted was {counts}"
    said = [int(each.replace(",", "")) for each in rows[0].split("|")[3].strip().split(", ")]
    written = said * len(counts) if len(said) == 1 else said
    assert len(written) == len(counts), rows[0]
    is_near = all(abs(one - other) * 100 <= other for one, other in zip(counts, written, strict=True))
    assert is_near, f"docs/scale.md says {rows[0]}, counted was {list(counts)}"
