"""Progress reports: units report every day by the hour that a notice names; late and missing units show."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.platform.forms.page import printed_page
from chalicelib.progress_reports.domain import VERSIONS_MAX, Responsible, UnitStatus
from chalicelib.progress_reports.schemas import progress_day_file, progress_report_file
from chalicelib.progress_reports.usecases import ProgressReports, ProgressRequest, RemindOfReports
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskKind, TaskStatus
from tests.kit.areas import HUANCUI, KUNMING, WEIHAI
from tests.kit.memory.samples import agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import a_district_of_weihai_reports_by_two_every_day
from tests.kit.worked_cases import shipped_bundle

CITY, RONGCHENG = agency(WEIHAI), agency(AreaCode("371082"))
FIRST_DAY, SATURDAY = date(2023, 1, 10), date(2023, 1, 14)
HEAD = Responsible("medical services", "head", "A-017")
SENT = ProgressRequest(None, FIRST_DAY, "two windows", "all settle", None, (HEAD,))
UNITS = ["371002", "371082", "371000-torch", "371000-economic", "371000-lingang", "371000-nanhai"]


def at(world: World, day: int, hour: int) -> World:
    """The world at an hour of January 2023 in China."""
    world.clock.move_to(datetime(2023, 1, day, hour - 8, tzinfo=UTC))
    return world


def open_duties(world: World, who: Principal) -> list[str]:
    found = world.system[TaskWork].find(who, TaskStatus.OPEN, TaskKind.DUTY, PageRequest(50)).items
    return [each.duty.business for each in found if each.duty is not None]


def refused(world: World, who: Principal, request: ProgressRequest) -> list[str]:
    with pytest.raises(Invalid) as answered:
        world.system[ProgressReports].report(who, request)
    return [each.code for each in answered.value.findings]


@pytest.mark.shows("W-04")
def test_the_notice_has_every_district_report_by_two_for_ten_days() -> None:
    a_district_of_weihai_reports_by_two_every_day(shipped_bundle())


def test_districts_and_units_without_a_code_are_expected_and_who_is_missing_shows(world: World) -> None:
    reports = at(world, 10, 10).system[ProgressReports]
    day = reports.day(CITY, None, FIRST_DAY)
    assert [each.unit.unit for each in day.units] == UNITS
    assert {each.status for each in day.units} == {UnitStatus.DUE}
    reports.report(RONGCHENG, SENT)
    reports.report(CITY, replace(SENT, unit="371000-nanhai"))
    at(world, 10, 15)
    reports.report(CITY, replace(SENT, unit="371002"))
    stands = {each.unit.unit: each.status for each in reports.day(CITY, None, FIRST_DAY).units}
    assert stands["371082"] == stands["371000-nanhai"] == UnitStatus.SENT
    assert stands["371002"] == UnitStatus.LATE
    assert [unit for unit, status in stands.items() if status is UnitStatus.MISSING] == UNITS[2:5]


def test_two_oclock_itself_is_late_and_a_weekend_is_a_day_like_any_other(world: World) -> None:
    reports = at(world, 14, 14).system[ProgressReports]
    reports.report(RONGCHENG, replace(SENT, on=SATURDAY, responsible=()))
    stands = {each.unit.unit: each.status for each in reports.day(CITY, None, SATURDAY).units}
    assert (stands["371082"], stands["371002"]) == (UnitStatus.LATE, UnitStatus.MISSING)


def test_an_amendment_after_the_hour_leaves_the_report_in_time_and_keeps_what_was_said(world: World) -> None:
    reports = at(world, 10, 10).system[ProgressReports]
    first = reports.report(RONGCHENG, SENT)
    assert reports.report(replace(RONGCHENG, actor="another"), SENT) == first
    at(world, 10, 16)
    amended = reports.report(RONGCHENG, replace(SENT, problems="no tokens"))
    assert [each.problems for each in amended.versions] == [None, "no tokens"]
    (row,) = (each for each in reports.day(CITY, None, FIRST_DAY).units if each.unit.unit == "371082")
    assert row.status is UnitStatus.SENT


def test_a_report_that_was_amended_too_often_goes_into_the_next_days(world: World) -> None:
    reports = at(world, 10, 10).system[ProgressReports]
    for number in range(VERSIONS_MAX):
        reports.report(RONGCHENG, replace(SENT, problems=str(number)))
    with pytest.raises(Conflict) as answered:
        reports.report(RONGCHENG, replace(SENT, problems="again"))
    assert [each.code for each in answered.value.findings] == ["amended-too-often"]


def test_the_first_days_report_names_who_is_responsible_also_when_it_is_amended(world: World) -> None:
    reports = at(world, 11, 10).system[ProgressReports]
    nobody = replace(SENT, responsible=())
    assert refused(world, RONGCHENG, nobody) == ["responsible-required"]
    reports.report(RONGCHENG, SENT)
    assert refused(world, RONGCHENG, nobody) == ["responsible-required"]
    reports.report(RONGCHENG, replace(nobody, on=date(2023, 1, 11)))


def test_other_days_other_places_and_other_units_are_told(world: World) -> None:
    at(world, 10, 10)
    assert refused(world, RONGCHENG, replace(SENT, on=date(2023, 1, 11))) == ["day-to-come"]
    assert refused(world, RONGCHENG, replace(SENT, on=date(2023, 1, 9))) == ["progress-report-not-required"]
    assert refused(world, agency(KUNMING), SENT) == ["progress-report-not-required"]
    assert refused(world, CITY, replace(SENT, unit="371000-nowhere")) == ["reporting-unit-unknown"]
    assert refused(world, CITY, SENT) == ["reporting-unit-unknown"]


def test_a_district_reports_for_itself_alone_and_sees_no_other(world: World) -> None:
    reports = at(world, 10, 10).system[ProgressReports]
    reports.report(CITY, replace(SENT, unit="371002"))
    with pytest.raises(NotFound):
        reports.report(RONGCHENG, replace(SENT, unit="371002"))
    with pytest.raises(NotFound):
        reports.day(RONGCHENG, None, FIRST_DAY)
    with pytest.raises(NotFound):
        reports.find(RONGCHENG, HUANCUI, PageRequest(50))
    with pytest.raises(Forbidden):
        reports.find(hospital("H37108200003"), AreaCode("371082"), PageRequest(50))
    assert reports.find(RONGCHENG, None, PageRequest(50)).items == ()
    (told,) = reports.find(Principal("payer", Role.FINANCE, "371000"), None, PageRequest(50)).items
    assert told.unit.unit == "371002"


def test_whoever_owes_a_report_is_reminded_until_it_is_sent(world: World) -> None:
    at(world, 10, 9)
    assert world.system[RemindOfReports]() == len(UNITS)
    assert open_duties(world, RONGCHENG) == ["progress-report"]
    assert len(open_duties(world, CITY)) == len(UNITS)
    world.system[ProgressReports].report(RONGCHENG, SENT)
    assert open_duties(world, RONGCHENG) == []
    assert world.system[RemindOfReports]() == len(UNITS) - 1
    assert open_duties(world, RONGCHENG) == []


def test_nobody_is_reminded_on_a_day_on_which_no_notice_requires_a_report(world: World) -> None:
    assert at(world, 20, 9).system[RemindOfReports]() == 0


def test_a_day_is_printed_to_be_signed_and_is_a_file_of_a_row_a_unit(world: World) -> None:
    reports = at(world, 10, 10).system[ProgressReports]
    reports.report(RONGCHENG, SENT)
    day = at(world, 10, 15).system[ProgressReports].day(CITY, None, FIRST_DAY)
    page = printed_page(reports.printed(day)).decode()
    for said in (
        "威海市医疗保障经办机构",
        "威医保发〔2023〕2号 三",
        "2023-01-10 14:00",
        "two windows",
        "A-017",
        "未报",
        "Unit",
    ):
        assert said in page
    assert "单位：元" not in page
    heading, *rows = csv.reader(io.StringIO(progress_day_file(day).as_csv().decode("utf-8-sig")))
    assert heading[:4] == ["日期 day", "单位 unit", "名称 name", "状态 status"]
    assert [(row[1].lstrip("'"), row[3]) for row in rows] == [
        (unit, "sent" if unit == "371082" else "missing") for unit in UNITS
    ]
    listed = progress_report_file(reports.find(CITY, None, PageRequest(50)).items)
    assert [row[4] for row in listed.rows] == ["否 no"]
