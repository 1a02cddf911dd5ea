"""The statement of clearing on paper: it adds up, names places, and says where both sides sign."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from chalicelib.clearing.domain.statements import Heading, Line, StatementJson, statement
from chalicelib.clearing.domain.windows import Position, summed
from chalicelib.clearing.forms import xlsx_of
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId, TransactionId
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import Window
from chalicelib.platform.forms.capitals import in_capitals
from chalicelib.platform.forms.model import ColumnKind
from chalicelib.platform.forms.page import printed_page
from chalicelib.platform.forms.xlsx import workbook_of
from chalicelib.printing.forms.clearing import LINES_PRINTED_MAX, clearing_form
from chalicelib.printing.forms.names import Names
from tests.kit.memory.samples import policies
from tests.kit.memory.world import World

KUNMING, DALI, YUNNAN = AreaCode("530100"), AreaCode("532900"), AreaCode("530000")
ISSUED = date(2020, 3, 2)


def line(place: int, kind: ObligationKind, amount_fen: int, *, owed_to_dali: bool) -> Line:
    sides = (KUNMING, DALI) if owed_to_dali else (DALI, KUNMING)
    return Line(
        ClaimId(f"clm_{place}"),
        TransactionId(f"settle:clm_{place}"),
        Instant("2020-02-29T17:30:00.000000Z"),
        kind,
        *sides,
        amount_fen,
    )


LINES = (
    line(1, ObligationKind.FUND, 1_651_200, owed_to_dali=True),
    line(2, ObligationKind.FUND, 51_205, owed_to_dali=False),
    line(3, ObligationKind.SUBSIDY, 100_000, owed_to_dali=True),
)


def stated(*lines: Line, disputed: tuple[Line, ...] = ()) -> StatementJson:
    matrix: tuple[Position, ...] = summed(each.position for each in lines)
    window = Window(YUNNAN, "2020-02", 1)
    return statement(
        Heading(RunId("run_1"), window, 1, "0a" * 32, len(lines), matrix, frozenset(disputed)),
        DALI,
        sorted(lines, key=str),
    )


@pytest.fixture(name="names")
def fixture_names() -> Names:
    return Names(World(policies()).bundles.current().registry)


def test_a_statement_on_paper_adds_up_and_says_its_net_in_capitals(names: Names) -> None:
    form = clearing_form(stated(*LINES), ISSUED, names)
    for grid in form.grids:
        assert grid.total is not None
        for place, column in enumerate(grid.columns):
            if column.kind in (ColumnKind.MONEY, ColumnKind.COUNT):
                assert grid.total[place] == sum(int(str(row[place])) for row in grid.rows)
    assert form.capitals_fen == 1_651_200 - 51_205 + 100_000
    page = printed_page(form).decode()
    for said in (
        "云南省异地就医清算中心",
        "大理白族自治州",
        "昆明市",
        "单位：元",
        "（盖章）",
        in_capitals(1_699_995),
        "确认意见",
        "2020-03-01",
    ):
        assert said in page, said
    assert form.grids[2].rows[0][1] == date(2020, 3, 1), "the day in Beijing"


def test_a_workbook_of_a_short_form_holds_numbers_and_is_one_page(names: Names) -> None:
    form = clearing_form(stated(*LINES), ISSUED, names)
    book = load_workbook(io.BytesIO(workbook_of(form)))
    sheet = book[form.title]
    amounts = [cell.value for row in sheet.iter_rows() for cell in row if cell.number_format == "#,##0.00"]
    assert {16_512, 512.05, 1_000} <= set(amounts)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.page_setup.orientation == "landscape"
    assert "clm_1 settle:clm_1" in {cell.value for row in book["校验"].iter_rows() for cell in row}


def test_a_disputed_line_is_marked_and_stands_in_no_sum(names: Names) -> None:
    form = clearing_form(stated(*LINES, disputed=LINES[:1]), ISSUED, names)
    assert form.grids[2].rows[0][-1] == "有异议，未列入"
    assert form.capitals_fen == -51_205 + 100_000


def test_what_is_more_than_paper_takes_is_said_to_stand_elsewhere(names: Names) -> None:
    many = tuple(line(place, ObligationKind.FUND, 100, owed_to_dali=True) for place in range(LINES_PRINTED_MAX + 1))
    form = clearing_form(stated(*many), ISSUED, names)
    assert len(form.grids[2].rows) == LINES_PRINTED_MAX
    assert any("全部明细" in note for note in form.notes)
    assert ("明细", f"{LINES_PRINTED_MAX + 1} 笔") in form.facts


def test_the_statements_own_workbook_holds_words_numbers_and_times_in_beijing() -> None:
    content = xlsx_of(stated(*LINES))
    assert content == xlsx_of(stated(*LINES)), "a manifest names it by its hash"
    sums, lines = load_workbook(io.BytesIO(content)).worksheets
    row = [cell.value for cell in lines[2]]
    posted = row[2]
    assert isinstance(posted, datetime)
    assert posted.isoformat() == "2020-03-01T01:30:00"
    assert row[3:] == ["基金 fund", KUNMING, DALI, 16_512, "已清算 cleared"]
    assert lines["G3"].number_format == "#,##0.00"
    assert (lines.print_title_rows, lines.freeze_panes, lines.page_setup.fitToWidth) == ("$1:$1", "A2", 1)
    assert lines.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert {16_512, 512.05, 15_999.95} <= {cell.value for line in sums.iter_rows() for cell in line}
