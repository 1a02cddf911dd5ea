"""A list as a file: CSV and a workbook of the same columns, for whoever goes on working in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.words.spreadsheets import text_cell
from chalicelib.platform.forms.model import Column, ColumnKind, Value
from chalicelib.platform.forms.workbooks import saved

_FORMATS = {ColumnKind.MONEY: "#,##0.00", ColumnKind.DAY: "yyyy-mm-dd"}


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
        table.writerow([each.heading for each in self.columns])
        table.writerows([_written(c.kind, v) for c, v in zip(self.columns, row, strict=True)] for row in self.rows)
        return text.getvalue().encode("utf-8-sig")

    def as_workbook(self) -> bytes:
        """One sheet, numbers as numbers and days as days."""
        from openpyxl import Workbook  # noqa: PLC0415 - a third of a second that only whoever asks for it pays

        book = Workbook()
        sheet = book.active
        if sheet is None:
            raise RuntimeError("a new workbook has a sheet")
        sheet.title = self.name[:31]
        sheet.append([each.heading for each in self.columns])
        for number, row in enumerate(self.rows, start=2):
            for place, (column, value) in enumerate(zip(self.columns, row, strict=True), start=1):
                cell = sheet.cell(number, place)
                if isinstance(value, str):
                    cell.value, cell.data_type = value, "s"  # a text that begins with = is no formula
                elif value is not None:
                    cell.value = (
                        Decimal(value).scaleb(-2)
                        if column.kind is ColumnKind.MONEY and isinstance(value, int)
                        else value
                    )
                    cell.number_format = _FORMATS.get(column.kind, "General")
        sheet.freeze_panes = "A2"
        return saved(book)


def _written(kind: ColumnKind, value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return text_cell(value)
        case date():
            return value.isoformat()
    return format_yuan(value) if kind is ColumnKind.MONEY else str(value)
