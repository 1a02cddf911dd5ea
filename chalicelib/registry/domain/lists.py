"""Long lists of rows, kept as trees of parts named by the hash of their bytes and read by key.

A leaf holds rows in the order of their keys, a branch the first key and the name of every part below; the root's name
is the list's Merkle root and so its revision. The end of a part depends on the key alone. An edit of a row therefore
changes one leaf and the branches above that leaf, every other part is shared with the revision before, and the same
rows have the same root whichever edits led to them. A part is proven by its name when read; the content of a name never
changes.

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
"""A value of a row: plain JSON."""

Entry = tuple[str, Value]

PART_ROWS = 256
"""The average number of entries of a part: some 4 KB as kept, read in a millisecond."""

ROWS_KEPT_MAX = 4_096
"""The maximum number of decoded rows that a list keeps."""

T = TypeVar("T")


class Parts(Protocol):
    """The bytes of parts by name; a missing part is as bad as a changed part."""

    def __getitem__(self, name: str, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A list's root and the parts written for the list: all parts, or those changed by an edit."""

    root: str
    parts: Mapping[str, bytes]


def write_list(entries: Iterable[Entry]) -> WrittenList:
    """Write entries, sorted by their distinct keys."""
    parts: dict[str, bytes] = {}
    return WrittenList(_above(_leaves(entries, parts), parts), parts)


@dataclass(frozen=True, slots=True)
class RowTree:
    """A written list; only the parts needed for an answer are read."""

    root: str
    parts: Parts

    def get(self, key: str) -> Value | None:
        """Return the value of a key, None for an absent key."""
        part = self._read(self.root)
        while "parts" in part:
            part = self._read(part["parts"][_place(part["parts"], key)][1])
        rows = part["rows"]
        at = _place(rows, key)
        return rows[at][1] if rows and rows[at][0] == key else None

    def entries(self, after: str | None = None) -> Iterator[Entry]:
        """Return the entries after a key, or all, in order; parts are read only as far as the caller iterates."""
        return self._entries(self.root, after)

    def under(self, prefix: str, after: str | None = None) -> Iterator[Entry]:
        """Return the entries whose key begins with a prefix (itself no key), after a key with the same prefix."""
        for key, value in self.entries(after or prefix):
            if not key.startswith(prefix):
                return
            yield key, value

    def differing(self, other: RowTree) -> Iterator[str]:
        """Return the keys with different values in the two lists, in order; shared parts are not read."""
        mine, theirs = self._leaf_names(), other._leaf_names()
        shared = mine.keys() & theirs.keys()
        before = dict(self._rows_of(name for name in mine if name not in shared))
        after = dict(other._rows_of(name for name in theirs if name not in shared))
        return (key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key))

    def edited(self, changes: Mapping[str, Value | None]) -> WrittenList:
        """Write the list with some keys' values replaced, None removing a key. Only the affected leaves are read."""
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
        """Return the names of the leaves with their first keys, in order; a list with rows writes no leaf twice."""
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
    """A tree's rows as decoded values, by key, so that deciding code reads them like a mapping in memory. Shared by
    threads.
    """

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
        """Return the rows after a key, or all, in order; parts are read only as far as the caller iterates."""
        return ((each, self._decode(value)) for each, value in self.tree.entries(key))


class WithRow(Mapping[str, T]):
    """Rows with the row of an existing key replaced."""

    def __init__(self, rows: Mapping[str, T], key: str, row: T) -> None:
        self._rows, self._key, self._row = rows, key, row

    def __getitem__(self, key: str) -> T:
        return self._row if key == self._key else self._rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def in_order(rows: Mapping[str, T], after: str | None = None) -> Iterator[tuple[str, T]]:
    """Return rows in the order of their keys, after a key or all, for rows kept as a tree or in memory."""
    if isinstance(rows, KeptRows):
        return rows.after(after)
    return ((key, rows[key]) for key in sorted(rows) if after is None or key > after)


def differing(before: Mapping[str, T], after: Mapping[str, T]) -> Iterator[str]:
    """Return the keys with different rows in the two mappings, in order."""
    if isinstance(before, KeptRows) and isinstance(after, KeptRows):
        return before.tree.differing(after.tree)
    return (key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key))


def _leaves(entries: Iterable[Entry], parts: dict[str, bytes]) -> list[tuple[str, str]]:
    return [_written("rows", rows, parts) for rows in _cut(0, entries)]


def _above(level: list[tuple[str, str]], parts: dict[str, bytes]) -> str:
    """Write the branches over some parts and return the name of the root."""
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
    """Tell whether a part ends after a key, wherever the key stands."""
    digest = hashlib.sha256(f"{height}\n{key}".encode()).digest()
    return int.from_bytes(digest[:8]) % PART_ROWS == 0


def _place(entries: Sequence[Any], key: str) -> int:
    """Return the index of the last entry whose key is not after a key; 0 where all are after."""
    return max(bisect_right(entries, key, key=lambda entry: str(entry[0])) - 1, 0)
