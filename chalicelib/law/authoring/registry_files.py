"""Reader of the registry tables beside the notices: areas, institutions, catalogue. UTF-8 CSV with a header line.

Empty cells are "none". Every cell is checked and every fault reported with its line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import parse_yuan
from chalicelib.law.authoring.findings import Report
from chalicelib.law.authoring.reading import FILE_BYTES_MAX
from chalicelib.registry.domain.model import AreaLevel, FiscalStatus, InstitutionKind, ItemClass, ItemKind

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table as the bundle holds it, and its line in the file."""

    row: Row
    line: int


class _BadCell(ValueError):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def _text(cell: str) -> str:
    if not cell:
        raise _BadCell("须填写", "write a value, since it may not be empty")
    return cell


def _code(cell: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", cell):
        raise _BadCell("应为六位区划代码（GB/T 2260）", "write six digits (GB/T 2260)")
    return cell


def _word(words: Sequence[str]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in words:
            raise _BadCell(f"应为 {'、'.join(words)} 之一", f"write one of {', '.join(words)}")
        return cell

    return read


def _day(cell: str) -> str:
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        raise _BadCell("日期应写作 2020-02-01", "write a day as 2020-02-01") from None


def _level(cell: str) -> int:
    if cell not in ("1", "2", "3"):
        raise _BadCell("应为 1、2、3 或留空", "write 1, 2, 3 or leave it empty")
    return int(cell)


def _flag(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise _BadCell("应为 true 或 false", "write true or false")
    return cell == "true"


def _ratio(cell: str) -> str:
    try:
        ratio = Fraction(cell)
    except (ValueError, ZeroDivisionError):
        ratio = Fraction(-1)
    if not 0 <= ratio <= 1:
        raise _BadCell("须写 0 至 1 的比例，如 0.10", "write a ratio from 0 to 1, as 0.10")
    return str(ratio)


def _money(cell: str) -> int:
    try:
        amount = parse_yuan(cell)
    except ValueError:
        amount = -1
    if amount < 0:
        raise _BadCell("金额应为两位小数的元，如 12.00", "write yuan with two decimals, as 12.00")
    return amount


def _optional(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda cell: read(cell) if cell else None


Columns = Mapping[str, Callable[[str], Any]]

AREA_COLUMNS: Columns = {
    "code": _code,
    "name_zh": _text,
    "name_en": _text,
    "level": _word([level.value for level in AreaLevel]),
    "parent": _optional(_code),
    "fiscal_status": _word([status.value for status in FiscalStatus]),
}
INSTITUTION_COLUMNS: Columns = {
    "code": _text,
    "name_zh": _text,
    "area": _code,
    "pooling_area": _code,
    "agency": _code,
    "level": _optional(_level),
    "kind": _word([kind.value for kind in InstitutionKind]),
    "treatment_designated": _flag,
    "agreement_until": _optional(_day),
    "temporary_agreement_until": _optional(_day),
}
CATALOGUE_COLUMNS: Columns = {
    "code": _text,
    "name_zh": _text,
    "name_en": _text,
    "kind": _word([kind.value for kind in ItemKind]),
    "class": _word([item_class.value for item_class in ItemClass]),
    "self_pay_ratio": lambda cell: _ratio(cell) if cell else "0",
    "price_ceiling": _optional(_money),
    "valid_from": _optional(_day),
    "valid_to": _optional(_day),
    "plan_from": _optional(_day),
    "plan_to": _optional(_day),
}
_MAY_LACK = frozenset({"temporary_agreement_until", "note"})
_NOT_COMPILED = frozenset({"note"})


def read_table(name: str, content: bytes, columns: Columns, report: Report) -> list[TableRow]:
    """Read one table. Rows that do not fit are reported and left out."""
    if len(content) > FILE_BYTES_MAX:
        report.add(
            "oversize-file",
            name,
            1,
            f"文件超过 {FILE_BYTES_MAX} 字节；请拆分。",
            f"the file is over {FILE_BYTES_MAX} bytes; split it.",
        )
        return []
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = list(reader.fieldnames or ())
        wanted = set(columns) - _MAY_LACK
        if not wanted <= set(header) <= set(columns) | _NOT_COMPILED or len(header) != len(set(header)):
            expected = ",".join(columns)
            report.add(
                "table-columns",
                name,
                1,
                f"表头应为 {expected}。",
                f"write the header line as {expected}.",
            )
            return []
        return [TableRow(row, line) for row, line in _rows(name, reader, columns, report)]
    except (UnicodeDecodeError, csv.Error) as error:
        report.add(
            "not-csv",
            name,
            1,
            f"无法按 UTF-8 CSV 读取（{error}）；请重新导出。",
            f"not readable as UTF-8 CSV ({error}); export it again.",
        )
        return []


def _rows(name: str, reader: csv.DictReader[str], columns: Columns, report: Report) -> list[tuple[Row, int]]:
    rows: list[tuple[Row, int]] = []
    for cells in reader:
        line = reader.line_num
        row: Row = {}
        before = len(report.findings)
        if None in cells or None in cells.values():
            report.add(
                "table-width",
                name,
                line,
                "本行列数与表头不符，请核对逗号。",
                "this line does not have as many cells as the header; check the commas.",
            )
            continue
        for column, read in columns.items():
            cell = cells.get(column, "").strip()
            try:
                row[_compiled_name(column)] = read(cell)
            except _BadCell as bad:
                report.add(
                    "table-cell",
                    name,
                    line,
                    f"{column} 的值 {cell!r} 有误，请更正：{bad.zh}。",
                    f"{cell!r} does not fit `{column}`; correct it: {bad.en}.",
                )
        if len(report.findings) == before:
            rows.append((row, line))
    return rows


def _compiled_name(column: str) -> str:
    return "price_ceiling_fen" if column == "price_ceiling" else column
