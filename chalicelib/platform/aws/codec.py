"""Records by their types: a frozen dataclass to an item's values and back, read field by field as declared.

A field holds text, bytes, a whole number, a boolean, a `StrEnum`, a date, another dataclass, a tuple of these, or any
of them or None; text or a number where the field declares either. The storage of a type in a table is declared once, as
a `Record`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from chalicelib.kernel.access import Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.platform.aws.table import without_nones

T = TypeVar("T")
_Values = Mapping[str, Any]

STATE, LEDGER, ACCESS = "state", "ledger", "access"
"""The tables that hold records."""


def write_values(value: Any) -> Any:
    """Write a value for `to_attribute`. Raises `TypeError` for a value that no record of the product holds."""
    match value:
        case Enum():
            return value.value
        case None | str() | int() | bytes():
            return value
        case date():
            return value.isoformat()
        case tuple():
            return [write_values(each) for each in value]
    if is_dataclass(value):
        return {each.name: write_values(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"a record holds no {type(value).__name__}")


def write_row(value: Any) -> list[Any]:
    """Write a dataclass and the dataclasses within it without field names, in the order of the fields: for values that
    an item holds in great number, or whose names would add a kilobyte. `read_row` and `read_values` recognise the row
    by its list.
    """
    return [_in_row(getattr(value, each.name)) for each in fields(value)]


def _in_row(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_in_row(each) for each in value]
    is_row = is_dataclass(value) and not isinstance(value, type)
    return write_row(value) if is_row else write_values(value)


def read_row(kind: type[T], row: Sequence[Any]) -> T:
    """Read a dataclass from a row. Values beyond its fields are ignored; values missing at the end of a row are treated
    as in `read_values`.
    """
    return read_values(kind, dict(zip((name for name, *_ in _shape(cast("Any", kind))), row, strict=False)))


def read_values(kind: type[T], values: _Values) -> T:
    """Read a dataclass from values; other names among the values are ignored.

    An optional field is None where its name is absent, since writers leave a None out; any other field falls back on
    its own default. Raises `KeyError` for a field without a default, `ValueError` for a word that its enum does not
    know.
    """
    known = {}
    for name, hint, optional, has_default in _shape(cast("Any", kind)):
        if name in values:
            known[name] = _read(hint, values[name])
        elif optional:
            known[name] = None
        elif not has_default:
            raise KeyError(name)
    return kind(**known)


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """The storage of a type in a table: its key, its indexes, its shape.

    `copies` gives the keys, with their indexes, under which the same values are stored again. `revision` names the
    field that counts a record's revisions, `counters` the fields that are added to and left alone by a revision,
    `keyed` the fields that identify the counters' owner, which an addition writes too, since the addition may come
    first. `rows` names fields whose dataclasses are written without field names, in the order of their fields, because
    an item holds very many.

    `schema` is the number of the written shape. An item states the number from the second shape on; an item without a
    number is of the first. `readers` holds, for every other number, the conversion of its values to the next number
    towards `schema`: upwards for an older shape, and downwards for a shape that the next release will write, since both
    releases run beside each other for a while. A field added with a default needs no number: a release that does not
    know the field ignores the field, and a release that misses the field takes the default. In rows the field is added
    at the end.
    """

    type: type[T]
    key: Callable[[T], tuple[str, str]]
    indexes: Callable[[T], Mapping[str, str]] = lambda _: {}
    schema: int = 1
    readers: Mapping[int, Callable[[_Values], _Values]] = field(default_factory=dict)
    copies: Callable[[T], Iterable[Mapping[str, str]]] = lambda _: ()
    revision: str = "revision"
    counters: tuple[str, ...] = ()
    keyed: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    table: str = STATE

    def write(self, value: T) -> dict[str, Any]:
        """Return the item itself, without its copies."""
        return self.items(value)[0]

    def items(self, value: T) -> tuple[dict[str, Any], ...]:
        """Return the item, then its copies."""
        pk, sk = self.key(value)
        rows = {name: [write_row(row) for row in getattr(value, name)] for name in self.rows}
        values = without_nones({**write_values(value), **rows})
        if self.schema > 1:
            values["schema"] = self.schema
        return ({"pk": pk, "sk": sk, **self.indexes(value), **values}, *({**c, **values} for c in self.copies(value)))

    def read(self, item: _Values) -> T:
        """Read a record from its item. Raises `KeyError` for a shape number without a reader."""
        written = item.get("schema", 1)
        step = 1 if written < self.schema else -1
        for number in range(written, self.schema, step):
            item = self.readers[number](item)
        return read_values(self.type, item)


@cache
def _shape(kind: type[Any]) -> tuple[tuple[str, Any, bool, bool], ...]:
    """Return every field's name and type, with flags for being optional and for having a default."""
    # `Act` imports `Role` for type checkers only, since the table of roles imports the acts.
    hints = get_type_hints(kind, localns={Role.__name__: Role})
    return tuple(
        (
            each.name,
            hints[each.name],
            NoneType in get_args(hints[each.name]),
            each.default is not MISSING or each.default_factory is not MISSING,
        )
        for each in fields(kind)
    )


def _read(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        if value is None:
            return None
        hints = [each for each in arguments if each is not NoneType]
        return _read(hints[0], value) if len(hints) == 1 else value
    if origin is tuple:
        kinds = (arguments[0],) * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_read(each, said) for each, said in zip(kinds, value, strict=True))
    if is_dataclass(hint):
        kind = cast("type[Any]", hint)
        return read_row(kind, value) if isinstance(value, list) else read_values(kind, value)
    if hint is date:
        return date.fromisoformat(value)
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value
