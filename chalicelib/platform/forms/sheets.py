"""Uploaded tables as CSV text, from any accepted form: CSV in UTF-8 or GB18030, or an Excel workbook.

The form of a table is recognised by its bytes: a workbook is a zip archive; a text that is not UTF-8 is GB18030, the
encoding in which Chinese versions of Excel save.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from itertools import islice
from typing import Any

from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.text import Text

ROWS_MAX = 5_001
"""The maximum number of rows of a sheet, including the heading."""

_UNPACKED_BYTES_MAX = 60_000_000
"""The maximum unpacked size; a larger workbook is refused unread, since an archive of some kilobytes can hold
gigabytes.
"""
_COLUMNS_MAX = 64
_ZIP = b"PK\x03\x04"


def table_text(content: bytes) -> str:
    """Return the table as CSV text. Raises `Invalid` for content that is neither CSV nor a workbook, or for a table too
    large.
    """
    if content.startswith(_ZIP):
        return _of_workbook(content)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid([_UNREADABLE])


def _of_workbook(content: bytes) -> str:
    from openpyxl import load_workbook  # noqa: PLC0415 - loads in a third of a second, on demand

    if _unpacked_bytes(content) > _UNPACKED_BYTES_MAX:
        raise Invalid([_TOO_LARGE])
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = list(islice(sheet.iter_rows(max_col=_COLUMNS_MAX, values_only=True), ROWS_MAX + 1))
    except Exception as error:
        raise Invalid([_UNREADABLE]) from error
    if len(rows) > ROWS_MAX:
        raise Invalid([_TOO_LARGE])
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    width = len(rows[0]) if rows else 0
    while width and rows[0][width - 1] is None:
        width -= 1
    table.writerows([_cell(value) for value in row[:width]] for row in rows)
    return text.getvalue()


def _unpacked_bytes(content: bytes) -> int:
    """Return the unpacked size that the archive declares. Raises `Invalid` for content that is no archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(each.file_size for each in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Invalid([_UNREADABLE]) from error


def _cell(value: Any) -> str:
    """Write a cell for CSV: days without their midnight, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


_UNREADABLE = Finding(
    "upload-unreadable",
    "file",
    Text(
        "文件不是可读的 CSV（UTF-8 或 GB18030）或电子表格，请重新导出后上传。",
        "Export the table again: this is neither CSV in UTF-8 or GB18030 nor a readable workbook.",
    ),
)
_TOO_LARGE = Finding(
    "upload-too-long",
    "file",
    Text(
        f"工作簿过大，或首个工作表超过 {ROWS_MAX} 行，请分次上传。",
        f"Send it in parts: the workbook is too large, or its first sheet has more than {ROWS_MAX} rows.",
    ),
)
