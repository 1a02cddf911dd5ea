"""A list as a file: CSV and a workbook of the same columns, for whoever goes on working in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.words.spreadsheets import text_cell
from chalicelib.platform.forms.model import Column, ColumnKind, Value, numeral
from chalicelib.platform.forms.workbooks import breadth, one_page_wide, saved

_FORMATS = {ColumnKind.MONEY: "#,##0.00", ColumnKind.DAY: "yyyy-mm-dd", ColumnKind.SHARE: "0.00%"}
_WIDTH_MIN, _WIDTH_MAX = 8, 40


@dataclass(frozen=True, slots=True)
class ListFile:
    """What a list's file holds: its name, its columns, and a row an item."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]

    def as_csv(self) -> bytes:
        """UTF-8 with the mark that spreadsheets expect for Chinese; a text stays a text."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\r\n")
        table.writerow([each.headings for each in self.columns])
        table.writerows([_written(c.kind, v) for c, v in zip(self.columns, row, strict=True)] for row in self.rows)
        return text.getvalue().encode("utf-8-sig")

    def as_workbook(self) -> bytes:
        """One sheet, numbers as numbers and days as days; on paper it is one page wide, A4 across."""
        from openpyxl import Workbook  # noqa: PLC0415 - a third of a second that only whoever asks for it pays

        book = Workbook()
        sheet = book.active
        if sheet is None:
            raise RuntimeError("a new workbook has a sheet")
        sheet.title = self.name[:31]
        sheet.append([each.headings for each in self.columns])
        for number, row in enumerate(self.rows, start=2):
            for place, (column, value) in enumerate(zip(self.columns, row, strict=True), start=1):
                cell = sheet.cell(number, place)
                number_of = numeral(column.kind, value)
                if number_of is None and isinstance(value, str):
                    cell.value, cell.data_type = value, "s"  # a text that begins with = is no formula
                elif value is not None:
                    cell.value = value if number_of is None else number_of
                    cell.number_format = _FORMATS.get(column.kind, "General")
        _lay_out(sheet)
        return saved(book)


def _lay_out(sheet: Any) -> None:
    """Columns as wide as what they hold, and the heading row on every page."""
    for cells in sheet.iter_cols():
        widest = max((breadth(str(cell.value)) for cell in cells if cell.value is not None), default=0)
        width = min(max(widest + 2, _WIDTH_MIN), _WIDTH_MAX)
        sheet.column_dimensions[cells[0].column_letter].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    one_page_wide(sheet, landscape=True)


def _written(kind: ColumnKind, value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return text_cell(value) if numeral(kind, value) is None else value
        case date():
            return value.isoformat()
    return format_yuan(value) if kind is ColumnKind.MONEY else str(value)
