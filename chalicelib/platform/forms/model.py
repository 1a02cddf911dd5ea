"""Printed forms: title, facts, tables, the amount in capitals, signatures, and codes on a sheet of their own.

Amounts are fen and days are dates until printed, so that a spreadsheet can add and sort them. Forms are Chinese, as the
offices that sign and file them require; tables for other readers too have English below.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen

MONEY_UNIT = "单位：元"
Value: TypeAlias = str | int | date | None
"""A cell's value: a text, fen or a count (by the column's kind), the digits of a decimal, a day, or nothing."""


class ColumnKind(StrEnum):
    """The kinds of column. A `decimal`, a `price` and a `share` are given by their digits; a share of 0.6500 prints as
    65.00%, a price of 1200 as 1,200.00, and with all its decimals where it has more than two.
    """

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    DAY = "day"
    DECIMAL = "decimal"
    PRICE = "price"
    SHARE = "share"


def numeral(kind: ColumnKind, value: Value) -> Decimal | int | None:
    """Return a value's number for a spreadsheet, None for a value that is no number: amounts in yuan."""
    if kind is ColumnKind.MONEY and isinstance(value, int):
        return Decimal(value).scaleb(-2)
    if kind is ColumnKind.COUNT and isinstance(value, int):
        return value
    if kind in (ColumnKind.DECIMAL, ColumnKind.PRICE, ColumnKind.SHARE) and isinstance(value, str) and value:
        return Decimal(value)
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the width of its widest value in Chinese characters, and its heading in English."""

    heading: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 8
    english: str = ""

    @property
    def headings(self) -> str:
        """Both headings on a single line, as in a file."""
        return f"{self.heading} {self.english}".rstrip()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a form. `total` is its last row, in the order of the columns."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    total: tuple[Value, ...] | None = None
    heading: str = ""


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A form to be signed and filed.

    `facts` are pairs of label and text above the tables; `capitals_fen` is the amount written in capital figures;
    `codes` are for machine checks (ids, hashes), printed on the last sheet; `illustrative` tells that figures rest on
    ordinary benefits that no agency has confirmed; `measure` is the unit of the figures, if any; `english` the title in
    English.
    """

    title: str
    unit: str
    facts: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]
    issued_on: date
    codes: tuple[tuple[str, str], ...]
    capitals_fen: Fen | None = None
    capitals_label: str = "金额（大写）"
    notes: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ("制表", "复核", "负责人")
    landscape: bool = False
    measure: str = MONEY_UNIT
    illustrative: bool = False
    english: str = ""

    @property
    def width(self) -> int:
        """The number of columns of the widest table."""
        return max(len(grid.columns) for grid in self.grids)


ILLUSTRATIVE = "本单使用了示例普通待遇，由经办机构替换后方可作为支付依据。"
SEAL = "（盖章）"
CODES_TITLE = "校验"
CODES_NOTE = "以下编码供系统核对，不作为签字依据。"
