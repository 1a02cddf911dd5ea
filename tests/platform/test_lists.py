"""A list as a file: texts stay texts, money is exact, days are days, in CSV and in a workbook alike."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.query import FILE_ROWS_MAX, whole_list

COLUMNS = (
    Column("编号"),
    Column("金额", ColumnKind.MONEY),
    Column("次数", ColumnKind.COUNT),
    Column("日期", ColumnKind.DAY),
)
FILE = ListFile("things", COLUMNS, [("=1+1", 1234567, 3, date(2020, 2, 3)), ("0012", -5, None, None)])


def test_a_csv_keeps_texts_and_writes_yuan_and_days() -> None:
    text = FILE.as_csv()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines() == [
        "编号,金额,次数,日期",
        "'=1+1,12345.67,3,2020-02-03",
        "'0012,-0.05,,",
    ]


def test_a_workbook_keeps_texts_and_holds_numbers_and_days() -> None:
    content = FILE.as_workbook()
    assert content == FILE.as_workbook(), "the same list gives the same bytes"
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0][:3] == ["=1+1", 12345.67, 3]
    assert (rows[0][3].date(), rows[1]) == (date(2020, 2, 3), ["0012", -0.05, None, None])
    assert [sheet["A2"].data_type, sheet["A3"].data_type] == ["s", "s"]


def test_a_list_too_long_for_a_file_is_refused_and_one_that_fits_is_whole() -> None:
    def fetch(count: int, page: PageRequest) -> Page[str]:
        return page_of([f"{number:05}" for number in range(count)], str, page)

    assert len(whole_list(lambda page: fetch(FILE_ROWS_MAX, page))) == FILE_ROWS_MAX
    with pytest.raises(Invalid) as refused:
        whole_list(lambda page: fetch(FILE_ROWS_MAX + 1, page))
    assert [each.code for each in refused.value.findings] == ["list-too-long"]
