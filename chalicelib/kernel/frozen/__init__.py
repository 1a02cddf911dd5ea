"""Frozen dataclasses as the standard library makes them, with a quarter of the work at import.

The library compiles six methods from text for each class, which made up most of the start of a function with hundreds
of classes. Here `__init__` alone is compiled, when the class is first used, and the other methods are closures over the
fields. To a type checker this is `dataclasses.dataclass`, and `fields`, `replace` and `asdict` treat its classes as
their own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

_set = object.__setattr__


def _class(cls: type[Any], *, shown: bool) -> type[Any]:
    own = vars(cls)
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # otherwise the library computes a signature
    bases = [vars(each)["__dataclass_params__"] for each in cls.__mro__[1:] if dataclasses.is_dataclass(each)]
    _mark(bases, frozen=False)  # otherwise the library refuses a class that it does not freeze itself
    made = _with_fields(cls)
    _mark([*bases, made.__dataclass_params__], frozen=True)
    fields = dataclasses.fields(made)
    names = tuple(each.name for each in fields)
    methods: dict[str, Any] = {
        "__init__": _Init(made, fields),
        "__eq__": _eq(values := _values_of(tuple(each.name for each in fields if each.compare))),
        "__setattr__": _setattr(made, frozenset(names)),
        "__delattr__": _delattr(made, frozenset(names)),
        "__getstate__": lambda self: [getattr(self, name) for name in names],
        "__setstate__": _setstate(names),
    }
    if shown:
        methods["__repr__"] = _repr(tuple(each.name for each in fields if each.repr))
    for name, method in methods.items():
        if name not in own:
            if not isinstance(method, _Init):
                method.__qualname__ = f"{cls.__qualname__}.{name}"
            setattr(made, name, method)
    if own.get("__hash__") is None:
        setattr(made, "__hash__", _hash(values))  # noqa: B010 plain assignment would mean the type's own
    return made


def _with_fields(cls: type[Any]) -> type[Any]:
    """Return the class with slots and fields. The library searches every written type for three words. Where no type
    has any, the types are kept from the library and put back afterwards.
    """
    types = vars(cls).get("__annotations__", {})
    if any(not isinstance(each, str) or any(word in each for word in _SEARCHED_FOR) for each in types.values()):
        made: type[Any] = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
        return made
    cls.__annotations__ = dict.fromkeys(types, object)
    made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    made.__annotations__ = types
    for each in dataclasses.fields(made):
        if each.name in types:
            each.type = types[each.name]
    return made


_SEARCHED_FOR = ("ClassVar", "InitVar", "KW_ONLY")


def _mark(params: list[Any], *, frozen: bool) -> None:
    for each in params:
        each.frozen = frozen


class _Init:
    """The `__init__` of a class until it is first asked for: the method is compiled then and takes this place. Most
    classes that a task imports are never made there.
    """

    def __init__(self, made: type[Any], fields: tuple[dataclasses.Field[Any], ...]) -> None:
        self._made, self._fields = made, fields

    def __get__(self, instance: object, owner: type[Any] | None = None) -> Callable[..., None]:
        init = _init(self._made, self._fields)
        init.__qualname__ = f"{self._made.__qualname__}.__init__"
        setattr(self._made, "__init__", init)  # noqa: B010 plain assignment would mean the type's own
        method: Callable[..., None] = init.__get__(instance, owner)
        return method


def _init(made: type[Any], fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    given: dict[str, Any] = {"_missing": dataclasses.MISSING}
    head, body = ["self"], []
    for each in fields:
        name, value = each.name, each.name
        default = f"_default_{name}"
        if each.default_factory is not dataclasses.MISSING:
            given[default] = each.default_factory
            head.append(f"{name}=_missing")
            value = f"{default}() if {name} is _missing else {name}"
        elif each.default is not dataclasses.MISSING:
            given[default] = each.default
            head.append(f"{name}={default}")
        else:
            head.append(name)
        given[f"_set_{name}"] = getattr(made, name).__set__  # the slot itself: a third less than `object.__setattr__`
        body.append(f"  _set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        body.append("  self.__post_init__()")
    text = f" def __init__({', '.join(head)}):\n" + ("\n".join(body) or "  pass")
    made_in: dict[str, Any] = {}
    exec(f"def _make({', '.join(given)}):\n{text}\n return __init__", {}, made_in)  # noqa: S102 as the library does
    init: Callable[..., None] = made_in["_make"](**given)
    init.__annotations__ = {each.name: each.type for each in fields} | {"return": None}
    return init


def _values_of(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _eq(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, object], bool]:
    def __eq__(self: Any, other: object) -> bool:  # noqa: N807 the method of a class made here
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], int]:
    return lambda self: hash(values(self))


def _setattr(made: type[Any], names: frozenset[str]) -> Callable[[Any, str, Any], None]:
    def __setattr__(self: Any, name: str, value: Any) -> None:  # noqa: N807
        if type(self) is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        _set(self, name, value)

    return __setattr__


def _delattr(made: type[Any], names: frozenset[str]) -> Callable[[Any, str], None]:
    def __delattr__(self: Any, name: str) -> None:  # noqa: N807
        if type(self) is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    return __delattr__


def _setstate(names: tuple[str, ...]) -> Callable[[Any, list[Any]], None]:
    def __setstate__(self: Any, state: list[Any]) -> None:  # noqa: N807
        for name, value in zip(names, state, strict=True):
            _set(self, name, value)

    return __setstate__


def _repr(names: tuple[str, ...]) -> Callable[[Any], str]:
    def __repr__(self: Any) -> str:  # noqa: N807
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    return __repr__


if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, **more):  # noqa: ANN001, ANN003, ANN201
        """Make a dataclass: frozen classes with slots are made here, all others by `dataclasses.dataclass`."""

        def made(cls):  # noqa: ANN001, ANN202
            if frozen and slots and more.keys() <= {"repr"}:
                return _class(cls, shown=more.get("repr", True))
            return dataclasses.dataclass(frozen=frozen, slots=slots, **more)(cls)

        return made if cls is None else made(cls)
