"""Cells of a table that a person opens in a spreadsheet: a text stays a text."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[=+\-@\t\r\n|%]")
_NUMBER = re.compile(r"[0-9.,]+([eE][0-9]*)?|0[xX][0-9a-fA-F]+")
_DAY = re.compile(
    r"[0-9]{1,4}[-/.:][0-9]{1,4}([-/.:][0-9]{1,4})?|[0-9]{1,2}[-/][A-Za-z]{3,9}|[A-Za-z]{3,9}[-/][0-9]{1,4}"
)


def text_cell(text: str) -> str:
    """Write a text as a cell of a CSV file. A text that a spreadsheet would take for a formula, a number or a date gets
    an apostrophe in front: `0012` would lose its zeros, `1E5` become 100000 and `1/2` the second of January.
    """
    is_taken = _FORMULA.match(text) or _NUMBER.fullmatch(text) or _DAY.fullmatch(text)
    return f"'{text}" if is_taken else text
