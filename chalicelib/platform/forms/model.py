"""What a printed form holds: title, facts, tables, the amount in capitals, signatures, and codes on their own sheet.

Amounts are fen and days are dates until they are printed, so that a spreadsheet can add and sort what it is given.
Forms are Chinese, as the offices that sign and file them require.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen

MONEY_UNIT = "单位：元"
Value: TypeAlias = str | int | date | None
"""A text, fen or a count (as the column says), a day, or nothing."""


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and how many Chinese characters its widest value takes."""

    heading: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 8


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

    `facts` are pairs of label and text above the tables; `capitals_fen` is the amount that stands in capital figures;
    `codes` are what a machine checks (ids, hashes), printed on the last sheet; `illustrative` says that figures rest on
    ordinary benefits that no agency has confirmed; `measure` is the unit of the figures.
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

    @property
    def width(self) -> int:
        """The columns of the widest table."""
        return max(len(grid.columns) for grid in self.grids)


ILLUSTRATIVE = "本单使用了示例普通待遇，由经办机构替换后方可作为支付依据。"
SEAL = "（盖章）"
CODES_TITLE = "校验"
CODES_NOTE = "以下编码供系统核对，不作为签字依据。"
