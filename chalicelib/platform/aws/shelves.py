"""Records with an id, single-step revisions and places in lists: the storage of most services of an agency.

| pk | sk | what |
|---|---|---|
| NAME#id | RECORD | a record |
| NAMES#list | the record's place in the list | the same, in every list of the record |

The copies lie in the table itself and not in an index, so that a list is read as consistently as a record.
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
    """Declare the storage of such records. `places_of` gives the lists of a record, with its place in every list: the
    text by which the list is ordered, unique in the list. Neither changes for as long as the record is kept.
    """

    def copies(value: T) -> Iterable[Mapping[str, str]]:
        return ({"pk": f"{name}S#{of}", "sk": at} for of, at in places_of(value))

    return Record(kind, lambda value: (f"{name}#{id_of(value)}", _SK), copies=copies)


class DynamoShelf(Generic[T]):
    """The store of such records; its contract is `kernel.ports.Shelf`."""

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
