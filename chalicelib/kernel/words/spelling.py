"""Suggestions for a mistyped name: the known name meant, told to the author and never guessed silently."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

COMPARED_LENGTH_MAX = 64
"""The longest name compared: a longer name is no typing error, and comparing it would cost more than it tells."""

MISSPELT_LENGTH_MIN = 6
"""The shortest name compared: shorter names (`no`, `on`, `unit`) lie one letter from each other by chance."""


def nearest_of(name: str, known: Collection[str]) -> str | None:
    """Find the known name most like `name`, without regard to case; None where none is like it."""
    if len(name) > COMPARED_LENGTH_MAX:
        return None
    by_folded = {each.casefold(): each for each in known}
    found = get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[found[0]] if found else None


def misspelt_of(name: str, known: Collection[str]) -> str | None:
    """Find the known name that `name` misspells: case alone, or one letter added, lost, changed or two swapped."""
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
    if first is None:  # the longer name has one more letter at its end
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
