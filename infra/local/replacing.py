"""Replaces a name of another's module, class or mapping, and restores the old value afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

_ABSENT = object()


@contextmanager
def replaced(owner: Any, **replacements: Any) -> Iterator[None]:
    """Set each name on `owner` for the length of the block.

    A static or class method is restored as the original, not as the function it looks like from outside. A name that
    `owner` inherits (or that does not exist) is removed again.
    """
    before = {name: vars(owner).get(name, _ABSENT) for name in replacements}
    for name, value in replacements.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, value)


@contextmanager
def replaced_items(
    mapping: MutableMapping[str, T], items: Mapping[str, T], without: Sequence[str] = ()
) -> Iterator[None]:
    """Set items of a mapping, and remove others, for the length of the block."""
    before = {name: mapping.get(name) for name in (*items, *without)}
    for name in without:
        mapping.pop(name, None)
    mapping.update(items)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                mapping.pop(name, None)
            else:
                mapping[name] = value
