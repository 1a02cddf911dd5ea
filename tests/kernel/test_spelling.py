"""Suggestions of a known name for a mistyped name, and names close enough to be refused in a claim."""

from __future__ import annotations

import pytest

from chalicelib.kernel.words.spelling import misspelt_of, nearest_of

KNOWN = ("no", "quantity", "amount", "transfer_from", "refund_of", "remote", "date")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Amount", "amount"),
        ("NO", "no"),
        ("remot", "remote"),
        ("remotes", "remote"),
        ("rmeote", "remote"),
        ("remore", "remote"),
        ("xremote", "remote"),
        ("transfer_form", "transfer_from"),
        ("refund_off", "refund_of"),
        ("quantitz", "quantity"),
        ("Quantitz", "quantity"),
    ],
)
def test_a_slip_of_one_letter_or_of_case_is_a_misspelling(written: str, meant: str) -> None:
    assert misspelt_of(written, KNOWN) == meant


@pytest.mark.parametrize("written", ["nr", "dat", "dates", "unit", "amt", "amuont_", "ward", "remo", "", "x" * 10_000])
def test_other_columns_of_a_hospital_are_no_misspellings(written: str) -> None:
    assert misspelt_of(written, KNOWN) is None


def test_the_nearest_name_is_told_without_regard_to_case() -> None:
    assert nearest_of("QUANTITY_", KNOWN) == "quantity"
    assert nearest_of("zzzz", KNOWN) is None
    assert nearest_of("amount" * 100, KNOWN) is None
