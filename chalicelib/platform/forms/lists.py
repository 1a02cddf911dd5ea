"""Lists as files: CSV and a workbook with the same columns, for further work in a spreadsheet."""

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

_FORMATS = {
    ColumnKind.MONEY: "#,##0.00",
    ColumnKind.PRICE: "#,##0.00########",
    ColumnKind.DAY: "yyyy-mm-dd",
    ColumnKind.SHARE: "0.00%",
}
_WIDTH_MIN, _WIDTH_MAX = 8, 40


@dataclass(frozen=True, slots=True)
class ListFile:
    """The content of a list's file: its name, its columns, and a row per item."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]

    def as_csv(self) -> bytes:
        """Write the list as CSV in UTF-8 with the byte order mark that spreadsheets expect for Chinese; a text stays a
        text.
        """
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\r\n")
        table.writerow([each.headings for each in self.columns])
        table.writerows([_written(c.kind, v) for c, v in zip(self.columns, row, strict=True)] for row in self.rows)
        return text.getvalue().encode("utf-8-sig")

    def as_workbook(self) -> bytes:
        """Write the list as a workbook of a single sheet, numbers as numbers and days as days; the print is A4
        landscape, a page wide.
        """
        from openpyxl import Workbook  # noqa: PLC0415 - loads in a third of a second, on demand

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
    """Set the columns as wide as their content, and repeat the heading row on every page."""
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
