"""A long list of rows as a tree of parts, each named by the hash of its bytes, that is read by key.

A leaf holds rows in the order of their keys, a branch the first key and the name of each part below it; the root's name
is the list's Merkle root and so its revision. Where a part ends is said by the key alone, so that an edit of one row
changes one leaf and the branches above it, every other part is shared with the revision before, and the same rows have
the same root whichever edits led to them. A part is proven by its name when it is read; what a name says never changes.

| part | canonical JSON |
|---|---|
| leaf | `{"rows": [[key, value], ...]}` |
| branch | `{"parts": [[first key, name], ...]}` |
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Protocol, TypeVar

from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.kernel.errors import IntegrityError
from chalicelib.kernel.frozen import dataclass

Value = Any
"""Plain JSON."""

Entry = tuple[str, Value]

PART_ROWS = 256
"""How many entries a part holds on average: some 4 KB as they are kept, read in a millisecond."""

ROWS_KEPT_MAX = 4_096
"""Rows that a list keeps once they were decoded."""

T = TypeVar("T")


class Parts(Protocol):
    """The bytes of parts by name; a part that is named and not there is as bad as one that was changed."""

    def __getitem__(self, name: str, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A list's root and the parts that were written for it: all of them, or those that an edit changed."""

    root: str
    parts: Mapping[str, bytes]


def write_list(entries: Iterable[Entry]) -> WrittenList:
    """Write entries, sorted by their distinct keys."""
    parts: dict[str, bytes] = {}
    return WrittenList(_above(_leaves(entries, parts), parts), parts)


@dataclass(frozen=True, slots=True)
class RowTree:
    """A written list, of which only the parts that are asked for are read."""

    root: str
    parts: Parts

    def get(self, key: str) -> Value | None:
        """The value of a key, None where there is none."""
        part = self._read(self.root)
        while "parts" in part:
            part = self._read(part["parts"][_place(part["parts"], key)][1])
        rows = part["rows"]
        at = _place(rows, key)
        return rows[at][1] if rows and rows[at][0] == key else None

    def entries(self, after: str | None = None) -> Iterator[Entry]:
        """The entries behind a key, or all of them, in order; read as far as they are asked for."""
        return self._entries(self.root, after)

    def under(self, prefix: str, after: str | None = None) -> Iterator[Entry]:
        """The entries whose key begins with a prefix, which is no key itself; those behind a key that begins so."""
        for key, value in self.entries(after or prefix):
            if not key.startswith(prefix):
                return
            yield key, value

    def differing(self, other: RowTree) -> Iterator[str]:
        """The keys whose values are not the same in both, in order; parts that both share are not read."""
        mine, theirs = self._leaf_names(), other._leaf_names()
        shared = mine.keys() & theirs.keys()
        before = dict(self._rows_of(name for name in mine if name not in shared))
        after = dict(other._rows_of(name for name in theirs if name not in shared))
        return (key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key))

    def edited(self, changes: Mapping[str, Value | None]) -> WrittenList:
        """The list with some keys' values replaced, None taking a key out. Only the leaves they stand in are read."""
        parts: dict[str, bytes] = {}
        leaves = [(first, name) for name, first in self._leaf_names().items()]
        at_leaf: dict[int, dict[str, Value | None]] = {}
        for key, value in changes.items():
            at_leaf.setdefault(_place(leaves, key), {})[key] = value
        kept: list[tuple[str, str]] = []
        carried: list[Entry] = []
        for at, leaf in enumerate(leaves):
            changed = at_leaf.get(at)
            if changed is None and not carried:
                kept.append(leaf)
                continue
            rows = dict(self._rows_of([leaf[1]])) | (changed or {})
            carried += ((key, rows[key]) for key in sorted(rows) if rows[key] is not None)
            if carried and _ends(0, carried[-1][0]):
                kept += _leaves(carried, parts)
                carried = []
        if carried:
            kept += _leaves(carried, parts)
        return WrittenList(_above(kept, parts), parts)

    def _entries(self, name: str, after: str | None) -> Iterator[Entry]:
        part = self._read(name)
        below = part["parts"] if "parts" in part else part["rows"]
        start = 0 if after is None else _place(below, after)
        for at, (key, value) in enumerate(below[start:]):
            if "parts" in part:
                yield from self._entries(value, after if at == 0 else None)
            elif after is None or key > after:
                yield key, value

    def _leaf_names(self) -> dict[str, str]:
        """The names of the leaves with their first keys, in order: of a list with rows no leaf is written twice."""
        level = [("", self.root)]
        while True:
            # All parts of a level are of one kind.
            read = self._read(level[0][1])
            if "parts" not in read:
                return {name: first for first, name in level}
            level = [tuple(each) for _, name in level for each in self._read(name)["parts"]]

    def _rows_of(self, names: Iterable[str]) -> Iterator[Entry]:
        return ((key, value) for name in names for key, value in self._read(name)["rows"])

    def _read(self, name: str) -> Mapping[str, Any]:
        try:
            content = self.parts[name]
        except KeyError as error:
            raise IntegrityError from error
        if sha256_hex(content) != name:
            raise IntegrityError
        part: Mapping[str, Any] = json.loads(content)
        return part


