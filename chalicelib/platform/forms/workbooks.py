"""Workbooks as bytes: the same workbook gives the same bytes, so that a hash can name what is stored."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

_NEVER = datetime(1980, 1, 1)  # noqa: DTZ001 - a zip file's earliest date, and no instant at all


def saved(book: Any) -> bytes:
    """A workbook of openpyxl as bytes that depend on nothing but its content."""
    book.properties.creator = "quebao"
    book.properties.created = book.properties.modified = _NEVER
    content = io.BytesIO()
    book.save(content)
    return _without_times(content.getvalue())


def _without_times(content: bytes) -> bytes:
    """The same archive with every file at one date, for openpyxl writes the present one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = _fixed_properties(part)
            written.writestr(zipfile.ZipInfo(name, _NEVER.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _fixed_properties(part: bytes) -> bytes:
    """The properties without the time of saving, which openpyxl sets on its own."""
    start, end = part.find(b"<dcterms:modified"), part.find(b"</dcterms:modified>")
    return part if start < 0 else part[:start] + part[end + len(b"</dcterms:modified>") :]
