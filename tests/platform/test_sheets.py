"""Tables: read from CSV in either encoding and from a workbook alike; a file that is no table is refused safely."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from chalicelib.kernel.errors import Invalid
from chalicelib.platform.forms.sheets import ROWS_MAX, table_text

TABLE = "code,name_zh,price,from\nX1,头孢曲松,12.5,2020-02-01\n"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_either_encoding(encoding: str) -> None:
    assert table_text(TABLE.encode(encoding)) == TABLE


def test_a_workbook_is_read_as_the_csv_it_would_be() -> None:
    content = workbook(
        ("code", "name_zh", "price", "from", None),
        ("X1", "头孢曲松", 12.5, datetime.fromisoformat("2020-02-01")),
        ("0012", '逗号,和"引号"', 3.0, date(2020, 2, 2)),
        ("X3", True, None, None),
    )
    assert table_text(content).splitlines() == [
        "code,name_zh,price,from",
        "X1,头孢曲松,12.5,2020-02-01",
        '0012,"逗号,和""引号""",3,2020-02-02',
        "X3,true,,",
    ]


@pytest.mark.parametrize("content", [b"\xff\xff\xff", b"PK\x03\x04 no archive", b"\x81"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        table_text(content)
    assert [each.code for each in refused.value.findings] == ["upload-unreadable"]


def test_an_archive_without_a_workbook_and_one_that_unpacks_to_gigabytes_are_refused() -> None:
    for name, size, code in (("a.txt", 10, "upload-unreadable"), ("b.txt", 61_000_000, "upload-too-long")):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, b"0" * size)
        with pytest.raises(Invalid) as refused:
            table_text(content.getvalue())
        assert [each.code for each in refused.value.findings] == [code]


def test_a_sheet_with_too_many_rows_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        table_text(workbook(*[("a",)] * (ROWS_MAX + 1)))
    assert [each.code for each in refused.value.findings] == ["upload-too-long"]
