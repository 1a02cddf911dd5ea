"""Records by their types: a frozen dataclass to an item's values and back, read field by field as it is declared.

A field holds text, bytes, a whole number, a boolean, a `StrEnum`, a date, another dataclass, a tuple of these, or one
of them or None; text or a number where either is said. What a table keeps of one type is declared once, as a `Record`.
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
"""The tables that records lie in."""


def write_values(value: Any) -> Any:
    """A value as `to_attribute` takes it. Raises `TypeError` for what no record of ours holds."""
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
    """A dataclass without the names of its fields, in their order, and those within it likewise: for what an item holds
    very many of, or what would make one a kilobyte more. `read_row` and `read_values` know it as a list.
    """
    return [_in_row(getattr(value, each.name)) for each in fields(value)]


def _in_row(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_in_row(each) for each in value]
    is_row = is_dataclass(value) and not isinstance(value, type)
    return write_row(value) if is_row else write_values(value)


def read_row(kind: type[T], row: Sequence[Any]) -> T:
    """The dataclass that a row says. What stands behind its fields is passed over; what a shorter row leaves out falls
    back as in `read_values`.
    """
    return read_values(kind, dict(zip((name for name, *_ in _shape(cast("Any", kind))), row, strict=False)))


def read_values(kind: type[T], values: _Values) -> T:
    """The dataclass that the values say; other names among them are passed over.

    A field that may be None is None where its name is absent, since those who write leave a None out; any other falls
    back on its own default. Raises `KeyError` where it has none, `ValueError` for a word its enum does not know.
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
    """What a table keeps of one type: under which key, in which indexes, in which shape.

    `copies` gives the keys, with their indexes, under which the same values stand once more. `revision` names the field
    that counts a record's revisions, `counters` those that are added to and that a revision leaves alone, `keyed` those
    that say whose counters they are, which an addition writes too, since it may be the first. `rows` names fields whose
    dataclasses are written without the names of theirs, in their order, because an item holds very many.

    `schema` is the number of the shape that is written. An item says it from the second on; one that does not is of the
    first. `readers` holds, for each other number, what makes its values those of the next one towards `schema`: for an
    older shape up, and for one that the next release will write down, since both run beside each other for a while. A
    field that is added with a default needs no number: who does not know it passes it over, who misses it takes the
    default. In rows it is added at the end.
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
        """The item itself, without its copies."""
        return self.items(value)[0]

    def items(self, value: T) -> tuple[dict[str, Any], ...]:
        """The item, then its copies."""
        pk, sk = self.key(value)
        rows = {name: [write_row(row) for row in getattr(value, name)] for name in self.rows}
        values = without_nones({**write_values(value), **rows})
        if self.schema > 1:
            values["schema"] = self.schema
        return ({"pk": pk, "sk": sk, **self.indexes(value), **values}, *({**c, **values} for c in self.copies(value)))

    def read(self, item: _Values) -> T:
        """What the item says. Raises `KeyError` for a number that nobody here reads."""
        written = item.get("schema", 1)
        step = 1 if written < self.schema else -1
        for number in range(written, self.schema, step):
            item = self.readers[number](item)
        return read_values(self.type, item)


@cache
def _shape(kind: type[Any]) -> tuple[tuple[str, Any, bool, bool], ...]:
    """Of each field: its name, its type, whether it may be None, and whether it has a default."""
    # An act names its role for type checkers only: the table of roles asks who acted.
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
    return hint(value) if issubclass(hint, Enum) else value
