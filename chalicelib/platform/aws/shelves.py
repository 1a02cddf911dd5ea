"""Records with an id, single-step revisions and places in lists: the storage of most services of an agency.

| pk | sk | what |
|---|---|---|
| NAME#id | RECORD | a record |
| NAMES#list | the record's place in the list | the same, in every list of the record; gsi1: the list's of its status |

The copies lie in the table itself and not in an index, so that a list is read as consistently as a record. The records
of a status are a partition of the first index, so that whoever asks for a status reads none of another status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Generic, TypeVar

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import BASE, GSI1, Span, Table, in_status

T = TypeVar("T")

_SK = "RECORD"
_STATUS = "status"
"""The field by which the records of a list are told apart; a kind of record without the field has no such lists."""


def shelf_record(
    name: str, kind: type[T], id_of: Callable[[T], str], places_of: Callable[[T], Iterable[tuple[str, str]]]
) -> Record[T]:
    """Declare the storage of such records. `places_of` gives the lists of a record, with its place in every list: the
    text by which the list is ordered, unique in the list. Neither changes for as long as the record is kept; the
    record's status does.
    """
    has_status = _STATUS in {each.name for each in fields(kind)}  # type: ignore[arg-type]

    def copies(value: T) -> Iterable[Mapping[str, str]]:
        for of, at in places_of(value):
            place = {"pk": f"{name}S#{of}", "sk": at}
            if has_status:
                place |= {"gsi1pk": in_status(place["pk"], getattr(value, _STATUS)), "gsi1sk": at}
            yield place

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

    def get_many(self, record_ids: Iterable[str]) -> Mapping[str, T]:
        """Return at most a hundred records by their ids, in a single request; absent records are left out."""
        keys = {(f"{self._name}#{each}", _SK): each for each in record_ids}
        found = self._table.get_many(keys) if keys else {}
        return {keys[key]: self._record.read(item) for key, item in found.items()}

    def find(
        self, lists: tuple[str, ...], page: PageRequest, equal: Mapping[str, str] | None = None, *, newest: bool = True
    ) -> Page[T]:
        wanted = dict(equal or {})
        status = wanted.pop(_STATUS, None)
        span = Span(equal=tuple(sorted(wanted.items())), newest_first=newest)
        return self._page(lists, status, span, page)

    def _page(self, lists: tuple[str, ...], status: str | None, span: Span, page: PageRequest) -> Page[T]:
        """Read a page of a span of lists, of one status or of any."""
        index, partitions = BASE, tuple(f"{self._name}S#{each}" for each in lists)
        if status is not None:
            index, partitions = GSI1, tuple(in_status(each, status) for each in partitions)
        return read_page(partitions, page, self._table.reader(index, span, self._record.read))
