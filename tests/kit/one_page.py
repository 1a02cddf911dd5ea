"""Checks that a workbook prints one page wide, in whatever program opens it."""

from __future__ import annotations

import io

from openpyxl import load_workbook


def not_one_page_wide(content: bytes) -> list[str]:
    """The sheets that would print over the edge of A4, or without the number of their pages. A sheet may be set on a
    single page, or run over as many as its rows take.
    """
    return [
        sheet.title
        for sheet in load_workbook(io.BytesIO(content)).worksheets
        if not sheet.sheet_properties.pageSetUpPr.fitToPage
        or sheet.page_setup.fitToWidth != 1
        or sheet.page_setup.fitToHeight not in (0, 1)
        or str(sheet.page_setup.paperSize) != sheet.PAPERSIZE_A4
        or sheet.oddFooter.center.text != "第 &P 页，共 &N 页"
    ]
