"""Problems: reported upward where a notice says so, answered by the addressee, and listed for both."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.issues.domain import IssueStatus, IssueTopic, Reporter
from chalicelib.issues.usecases import IssueRequest, Issues
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskKind, TaskStatus
from tests.kit.areas import KUNMING, YUZHONG
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World
from tests.kit.service_behaviours import (
    a_district_of_chongqing_tells_the_citys_bureau_and_finance,
    a_district_of_weihai_tells_the_citys_three_departments,
    a_township_of_fuling_tells_its_district,
    an_institution_of_chongqing_tells_its_district,
)
from tests.kit.worked_cases import shipped_bundle

FULING = hospital("H50010200001")
BUREAU = Principal("bureau", Role.AGENCY, "500102")
DAY = date(2020, 2, 3)
DOWN = IssueRequest(Reporter.INSTITUTION, IssueTopic.SYSTEM, "down", "no claim can be sent", DAY)
FIRST = PageRequest(50)
OFFICE = Principal("office", Role.TOWNSHIP, "500102")
CITY = Principal("city", Role.AGENCY, "500000")
TOLD = IssueRequest(Reporter.TOWNSHIP, IssueTopic.FUNDS, "late", "no money came", DAY)


def duties(world: World, principal: Principal) -> list[tuple[str, TaskStatus]]:
    found = world.system[TaskWork].find(principal, None, TaskKind.DUTY, FIRST).items
    return [(each.duty.business, each.status) for each in found if each.duty is not None]


@pytest.fixture(name="issues")
def fixture_issues(world: World) -> Issues:
    world.clock.move_to(datetime(2020, 2, 4, 4, tzinfo=UTC))
    return world.system[Issues]


@pytest.mark.shows("C-20")
@pytest.mark.shows("C-21")
@pytest.mark.shows("C-22")
@pytest.mark.shows("W-05")
def test_each_reporter_tells_the_level_that_its_notice_names() -> None:
    an_institution_of_chongqing_tells_its_district(shipped_bundle())
    a_district_of_chongqing_tells_the_citys_bureau_and_finance(shipped_bundle())
    a_township_of_fuling_tells_its_district(shipped_bundle())
    a_district_of_weihai_tells_the_citys_three_departments(shipped_bundle())


def test_the_same_report_again_is_the_same_issue_also_once_it_is_answered(issues: Issues) -> None:
    issue = issues.report(FULING, DOWN)
    assert issues.report(FULING, DOWN) == issue
    answered = issues.answer(BUREAU, issue.issue_id, "it is up again")
    assert issues.report(FULING, DOWN) == answered


def test_an_answer_stands_and_another_is_a_conflict(issues: Issues) -> None:
    issue = issues.report(FULING, DOWN)
    answered = issues.answer(BUREAU, issue.issue_id, "it is up again")
    assert issues.answer(BUREAU, issue.issue_id, "it is up again") == answered
    with pytest.raises(Conflict):
        issues.answer(BUREAU, issue.issue_id, "it is down")


def test_nobody_answers_what_they_reported_and_no_office_that_was_not_told(issues: Issues) -> None:
    issue = issues.report(BUREAU, TOLD)
    with pytest.raises(OwnAct):
        issues.answer(BUREAU, issue.issue_id, "it came")
    with pytest.raises(Invalid) as refused:
        issues.answer(Principal("treasurer", Role.FINANCE, "500102"), issue.issue_id, "it came")
    assert [each.code for each in refused.value.findings] == ["office-not-told"]
    with pytest.raises(NotFound):
        issues.answer(agency(YUZHONG), issue.issue_id, "it came")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (IssueRequest(Reporter.DISTRICT, IssueTopic.OTHER, "a", "b", DAY), "issue-reporter"),
        (IssueRequest(Reporter.TOWNSHIP, IssueTopic.OTHER, "a", "b", DAY), "issue-reporter"),
        (IssueRequest(Reporter.INSTITUTION, IssueTopic.OTHER, "a", "b", date(2020, 2, 5)), "day-to-come"),
        (IssueRequest(Reporter.INSTITUTION, IssueTopic.OTHER, "a", "b", date(2020, 1, 1)), "issue-not-provided"),
    ],
)
def test_a_report_that_no_notice_of_the_day_provides_for_is_refused(
    issues: Issues, request_: IssueRequest, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        issues.report(FULING, request_)
    assert [each.code for each in refused.value.findings] == [code]


def test_issues_are_listed_for_who_reported_and_who_is_told_and_nobody_else(issues: Issues) -> None:
    issue = issues.report(FULING, DOWN)
    for principal, area in ((FULING, None), (BUREAU, None), (AUDITOR, AreaCode("500102"))):
        assert issues.find(principal, None, area, FIRST).items == (issue,)
        assert issues.find(principal, IssueStatus.ANSWERED, area, FIRST).items == ()
        assert issues.read(principal, issue.issue_id) == issue
    assert issues.find(hospital("H50010300002"), None, None, FIRST).items == ()
    with pytest.raises(NotFound):
        issues.find(BUREAU, None, YUZHONG, FIRST)
    with pytest.raises(NotFound):
        issues.read(agency(KUNMING), issue.issue_id)


def test_a_township_office_reports_itself_and_sees_what_its_district_s_offices_reported(issues: Issues) -> None:
    issue = issues.report(OFFICE, TOLD)
    assert (issue.addressee, issue.township) == ("500102", "500102")
    assert issues.find(OFFICE, None, None, FIRST).items == (issue,)
    assert issues.read(OFFICE, issue.issue_id) == issue
    foreign = issues.report(FULING, DOWN)
    with pytest.raises(NotFound):
        issues.read(OFFICE, foreign.issue_id)
    with pytest.raises(Invalid):
        issues.report(OFFICE, DOWN)


@pytest.mark.shows("C-21")
def test_what_a_district_cannot_settle_goes_to_the_city_with_a_clock_of_its_own(world: World, issues: Issues) -> None:
    issue = issues.report(OFFICE, TOLD)
    world.clock.move_to(datetime(2020, 2, 5, 5, tzinfo=UTC))
    assert issue.clock.is_late(instant(world.clock.now()))
    moved = issues.forward(BUREAU, issue.issue_id, "the city pays")
    assert (moved.addressee, moved.clock.due, moved.forwarded[0].clock.stopped) == (
        "500000",
        "2020-02-06T05:00:00.000000Z",
        "2020-02-05T05:00:00.000000Z",
    )
    assert issues.forward(BUREAU, issue.issue_id, "again") == moved
    assert duties(world, BUREAU) == [("issue-of-township", TaskStatus.DONE)]
    assert duties(world, CITY) == [("issue-of-district", TaskStatus.OPEN)]
    answered = issues.answer(CITY, issue.issue_id, "it is paid")
    assert duties(world, CITY) == [("issue-of-district", TaskStatus.DONE)]
    for principal in (OFFICE, BUREAU, CITY, AUDITOR):
        assert issues.read(principal, issue.issue_id) == answered


def test_nothing_is_forwarded_above_the_last_level_or_once_it_is_answered(issues: Issues) -> None:
    issue = issues.forward(BUREAU, issues.report(OFFICE, TOLD).issue_id, "the city pays")
    with pytest.raises(Invalid) as refused:
        issues.forward(CITY, issue.issue_id, "the province pays")
    assert [each.code for each in refused.value.findings] == ["issue-level-above"]
    with pytest.raises(NotFound):
        issues.answer(BUREAU, issue.issue_id, "it is paid")
    answered = issues.report(FULING, DOWN)
    issues.answer(BUREAU, answered.issue_id, "it is up again")
    with pytest.raises(Conflict):
        issues.forward(BUREAU, answered.issue_id, "the city runs it")
