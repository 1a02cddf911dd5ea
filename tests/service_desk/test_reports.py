"""Desk reports: counts by kind, way and day, as a table, a file and a page, with the provision for the counts."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Invalid, NotFound
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.forms.page import printed_page
from chalicelib.service_desk.domain.counts import DeskSum
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind
from chalicelib.service_desk.schemas.reports import desk_count_file
from chalicelib.service_desk.usecases.matters import DeskMatters
from chalicelib.service_desk.usecases.report import DeskReports
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import AUDITOR, agency
from tests.kit.memory.world import World
from tests.kit.service_behaviours import matter

DALIAN = agency(AreaCode("210200"))
FIRST, LAST = date(2020, 2, 10), date(2020, 2, 19)


@pytest.fixture(name="world")
def fixture_counted(world: World) -> World:
    """Two transfers by fax, the first finished nine days later; a certificate at the counter, taken back."""
    world.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    matters = world.system[DeskMatters]
    fax = {"kind": DeskMatterKind.COVER_TRANSFER, "channel": Channel.FAX}
    first = matters.record(DALIAN, matter(**fax)).matter
    matters.record(DALIAN, matter(matter_no="JB-2", **fax))
    third = matters.record(DALIAN, matter(matter_no="JB-3")).matter
    matters.withdraw(DALIAN, third.matter_id, "recorded twice")
    world.clock.move_to(datetime(2020, 2, 19, 4, tzinfo=UTC))
    matters.finish(DALIAN, first.matter_id, "transferred", None, ())
    return world


@pytest.mark.shows("D-09")
def test_the_report_sums_by_kind_way_and_day_and_tells_the_contactless_apart(world: World) -> None:
    report = world.system[DeskReports](DALIAN, None, FIRST, LAST)
    assert report.by_kind == (
        (DeskMatterKind.COVER_TRANSFER, Channel.FAX, DeskSum(2, 1, 0)),
        (DeskMatterKind.OTHER, Channel.COUNTER, DeskSum(1, 0, 1)),
    )
    assert report.by_day == ((FIRST, DeskSum(3, 0, 1)), (LAST, DeskSum(0, 1, 0)))
    assert (report.total, report.contactless) == (DeskSum(3, 1, 1), DeskSum(2, 1, 0))
    assert report.citations == ("dl-2020.3.2",)


def test_both_days_are_inside_and_nothing_beyond_them(world: World) -> None:
    reports = world.system[DeskReports]
    assert reports(DALIAN, None, FIRST, date(2020, 2, 18)).total == DeskSum(3, 0, 1)
    assert reports(DALIAN, None, LAST, LAST).total == DeskSum(0, 1, 0)
    assert reports(DALIAN, None, date(2020, 2, 11), date(2020, 2, 18)).counts == ()


def test_an_area_is_reported_to_itself_its_finance_its_centre_and_the_auditor(world: World) -> None:
    reports = world.system[DeskReports]
    for principal in (
        Principal("cashier", Role.FINANCE, "210200"),
        Principal("centre", Role.CENTRE, "210000"),
        AUDITOR,
    ):
        assert reports(principal, AreaCode("210200"), FIRST, LAST).total == DeskSum(3, 1, 1)
    for principal, area in ((agency(KUNMING), AreaCode("210200")), (AUDITOR, AreaCode("999999"))):
        with pytest.raises(NotFound):
            reports(principal, area, FIRST, LAST)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(LAST, FIRST, "period-order"), (date(2020, 1, 1), date(2021, 1, 1), "period-too-long")],
)
def test_days_are_in_order_and_at_most_a_year(world: World, first: date, last: date, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        world.system[DeskReports](DALIAN, None, first, last)
    assert [each.code for each in refused.value.findings] == [code]


def test_the_file_has_a_row_for_each_kind_and_way_of_a_day(world: World) -> None:
    file = desk_count_file(world.system[DeskReports](DALIAN, None, FIRST, LAST).counts)
    lines = file.as_csv().decode("utf-8-sig").splitlines()
    assert lines[1:] == [
        "'210200,2020-02-10,cover-transfer,fax,2,0,0",
        "'210200,2020-02-10,other-business,counter,1,0,1",
        "'210200,2020-02-19,cover-transfer,fax,0,1,0",
    ]
    sheet = load_workbook(io.BytesIO(file.as_workbook())).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][4:] == [2, 0, 0]


def test_the_printed_page_says_what_is_counted_in_cases_and_by_which_article(world: World) -> None:
    page = printed_page(world.system[DeskReports].printed(DALIAN, None, FIRST, LAST)).decode()
    assert "单位：件" in page
    assert "单位：元" not in page
    for said in ("大连市医疗保障经办机构", "不见面受理", "2 件", "医疗保险关系转移接续", "经办-2", "2020-02-19"):
        assert said in page
