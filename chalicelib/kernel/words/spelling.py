"""Which known name was meant by one that nobody knows: told to whoever mistyped it, never guessed silently."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

COMPARED_LENGTH_MAX = 64
"""A longer name is nobody's typing error, and comparing it would cost more than it tells."""

MISSPELT_LENGTH_MIN = 6
"""Shorter names (`no`, `on`, `unit`) lie one letter from each other by chance."""


def nearest_of(name: str, known: Collection[str]) -> str | None:
    """The known name most like `name`, without regard to case; None where none is like it."""
    if len(name) > COMPARED_LENGTH_MAX:
        return None
    by_folded = {each.casefold(): each for each in known}
    found = get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[found[0]] if found else None


def misspelt_of(name: str, known: Collection[str]) -> str | None:
    """The known name that `name` is a misspelling of: case alone, or one letter added, lost, changed or two swapped."""
    if len(name) > COMPARED_LENGTH_MAX:
        return None
    folded = name.casefold()
    return next((each for each in known if name != each and _is_slip(folded, each.casefold())), None)


def _is_slip(written: str, known: str) -> bool:
    if written == known:
        return True
    if len(known) < MISSPELT_LENGTH_MIN or abs(len(written) - len(known)) > 1:
        return False
    first = next((i for i, (a, b) in enumerate(zip(written, known, strict=False)) if a != b), None)
    if first is None:  # one is the other with a letter more at its end
        return True
    rest_of_written, rest_of_known = written[first + 1 :], known[first + 1 :]
    swapped = (
        written[first : first + 2] == known[first : first + 2][::-1] and written[first + 2 :] == known[first + 2 :]
    )
    return (
        rest_of_written == rest_of_known
        or rest_of_written == known[first:]
        or written[first:] == rest_of_known
        or swapped
    )
