"""Records that have an id, move one revision at a time and stand in lists: what most services of an agency keep.

| pk | sk | what |
|---|---|---|
| NAME#id | RECORD | a record |
| NAMES#list | its place there | the same, in each list it stands in |

The copies stand in the table itself and not in an index, so that a list is read as consistently as a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import BASE, Span, Table

T = TypeVar("T")

_SK = "RECORD"


def shelf_record(
    name: str, kind: type[T], id_of: Callable[[T], str], places_of: Callable[[T], Iterable[tuple[str, str]]]
) -> Record[T]:
    """How such records lie in the table. `places_of` gives the lists a record stands in, each with its place there: the
    text it is ordered by, which no other record of the list has. Neither changes for as long as the record is kept.
    """

    def copies(value: T) -> Iterable[Mapping[str, str]]:
        return ({"pk": f"{name}S#{of}", "sk": at} for of, at in places_of(value))

    return Record(kind, lambda value: (f"{name}#{id_of(value)}", _SK), copies=copies)


class DynamoShelf(Generic[T]):
    """The store of such records; `kernel.ports.Shelf` says what it promises."""

    def __init__(self, table: Table, name: str, record: Record[T]) -> None:
        self._table = table
        self._name = name
        self._record = record

    def get(self, record_id: str) -> T | None:
        item = self._table.get(f"{self._name}#{record_id}", _SK)
        return None if item is None else self._record.read(item)

    def find(
        self, lists: tuple[str, ...], page: PageRequest, equal: Mapping[str, str] | None = None, *, newest: bool = True
    ) -> Page[T]:
        span = Span(equal=tuple(sorted((equal or {}).items())), newest_first=newest)
        partitions = tuple(f"{self._name}S#{each}" for each in lists)
        return read_page(partitions, page, self._table.reader(BASE, span, self._record.read))
