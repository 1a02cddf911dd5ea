"""Cursors and pages: the only code that makes, reads or follows a cursor.

A cursor names the last item that was handed out: its partition and its key there. A cursor is opaque but not secret: a
reader may only continue in a partition that the query covers anyway, so an altered cursor gives nothing that was not
allowed.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeAlias, TypeVar

from chalicelib.kernel.errors import Finding, Malformed
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text

S = TypeVar("S")
T = TypeVar("T")

Key: TypeAlias = tuple[str, ...]
"""The position of an item in its partition."""

READ_AT_ONCE = 1000
"""Items requested in one read of a whole partition; a read ends earlier at 1 MB."""

LOOKED_AT_MAX = 20_000
"""Entries examined for one page of a list that few of the entries belong to."""

KEY_BYTES_MAX = 1024
"""The longest part of a key, in UTF-8: DynamoDB's sort key ends at 1,024 bytes."""

_FOREIGN_CURSOR = Finding(
    "cursor",
    "cursor",
    Text("游标无效，请从第一页重新开始。", "Start again from the first page: the cursor does not belong to this list."),
)


ReadPartition: TypeAlias = Callable[[str, Key | None, int], tuple[Sequence[tuple[Key, T]], Key | None]]
"""Reads up to so many items of one partition after a key: the items with their keys, and the key to read on from, None
at the end. Fewer items than asked for, even none, do not mean that the partition is at its end."""


def read_page(partitions: Sequence[str], page: PageRequest, read: ReadPartition[T]) -> Page[T]:
    """Collect one page from partitions, one after the other. Raises `Malformed` for a cursor that is not of them."""
    started = _decode(page.cursor, partitions) if page.cursor is not None else None
    first = 0 if started is None else partitions.index(started[0])
    collected: list[T] = []
    for partition in partitions[first:]:
        after = started[1] if started is not None and partition == started[0] else None
        while True:
            wanted = page.limit - len(collected)
            items, after = read(partition, after, wanted)
            collected.extend(item for _, item in items)
            if len(collected) == page.limit:
                at_end = after is None and partition == partitions[-1]
                cursor = None if at_end else _encode(partition, items[-1][0] if items else after)
                return Page(tuple(collected), cursor)
            if after is None:
                break
    return Page(tuple(collected))


def read_all(partition: str, read: ReadPartition[T], at_once: int = READ_AT_ONCE) -> Iterator[T]:
    """Yield every item of one partition; `at_once` items are requested in one read."""
    after: Key | None = None
    while True:
        items, after = read(partition, after, at_once)
        yield from (item for _, item in items)
        if after is None:
            return


def page_of(items: Sequence[T], key: Callable[[T], str], page: PageRequest) -> Page[T]:
    """Return one page of items that are all at hand, sorted by a unique key."""

    def read(_: str, after: Key | None, limit: int) -> tuple[Sequence[tuple[Key, T]], Key | None]:
        rest = [item for item in items if after is None or key(item) > after[0]]
        found = [((key(item),), item) for item in rest[:limit]]
        return found, found[-1][0] if len(rest) > limit else None

    return read_page(("",), page, read)


def page_looked_for(
    entries: Callable[[str | None], Iterator[tuple[str, S]]],
    choose: Callable[[S], T | None],
    page: PageRequest,
    looked_at_max: int = LOOKED_AT_MAX,
) -> Page[T]:
    """Return one page of the entries that `choose` accepts; entries can be read by key from behind any of them. At most
    `looked_at_max` are examined, so that a page may hold fewer items, even none; the next page goes on from there.
    """
    started = None if page.cursor is None else _decode(page.cursor, ("",))[1]
    found: list[tuple[str, T]] = []
    for looked_at, (key, entry) in enumerate(entries(None if started is None else started[0]), 1):
        chosen = choose(entry)
        if chosen is not None and len(found) == page.limit:
            return Page(tuple(each for _, each in found), _encode("", (found[-1][0],)))
        if chosen is not None:
            found.append((key, chosen))
        if looked_at == looked_at_max:
            last = key if len(found) < page.limit else found[-1][0]
            return Page(tuple(each for _, each in found), _encode("", (last,)))
    return Page(tuple(each for _, each in found))


def every(fetch: Callable[[PageRequest], Page[T]], limit: int = 200) -> Iterator[T]:
    """Yield every item of a paged list, page by page."""
    cursor = None
    while True:
        page = fetch(PageRequest(limit, cursor))
        yield from page.items
        if page.next is None:
            return
        cursor = page.next


def _can_be_key(part: str) -> bool:
    """Tell whether a store could hold a key's part: no lone surrogate, neither empty nor above `KEY_BYTES_MAX`."""
    try:
        return 0 < len(part.encode()) <= KEY_BYTES_MAX
    except UnicodeEncodeError:
        return False


def _encode(partition: str, key: Key | None) -> str:
    return urlsafe_b64encode(json.dumps([partition, *(key or ())]).encode()).decode().rstrip("=")


def _decode(cursor: str, partitions: Sequence[str]) -> tuple[str, Key | None]:
    try:
        parts = json.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise Malformed([_FOREIGN_CURSOR]) from error
    is_key = isinstance(parts, list) and parts and all(isinstance(part, str) for part in parts)
    if not is_key or parts[0] not in partitions or not all(map(_can_be_key, parts[1:])):
        raise Malformed([_FOREIGN_CURSOR])
    return parts[0], tuple(parts[1:]) or None


@dataclass(frozen=True, slots=True)
class PageRequest:
    limit: int
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of items and the cursor of the next page, None on the last."""

    items: tuple[T, ...]
    next: str | None = None
