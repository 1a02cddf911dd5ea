"""Money in whole fen, ratios as exact fractions, and rounding half up, here and nowhere else.

Nothing in this module knows the purpose of an amount. Floats are refused by construction: amounts enter as text and
leave as text, and every product of an amount and a ratio goes through `round_half_up`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Fen: TypeAlias = int
"""An amount of money in fen, the hundredth part of a yuan."""

FEN_MAX: Fen = 10**12
"""The largest amount any single figure may have: ten billion yuan. Larger figures are input errors."""

_YUAN = re.compile(r"-?(0|[1-9][0-9]{0,12})\.[0-9]{2}")


def round_half_up(value: Fraction | Decimal) -> Fen:
    """Round an exact value in fen to whole fen; a half goes away from zero (half up on the absolute value)."""
    exact = Fraction(value)
    magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude


def parse_yuan(text: str) -> Fen:
    """Read `"17000.00"` as 1700000 fen. Raises `ValueError` for anything but two decimals."""
    if not _YUAN.fullmatch(text):
        raise ValueError("money is a decimal string in yuan with two decimals")
    return int(text.replace(".", ""))


def portion(amount_fen: Fen, num: int, den: int) -> Fen:
    """Return `num`/`den` of an amount, `den` positive, rounded as `round_half_up` rounds it, in integers alone."""
    doubled = 2 * amount_fen * num
    return (doubled + den) // (2 * den) if doubled >= 0 else -((den - doubled) // (2 * den))


_CENTS = tuple(f".{fen:02d}" for fen in range(100))


def format_yuan(amount_fen: Fen) -> str:
    """Write 1700000 fen as `"17000.00"`."""
    if amount_fen < 0:
        return f"-{-amount_fen // 100}{_CENTS[-amount_fen % 100]}"
    return f"{amount_fen // 100}{_CENTS[amount_fen % 100]}"


def group_yuan(amount_fen: Fen) -> str:
    """Write 1700000 fen as `"17,000.00"`, for people to read."""
    sign, fen = ("-" if amount_fen < 0 else ""), abs(amount_fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def apportion(total_fen: Fen, weights: Sequence[Fraction | int]) -> tuple[Fen, ...]:
    """Split a non-negative total by weights so that the parts sum to it, by the largest remainder.

    Ties go to the earlier part. All weights zero: everything is zero when the total is, else `ValueError`.
    """
    if total_fen < 0 or any(weight < 0 for weight in weights):
        raise ValueError("apportion splits a non-negative total by non-negative weights")
    whole = sum(weights)
    if whole == 0:
        if total_fen:
            raise ValueError("a total cannot be split by weights that are all zero")
        return tuple(0 for _ in weights)
    exact = [weight * total_fen for weight in weights]
    parts = [int(value // whole) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: (-(exact[index] % whole), index))
    for index in by_remainder[: total_fen - sum(parts)]:
        parts[index] += 1
    return tuple(parts)
