"""Put something else under a name of someone else's module or class, and put the old back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ABSENT = object()


@contextmanager
def replaced(owner: Any, **replacements: Any) -> Iterator[None]:
    """Set each name on `owner` for the length of the block.

    A static or class method comes back as what it was, not as the function it looks like from outside. A name that
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
