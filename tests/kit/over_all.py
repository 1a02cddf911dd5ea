"""One test of a sentence about many things: its failure names each thing of which the sentence is untrue.

`pytest.mark.parametrize` makes a test of each thing, which costs milliseconds beside a check of microseconds. It stays
for worked cases and for what somebody runs alone.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from typing import Any

import pytest

UNTRUE = (AssertionError, LookupError, StopIteration, pytest.fail.Exception)


def over_all(
    names: str | tuple[str, ...], things: Iterable[Any], ids: Callable[..., object] = str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Call a test with each thing, as `parametrize` would, over the same fixtures; `ids` names a thing."""
    values = list(things)
    parameters = (names,) if isinstance(names, str) else names

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def tested(**fixtures: Any) -> None:
            assert values, "there is nothing of which this could be true"
            wrong = []
            for value in values:
                each = (value,) if isinstance(names, str) else value
                try:
                    test(**fixtures, **dict(zip(parameters, each, strict=True)))
                except UNTRUE as error:
                    line = traceback.extract_tb(error.__traceback__)[-1].lineno
                    wrong.append(f"{ids(*each)}, line {line}: {type(error).__name__}: {error}")
                except Exception as error:
                    error.add_note(f"of {ids(*each)}")
                    raise
            assert not wrong, f"{len(wrong)} of {len(values)}:\n" + "\n".join(wrong)

        own = signature(test)
        left = [each for each in own.parameters.values() if each.name not in parameters]
        tested.__signature__ = own.replace(parameters=left)  # type: ignore[attr-defined]
        return tested

    return decorate
