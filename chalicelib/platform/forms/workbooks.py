"""Workbooks as bytes: the same workbook gives the same bytes, so that a hash can name the stored file."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

_HALF_WIDTH_MAX = 0xFF
_A4 = "9"
_PRINTED_PT = {False: 740.0, True: 495.0}
"""The height of A4 between its margins, upright and across."""
_SMALLEST = 1.4
"""A page of rows is set smaller by no more than this ratio."""
_NEVER = datetime(1980, 1, 1)  # noqa: DTZ001 - a zip file's earliest date, and no instant at all


def one_page_wide(sheet: Any, *, landscape: bool, height_pt: float | None = None) -> None:
    """Set a sheet to print on A4, a page wide and as many pages long as needed, with page numbers.

    A sheet of rows of `height_pt` in all is set on a single page where it stays legible, so that signatures stand
    below the amounts that they are for.
    """
    from openpyxl.worksheet.page import PageMargins  # noqa: PLC0415 - as below
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - a third of a second to load

    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    room_pt = _PRINTED_PT[landscape] * _SMALLEST
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 1 if height_pt is not None and height_pt <= room_pt else 0
    sheet.page_margins = PageMargins(left=0.6, right=0.6, top=0.6, bottom=0.75)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def breadth(text: str) -> int:
    """Return the width of a text in half-width characters: a Chinese character counts as two."""
    return sum(2 if ord(each) > _HALF_WIDTH_MAX else 1 for each in text)


def saved(book: Any) -> bytes:
    """Write an openpyxl workbook as bytes that depend on nothing but its content."""
    book.properties.creator = "quebao"
    book.properties.created = book.properties.modified = _NEVER
    content = io.BytesIO()
    book.save(content)
    return _without_times(content.getvalue())


def _without_times(content: bytes) -> bytes:
    """Return the archive with the same date on every file, for openpyxl writes the present date."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = _fixed_properties(part)
            written.writestr(zipfile.ZipInfo(name, _NEVER.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _fixed_properties(part: bytes) -> bytes:
    """Return the properties without the time of saving, which openpyxl always sets."""
    start, end = part.find(b"<dcterms:modified"), part.find(b"</dcterms:modified>")
    return part if start < 0 else part[:start] + part[end + len(b"</dcterms:modified>") :]
