"""Text cells: a text that a spreadsheet would take for a formula, a number or a date is kept a text."""

from __future__ import annotations

import pytest

from chalicelib.kernel.words.spreadsheets import text_cell


@pytest.mark.parametrize(
    "text",
    [
        "-A1",
        "=1+1",
        "@SUM(A1)",
        "+86",
        "1E5",
        "0012",
        "1/2",
        ".5",
        "-1-1",
        "2020-02-05",
        "12",
        "1-2-3",
        "5-May",
        "MAR-2",
        "0x1F",
        "10:30",
        "|calc",
    ],
)
def test_what_looks_like_a_formula_a_number_or_a_date_gets_an_apostrophe(text: str) -> None:
    assert text_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["YN-0001", "A/1", "clm_abc", "2020A-1", "1-A", "", "H53010200001", "No.1/2"])
def test_other_texts_are_left_as_they_are(text: str) -> None:
    assert text_cell(text) == text
