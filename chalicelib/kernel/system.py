"""Builder of one process's use cases: each is built once, from the types of its own fields.

A use case is a frozen dataclass whose fields are ports and other use cases. A new dependency is therefore one new
field, and no list of constructors has to follow. A lower capability's question to a higher one is a port as well,
supplied by the higher one (`supplied`).
"""

from __future__ import annotations

import threading
from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast, get_type_hints

T = TypeVar("T")


class Ports:
    """The implementation of each port for the use cases, by the port's type."""

    def __init__(self, given: Mapping[type[Any], Any] | None = None) -> None:
        # A mapping that finds implementations on request is kept as it is, not copied.
        self._given = given if given is not None and not isinstance(given, dict) else dict(given or {})

    def give(self, port: type[T], implementation: T) -> Ports:
        """Return the same ports with this port implemented as given."""
        if isinstance(self._given, dict):
            return Ports({**self._given, port: implementation})
        return Ports(ChainMap({port: implementation}, cast("MutableMapping[type[Any], Any]", self._given)))

    def __getitem__(self, port: type[T]) -> T:
        implementation: T = self._given[port]
        return implementation

    def __contains__(self, port: object) -> bool:
        return port in self._given


Supplier: TypeAlias = "Callable[[System], Any]"


class System:
    """The use cases over one set of ports, for all threads of a process."""

    def __init__(self, ports: Ports, supplied: Mapping[type[Any], Supplier] | None = None) -> None:
        self.ports = ports
        self._supplied = {} if supplied is None else supplied
        self._lock = threading.RLock()
        self._built: dict[type[Any], Any] = {}

    def __getitem__(self, part: type[T]) -> T:
        """Return the port or use case of this type. Raises `LookupError` where a port has no implementation."""
        if part in self.ports:
            return self.ports[part]
        with self._lock:
            if part not in self._built:
                self._built[part] = self._build(part)
            built: T = self._built[part]
            return built

    def _build(self, part: Any) -> Any:
        if part in self._supplied:
            return self._supplied[part](self)
        if not _is_use_case(part):
            raise LookupError(f"nothing implements the port {part.__name__}")
        return part(**{name: self[needed] for name, needed in _needs(part).items()})


def _is_use_case(part: type[Any]) -> bool:
    return hasattr(part, "__dataclass_fields__") and not getattr(part, "_is_protocol", False)


@cache
def _needs(part: type[Any]) -> Mapping[str, type[Any]]:
    """Return the types of a use case's fields that have no default, by name."""
    types = get_type_hints(part)
    return {
        each.name: types[each.name]
        for each in fields(part)
        if each.default is MISSING and each.default_factory is MISSING
    }
