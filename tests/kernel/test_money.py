"""Money is exact: half goes up, text goes in and out unchanged, and a split loses no fen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from chalicelib.kernel.money import FEN_MAX, apportion, format_yuan, parse_yuan, round_half_up


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(49, 100), 0),
        (Fraction(-49, 100), 0),
        (Fraction(10**30 + 1, 2), 5 * 10**29 + 1),
        (Decimal("2.5"), 3),
        (Decimal("2.4999999999"), 2),
        (Decimal(0), 0),
    ],
)
def test_half_a_fen_goes_away_from_zero(value: Fraction | Decimal, fen: int) -> None:
    assert round_half_up(value) == fen


@pytest.mark.parametrize(
    ("text", "fen"), [("17000.00", 1_700_000), ("0.00", 0), ("0.05", 5), ("-0.05", -5), ("-12.30", -1230)]
)
def test_yuan_with_two_decimals_are_read_and_written(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen
    assert format_yuan(fen) == text


def test_the_largest_figure_is_read_and_written() -> None:
    assert parse_yuan(format_yuan(FEN_MAX)) == FEN_MAX


@pytest.mark.parametrize(
    "text", ["", "1", "1.5", "1.505", "01.00", "+1.00", "1,000.00", "1e3", "1.00\n", " 1.00", "１.00", ".50", "NaN"]
)
def test_money_in_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two decimals"):
        parse_yuan(text)


def test_a_split_gives_the_odd_fen_to_the_largest_remainder() -> None:
    """Source: S-02 and W-03: 80, 4 and 16 of a hundred of 1752.18 yuan."""
    weights = (Fraction(4, 5), Fraction(1, 25), Fraction(4, 25))
    assert apportion(175_218, weights) == (140_174, 7_009, 28_035)


def test_equal_remainders_go_to_the_earlier_part() -> None:
    assert apportion(5, (1, 1, 1)) == (2, 2, 1)
    assert apportion(1, (1, 1)) == (1, 0)


def test_a_part_of_no_weight_gets_nothing() -> None:
    assert apportion(7, (0, 3, 0)) == (0, 7, 0)


def test_nothing_is_split_into_nothing() -> None:
    assert apportion(0, (0, 0)) == (0, 0)
    assert apportion(0, ()) == ()


@pytest.mark.parametrize(("total_fen", "weights"), [(1, (0, 0)), (1, ()), (-1, (1,)), (1, (2, -1))])
def test_a_split_that_cannot_be_is_refused(total_fen: int, weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        apportion(total_fen, weights)
