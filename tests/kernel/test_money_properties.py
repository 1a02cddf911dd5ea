"""No fen is lost: splits sum to the whole, text goes round, rounding is symmetrical and never a fen off."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.kernel.money import FEN_MAX, apportion, format_yuan, parse_yuan, round_half_up

FEN = st.integers(min_value=0, max_value=FEN_MAX)
WEIGHTS = st.lists(
    st.one_of(st.integers(min_value=0, max_value=10**9), st.fractions(min_value=0, max_value=1, max_denominator=1000)),
    min_size=1,
    max_size=8,
)


@given(FEN, WEIGHTS)
def test_the_parts_sum_to_the_whole_and_none_is_a_fen_off(total_fen: int, weights: list[Fraction | int]) -> None:
    whole = sum(Fraction(weight) for weight in weights)
    assume(whole > 0)
    parts = apportion(total_fen, weights)
    assert sum(parts) == total_fen
    assert all(
        abs(part - total_fen * Fraction(weight) / whole) < 1 for part, weight in zip(parts, weights, strict=True)
    )
    assert all(part >= 0 for part in parts)


@given(FEN, WEIGHTS, st.integers(min_value=1, max_value=1000))
def test_only_the_proportion_of_the_weights_matters(total_fen: int, weights: list[Fraction | int], by: int) -> None:
    assume(any(weights))
    assert apportion(total_fen, weights) == apportion(total_fen, [weight * by for weight in weights])


@given(st.integers(min_value=-FEN_MAX, max_value=FEN_MAX))
def test_money_goes_through_text_unchanged(amount_fen: int) -> None:
    assert parse_yuan(format_yuan(amount_fen)) == amount_fen


@given(st.fractions())
def test_rounding_is_symmetrical_and_at_most_half_a_fen_off(value: Fraction) -> None:
    rounded = round_half_up(value)
    assert rounded == -round_half_up(-value)
    assert abs(rounded - value) <= Fraction(1, 2)
    assert abs(rounded) >= abs(value) or abs(rounded - value) < Fraction(1, 2)
