"""Forms as workbooks: A4, a page wide, numbers as numbers and days as days, the heading row on every page.

The same form gives the same bytes, so that a hash can name a stored workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from chalicelib.platform.forms.capitals import in_capitals
from chalicelib.platform.forms.model import (
    CODES_NOTE,
    CODES_TITLE,
    ILLUSTRATIVE,
    SEAL,
    Column,
    ColumnKind,
    Grid,
    PrintedForm,
    Value,
    numeral,
)
from chalicelib.platform.forms.workbooks import breadth, one_page_wide, saved

_FORMATS = {
    ColumnKind.MONEY: "#,##0.00",
    ColumnKind.COUNT: "#,##0",
    ColumnKind.DAY: "yyyy-mm-dd",
    ColumnKind.TEXT: "@",
    ColumnKind.DECIMAL: "General",
    ColumnKind.PRICE: "#,##0.00########",
    ColumnKind.SHARE: "0.00%",
}
_WIDTH_OF_CHARACTER = 2.2
_BODY, _TITLE = "仿宋", "方正小标宋简体"
_FACTS_A_ROW = 2
_USUAL_HEIGHT = 15.0


def workbook_of(form: PrintedForm) -> bytes:
    """Build the workbook of a form: the form, and the sheet of codes."""
    from openpyxl import Workbook  # noqa: PLC0415 - loads in a third of a second, on demand

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = form.title[:31]
    _Page(sheet, form).draw()
    _draw_codes(book.create_sheet(CODES_TITLE), form)
    return saved(book)


class _Page:
    """The sheet to be printed and signed."""

    def __init__(self, sheet: Any, form: PrintedForm) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415 - as above

        self._sheet, self._form = sheet, form
        self._row = 0
        widest = max(form.grids, key=lambda grid: len(grid.columns))
        self._widths = [_width(column) for column in widest.columns]  # the columns of the other tables span these
        self._alignment, self._font = Alignment, Font
        thin = Side(style="thin", color="FF808080")
        self._border = Border(left=thin, right=thin, top=thin, bottom=thin)
        self._fill = PatternFill("solid", fgColor="FFEFEFEF")

    def draw(self) -> None:
        form = self._form
        self._set_up()
        self._across(form.title, self._font(name=_TITLE, size=18, bold=True), "center", height=32)
        if form.english:
            self._across(form.english, self._body(), "center")
        self._across(f"编制单位：{form.unit}", self._body(), "left")
        for pair in _in_rows(form.facts):
            self._facts(pair)
        if form.measure:
            self._across(form.measure, self._body(), "right")
        for number, grid in enumerate(form.grids):
            self._grid(grid, repeated=number == len(form.grids) - 1)
        if form.capitals_fen is not None:
            self._across(
                f"{form.capitals_label}：{in_capitals(form.capitals_fen)}", self._body(bold=True), "left", height=22
            )
        for note in (*form.notes, *((ILLUSTRATIVE,) if form.illustrative else ())):
            self._across(note, self._body(), "left", height=_height(note, self._characters()))
        self._row += 1
        self._sign()
        heights = (self._sheet.row_dimensions[row].height for row in range(1, self._row + 1))
        height_pt = sum(_USUAL_HEIGHT if height is None else height for height in heights)
        one_page_wide(self._sheet, landscape=form.landscape, height_pt=height_pt)

    def _set_up(self) -> None:
        sheet = self._sheet
        sheet.print_options.horizontalCentered = True
        for place, width in enumerate(self._widths):
            sheet.column_dimensions[_letter(place)].width = width * _WIDTH_OF_CHARACTER

    def _spans(self, columns: Sequence[Column]) -> list[tuple[int, int]]:
        """Return the first and last sheet column of every table column, at least as wide as the column asks."""
        left = self._widths
        if len(columns) == len(left):
            return [(place, place) for place in range(1, len(left) + 1)]
        spans, first = [], 1
        for number, column in enumerate(columns, start=1):
            last, taken = first, left[first - 1]
            while taken < _width(column) and len(left) - last > len(columns) - number:
                last += 1
                taken += left[last - 1]
            if number == len(columns):
                last = len(left)
            spans.append((first, last))
            first = last + 1
        return spans

    def _characters(self) -> int:
        return sum(self._widths)

    def _body(self, *, bold: bool = False) -> Any:
        return self._font(name=_BODY, size=11, bold=bold)

    def _across(self, text: str, font: Any, side: str, *, height: float = 18) -> None:
        """Write a text across all columns."""
        self._row += 1
        if self._form.width > 1:
            self._sheet.merge_cells(start_row=self._row, end_row=self._row, start_column=1, end_column=self._form.width)
        self._put(1, text, font, side)
        self._sheet.row_dimensions[self._row].height = height

    def _facts(self, pair: Sequence[tuple[str, str]]) -> None:
        self._row += 1
        half, height = max(1, self._form.width // len(pair)) if pair else 1, 18.0
        for place, (label, text) in enumerate(pair):
            first = place * half + 1
            last = self._form.width if place == len(pair) - 1 else first + half - 1
            if last > first:
                self._sheet.merge_cells(start_row=self._row, end_row=self._row, start_column=first, end_column=last)
            said = f"{label}：{text}"
            self._put(first, said, self._body(), "left")
            height = max(height, _height(said, self._room((first, last))))
        self._sheet.row_dimensions[self._row].height = height

    def _grid(self, grid: Grid, *, repeated: bool) -> None:
        if grid.heading:
            self._across(grid.heading, self._body(bold=True), "left", height=20)
        self._row += 1
        spans = self._spans(grid.columns)
        for span, column in zip(spans, grid.columns, strict=True):
            heading = f"{column.heading}\n{column.english}" if column.english else column.heading
            cell = self._spanned(span, heading, self._body(bold=True), "center")
            cell.fill = self._fill
        lines = max(self._lines(span, column) for span, column in zip(spans, grid.columns, strict=True))
        self._sheet.row_dimensions[self._row].height = 6 + 16 * lines
        if repeated:
            self._sheet.print_title_rows = f"{self._row}:{self._row}"
            self._sheet.freeze_panes = self._sheet.cell(self._row + 1, 1)
        for row in grid.rows:
            self._values(grid.columns, spans, row, self._body())
        if grid.total is not None:
            self._values(grid.columns, spans, grid.total, self._body(bold=True))

    def _values(
        self, columns: Sequence[Column], spans: Sequence[tuple[int, int]], row: Sequence[Value], font: Any
    ) -> None:
        self._row += 1
        lines = 1
        for span, column, value in zip(spans, columns, row, strict=True):
            number = numeral(column.kind, value)
            shown = value if number is None else number
            cell = self._spanned(span, shown, font, "left" if number is None else "right")
            if number is not None or isinstance(value, date):
                cell.number_format = _FORMATS[column.kind]
            elif isinstance(value, str):
                lines = max(lines, _lines_of(value, self._room(span)))
        self._sheet.row_dimensions[self._row].height = 16 * lines + 2

    def _room(self, span: tuple[int, int]) -> int:
        """Return the number of Chinese characters that fit in some columns."""
        return sum(self._widths[span[0] - 1 : span[1]])

    def _lines(self, span: tuple[int, int], column: Column) -> int:
        """Return the number of lines that a heading takes."""
        return 1 + _lines_of(column.english, self._room(span))

    def _sign(self) -> None:
        form = self._form
        day = f"{form.issued_on.year} 年 {form.issued_on.month} 月 {form.issued_on.day} 日"
        signed = "        ".join(f"{each}：＿＿＿＿＿" for each in form.signatures)
        self._across(signed, self._body(), "left", height=24)
        self._across(f"{form.unit}{SEAL}        {day}", self._body(), "right", height=24)

    def _spanned(self, span: tuple[int, int], value: Any, font: Any, side: str) -> Any:
        """Write a cell across some columns of the present row, with a border around all of them."""
        first, last = span
        for place in range(first, last + 1):
            self._sheet.cell(self._row, place).border = self._border
        if last > first:
            self._sheet.merge_cells(start_row=self._row, end_row=self._row, start_column=first, end_column=last)
        return self._put(first, value, font, side)

    def _put(self, place: int, value: Any, font: Any, side: str) -> Any:
        cell = self._sheet.cell(self._row, place)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # a text stays one, also where it begins as a formula does
        cell.font = font
        indent = 1 if side == "left" and cell.border.left.style else 0
        cell.alignment = self._alignment(horizontal=side, vertical="center", wrap_text=True, indent=indent)
        return cell


def _draw_codes(sheet: Any, form: PrintedForm) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 80
    one_page_wide(sheet, landscape=form.landscape)
    for row, pair in enumerate([(CODES_NOTE, ""), *form.codes], start=1):
        for place, text in enumerate(pair, start=1):
            cell = sheet.cell(row, place)
            cell.value = text
            cell.data_type = "s"


def _width(column: Column) -> int:
    """Return the number of characters that a column takes."""
    return max(column.width, len(column.heading))


def _in_rows(facts: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    return (facts[at : at + _FACTS_A_ROW] for at in range(0, len(facts), _FACTS_A_ROW))


def _height(text: str, characters: int) -> float:
    return 16.0 * max(1, _lines_of(text, characters)) + 4


def _lines_of(text: str, characters: int) -> int:
    """Return the number of lines that a text takes in a column of the given number of Chinese characters."""
    return -(-breadth(text) // (2 * max(1, characters)))


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above

    return str(get_column_letter(place + 1))
