"""Printed forms: capital figures, workbooks whose numbers can be added, pages that say the same."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.platform.forms.capitals import in_capitals
from chalicelib.platform.forms.model import Column, ColumnKind, Grid, PrintedForm
from chalicelib.platform.forms.page import printed_page
from chalicelib.platform.forms.xlsx import workbook_of

CAPITALS = {
    "16512.00": "壹万陆仟伍佰壹拾贰元整",
    "0.00": "零元整",
    "0.50": "伍角整",
    "0.05": "伍分",
    "1.05": "壹元零伍分",
    "100000.01": "壹拾万元零壹分",
    "6000.10": "陆仟元壹角整",
    "107000.53": "壹拾万柒仟元伍角叁分",
    "100001000.00": "壹亿零壹仟元整",
    "101000000.00": "壹亿零壹佰万元整",
    "20304050.00": "贰仟零叁拾万肆仟零伍拾元整",
    "1409.50": "壹仟肆佰零玖元伍角整",
    "-12.00": "负壹拾贰元整",
}


@pytest.mark.parametrize(("amount", "said"), CAPITALS.items())
def test_an_amount_is_written_in_capital_figures(amount: str, said: str) -> None:
    assert in_capitals(int(Decimal(amount) * 100)) == f"人民币{said}"


def test_an_amount_beyond_all_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="capital figures"):
        in_capitals(10**18)


def form(**changed: Any) -> PrintedForm:
    columns = (
        Column("名称", width=10),
        Column("日期", ColumnKind.DAY, 6),
        Column("人次", ColumnKind.COUNT, 4),
        Column("金额", ColumnKind.MONEY, 8),
    )
    rows = (("=1+1", date(2023, 1, 8), 3, 123456), ("乙", date(2023, 1, 9), 4, -56))
    known: dict[str, Any] = {
        "title": "测试表",
        "unit": "昆明市医疗保障经办机构",
        "facts": (("期间", "2023-01"), ("区划", "昆明市"), ("备注", "<b>")),
        "grids": (
            Grid((Column("项"), Column("值", width=20)), (("甲", "乙"),)),
            Grid(columns, rows, ("合计", None, 7, 123400)),
        ),
        "issued_on": date(2023, 2, 1),
        "codes": (("编号", "x_1"),),
        "capitals_fen": 123400,
        "landscape": True,
        "illustrative": True,
    }
    return PrintedForm(**{**known, **changed})


def sheet_of(found: PrintedForm) -> Any:
    return load_workbook(io.BytesIO(workbook_of(found)))[found.title]


def cells(sheet: Any) -> dict[Any, Any]:
    return {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_a_workbook_holds_numbers_as_numbers_and_days_as_days() -> None:
    found = cells(sheet_of(form()))
    assert found[1234.56].number_format == "#,##0.00"
    assert found[-0.56].data_type == "n"
    assert found[datetime(2023, 1, 8)].number_format == "yyyy-mm-dd"  # noqa: DTZ001 a day has no zone
    assert found[7].number_format == "#,##0"


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    assert cells(sheet_of(form()))["=1+1"].data_type == "s"


def test_a_workbook_prints_on_a4_one_page_wide_with_its_heading_row_on_every_page() -> None:
    sheet = sheet_of(form())
    assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        1,
    )
    row = cells(sheet)["名称"].row
    assert sheet.print_title_rows == f"${row}:${row}"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_signatures_share_the_page_of_the_amounts_where_the_form_is_short() -> None:
    columns = (Column("名称"), Column("金额", ColumnKind.MONEY, 8))
    long = form(grids=(Grid(columns, [("甲", 1)] * 200),))
    assert sheet_of(form()).page_setup.fitToHeight == 1
    assert sheet_of(long).page_setup.fitToHeight == 0
    assert all(said in end_of(form()) for said in ("人民币壹仟贰佰叁拾肆元整", "制表", "（盖章）"))


def test_a_page_that_is_signed_and_sealed_shows_the_last_rows_of_the_figures() -> None:
    columns = (Column("名称"), Column("金额", ColumnKind.MONEY, 8))
    rows = [(f"第{number}", number) for number in range(200)]
    end = end_of(form(grids=(Grid(columns, rows, ("合计", 19_900)),)))
    assert [f"第{number}" for number in range(200) if f"<td>第{number}</td>" in end] == ["第198", "第199"]
    assert end.index("合计") < end.index("制表")
    assert "（盖章）" in end


def end_of(printed: PrintedForm) -> str:
    """Return the end of a form's last table, which stands on a single page."""
    page = printed_page(printed).decode()
    assert ".end" in page[: page.index("break-inside: avoid")].splitlines()[-1]
    begins = page.rindex('<tbody class="end">')
    return page[begins : page.index("</tbody>", begins)]


def test_a_narrow_table_takes_the_whole_width_of_the_sheet() -> None:
    sheet = sheet_of(form())
    row = cells(sheet)["甲"].row
    spans = [str(span) for span in sheet.merged_cells.ranges if span.min_row == row]
    assert spans == [f"B{row}:D{row}"]


def test_the_same_form_gives_the_same_bytes() -> None:
    assert workbook_of(form()) == workbook_of(form())


def test_codes_stand_on_the_last_sheet_alone() -> None:
    book = load_workbook(io.BytesIO(workbook_of(form())))
    assert book.sheetnames == ["测试表", "校验"]
    assert "x_1" not in cells(book["测试表"])
    assert "x_1" in cells(book["校验"])


def test_a_page_says_what_the_workbook_says_and_nothing_in_it_runs() -> None:
    page = printed_page(form()).decode()
    for said in (
        "测试表",
        "1,234.56",
        "-0.56",
        "2023-01-08",
        "人民币壹仟贰佰叁拾肆元整",
        "示例普通待遇",
        "（盖章）",
        "x_1",
    ):
        assert said in page
    assert "&lt;b&gt;" in page
    assert "<script" not in page
