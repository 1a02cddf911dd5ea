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
from typing import Any, Generic, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from chalicelib.kernel.access import Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.platform.aws.table import without_nones

T = TypeVar("T")
_Values = Mapping[str, Any]
_Conversion = Callable[[Any], Any]

STATE, LEDGER, ACCESS = "state", "ledger", "access"
"""The tables that hold records."""


def write_values(value: Any) -> Any:
    """Write a value for `to_attribute`. Raises `TypeError` for a value that no record of the product holds."""
    return _writing(cast("Any", type(value)))(value)


def write_row(value: Any) -> list[Any]:
    """Write a dataclass and the dataclasses within it without field names, in the order of the fields: for values that
    an item holds in great number, or whose names would add a kilobyte. `read_row` and `read_values` recognise the row
    by its list.
    """
    return [_in_row(getattr(value, name)) for name in _names(cast("Any", type(value)))]


def _in_row(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_in_row(each) for each in value]
    return write_row(value) if is_dataclass(type(value)) else write_values(value)


def read_row(kind: type[T], row: Sequence[Any]) -> T:
    """Read a dataclass from a row. Values beyond its fields are ignored; values missing at the end of a row are treated
    as in `read_values`.
    """
    shape = _shape(cast("Any", kind))
    known = {each.name: each.read(value) for each, value in zip(shape, row, strict=False)}
    return kind(**known, **{each.name: None for each in shape[len(row) :] if each.is_none_if_absent()})


def read_values(kind: type[T], values: _Values) -> T:
    """Read a dataclass from values; other names among the values are ignored.

    An optional field is None where its name is absent, since writers leave a None out; any other field falls back on
    its own default. Raises `KeyError` for a field without a default, `ValueError` for a word that its enum does not
    know.
    """
    known = {}
    for each in _shape(cast("Any", kind)):
        if each.name in values:
            known[each.name] = each.read(values[each.name])
        elif each.is_none_if_absent():
            known[each.name] = None
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


class _Field(NamedTuple):
    """A field of a dataclass, and the reading of its values."""

    name: str
    read: _Conversion
    is_optional: bool
    has_default: bool

    def is_none_if_absent(self) -> bool:
        """Tell whether an absent value is None; False leaves the field's default. Raises `KeyError` without either."""
        if not (self.is_optional or self.has_default):
            raise KeyError(self.name)
        return self.is_optional


@cache
def _shape(kind: type[Any]) -> tuple[_Field, ...]:
    # `Act` imports `Role` for type checkers only, since the table of roles imports the acts.
    hints = get_type_hints(kind, localns={Role.__name__: Role})
    return tuple(
        _Field(
            each.name,
            _reading(hints[each.name]),
            NoneType in get_args(hints[each.name]),
            each.default is not MISSING or each.default_factory is not MISSING,
        )
        for each in fields(kind)
    )


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _as_it_stands(value: Any) -> Any:
    return value


@cache
def _reading(hint: Any) -> _Conversion:
    """Return the reading of values of a declared type, put together once: a record is read far more often."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        hints = [each for each in arguments if each is not NoneType]
        read = _reading(hints[0]) if len(hints) == 1 else _as_it_stands
        return read if read is _as_it_stands else lambda value: None if value is None else read(value)
    if origin is tuple:
        return _reading_of_tuple(arguments)
    if is_dataclass(hint):
        kind = cast("type[Any]", hint)
        return lambda value: read_row(kind, value) if isinstance(value, list) else read_values(kind, value)
    if hint is date:
        return date.fromisoformat
    return hint if isinstance(hint, type) and issubclass(hint, Enum) else _as_it_stands


def _reading_of_tuple(arguments: tuple[Any, ...]) -> _Conversion:
    if arguments[-1] is not Ellipsis:
        kinds = [_reading(each) for each in arguments]
        return lambda value: tuple([read(said) for read, said in zip(kinds, value, strict=True)])
    read = _reading(arguments[0])
    return tuple if read is _as_it_stands else lambda value: tuple([read(each) for each in value])


@cache
def _writing(kind: type[Any]) -> _Conversion:
    """Return the writing of values of a type, put together once like their reading."""
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, str | int | bytes | NoneType):
        return _as_it_stands
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    if issubclass(kind, tuple):
        return lambda value: [write_values(each) for each in value]
    if is_dataclass(kind):
        names = _names(kind)
        return lambda value: {name: write_values(getattr(value, name)) for name in names}
    raise TypeError(f"a record holds no {kind.__name__}")
