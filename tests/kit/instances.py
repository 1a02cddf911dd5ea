"""Sample instances of any dataclass of the product, made from the types of its fields: the same instance every time.

Golden files are made of these, so that a new field of a record changes the compared content by itself.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from chalicelib.kernel.access import Role

TEXTS = {
    "at": "2026-11-02T08:30:00+08:00",
    "currency": "CNY",
    "day": "2026-11-02",
    "period": "2026-11",
    "institution": "H210200001",
    "area": "210200",
    "pooling_area": "210200",
}
"""Fields that code reads more from than a text: instants, months, areas."""


def instance(kind: type[Any], chosen: Mapping[str, Any] | None = None, *, least: bool = False) -> Any:
    """An instance of a dataclass.

    `chosen` are the values of fields, here and inside, whose sample would be refused. `least` leaves out every optional
    field and counts from 1, as for a new record; otherwise every field is there.
    """
    return _Maker(dict(chosen or {}), least=least).of(kind)


@dataclass(frozen=True, slots=True)
class _Maker:
    chosen: Mapping[str, Any]
    least: bool

    def of(self, kind: type[Any]) -> Any:
        hints = get_type_hints(kind, localns={"Role": Role})
        return kind(**{field.name: self._field(hints[field.name], field.name) for field in fields(kind) if field.init})

    def _field(self, hint: Any, name: str) -> Any:
        if name in self.chosen:
            return self.chosen[name]
        is_text = str in (hint, getattr(hint, "__supertype__", None))
        return TEXTS[name] if is_text and name in TEXTS else self._value(hint, name)

    def _value(self, hint: Any, name: str) -> Any:
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            if self.least and type(None) in inner:
                return None
            return self._field(next(each for each in inner if each is not type(None)), name)
        if origin is Literal:
            return inner[0]
        if origin in (tuple, frozenset) or (isinstance(origin, type) and issubclass(origin, Mapping)):
            return self._several(origin, inner, name)
        if isinstance(hint, NewType):
            return self._value(hint.__supertype__, name)
        return self.of(hint) if is_dataclass(hint) and isinstance(hint, type) else self._plain(hint, name)

    def _several(self, origin: Any, inner: tuple[Any, ...], name: str) -> Any:
        if origin is tuple and inner[-1] is not Ellipsis:
            return tuple(self._value(each, name) for each in inner)
        if origin in (tuple, frozenset):
            return origin(() if self.least else (self._value(inner[0], name),))
        return {} if self.least else {self._value(inner[0], name): self._value(inner[1], name)}

    def _plain(self, hint: Any, name: str) -> Any:
        if isinstance(hint, type) and issubclass(hint, Enum):
            return next(iter(hint))
        samples: dict[Any, Any] = {
            str: f"a-{name}",
            int: 1 if self.least else 7,
            bool: not self.least,
            bytes: b"bytes",
            Fraction: Fraction(7, 10),
            date: date(2026, 11, 2),
            datetime: datetime(2026, 11, 2, 0, 30, tzinfo=UTC),
            timedelta: timedelta(hours=1),
            Any: "any",
            object: "any",
        }
        return samples[hint]