class KeptRows(Mapping[str, T]):
    """A tree's rows as what they mean, by key: what decides reads them as if they were at hand. Shared by threads."""

    def __init__(self, tree: RowTree, size: int, decode: Callable[[Value], T]) -> None:
        self.tree = tree
        self._size = size
        self._decode = decode
        self._kept: dict[str, T | None] = {}

    def __getitem__(self, key: str) -> T:
        found = self._kept.get(key)
        if found is None and key not in self._kept:
            value = self.tree.get(key)
            found = None if value is None else self._decode(value)
            if len(self._kept) >= ROWS_KEPT_MAX:
                self._kept.clear()
            self._kept[key] = found
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self.tree.entries())

    def __len__(self) -> int:
        return self._size

    def after(self, key: str | None) -> Iterator[tuple[str, T]]:
        """The rows behind a key, or all of them, in order; read as far as they are asked for."""
        return ((each, self._decode(value)) for each, value in self.tree.entries(key))


class WithRow(Mapping[str, T]):
    """Rows of which one, that is among them, is another."""

    def __init__(self, rows: Mapping[str, T], key: str, row: T) -> None:
        self._rows, self._key, self._row = rows, key, row

    def __getitem__(self, key: str) -> T:
        return self._row if key == self._key else self._rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def in_order(rows: Mapping[str, T], after: str | None = None) -> Iterator[tuple[str, T]]:
    """Rows by key, behind one or all of them, whether they are kept as a tree or at hand."""
    if isinstance(rows, KeptRows):
        return rows.after(after)
    return ((key, rows[key]) for key in sorted(rows) if after is None or key > after)


def differing(before: Mapping[str, T], after: Mapping[str, T]) -> Iterator[str]:
    """The keys that do not have the same row in both, in order."""
    if isinstance(before, KeptRows) and isinstance(after, KeptRows):
        return before.tree.differing(after.tree)
    return (key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key))


def _leaves(entries: Iterable[Entry], parts: dict[str, bytes]) -> list[tuple[str, str]]:
    return [_written("rows", rows, parts) for rows in _cut(0, entries)]


def _above(level: list[tuple[str, str]], parts: dict[str, bytes]) -> str:
    """The name of the root over some parts, once the branches between are written."""
    if not level:
        return _written("rows", [], parts)[1]
    for height in count(1):
        if len(level) == 1:
            break
        level = [_written("parts", below, parts) for below in _cut(height, level)]
    return level[0][1]


def _written(kind: str, entries: Sequence[Entry], parts: dict[str, bytes]) -> tuple[str, str]:
    content = canonical_json({kind: entries})
    name = sha256_hex(content)
    parts[name] = content
    return entries[0][0] if entries else "", name


def _cut(height: int, entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    for entry in entries:
        part.append(entry)
        if _ends(height, entry[0]):
            yield part
            part = []
    if part:
        yield part


def _ends(height: int, key: str) -> bool:
    """Whether a part ends behind a key, wherever the key stands."""
    digest = hashlib.sha256(f"{height}\n{key}".encode()).digest()
    return int.from_bytes(digest[:8]) % PART_ROWS == 0


def _place(entries: Sequence[Any], key: str) -> int:
    """Where the last entry stands whose key is not behind a key, the first where all are."""
    return max(bisect_right(entries, key, key=lambda entry: str(entry[0])) - 1, 0)
