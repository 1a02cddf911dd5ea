"""Lists of runs and windows by month: the areas concerned find a run without being told its id."""

from __future__ import annotations

import pytest

from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.usecases.list_runs import ListClearing
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AreaCode
from tests.clearing.test_run import CENTRE, CREDITOR, DEBTOR, PERIOD, TIER, Office, claim
from tests.kit.clearing_runs import close, post
from tests.kit.memory.samples import AUDITOR, agency
from tests.kit.memory.world import World

WHOLE = PageRequest(50)
BYSTANDER = agency(AreaCode("530400"))


@pytest.fixture(name="office")
def fixture_office(world: World) -> Office:
    """Two windows of the month are closed, a third is open."""
    office = Office.over(world)
    for name in ("first", "second"):
        post(office.ports, claim(name))
        close(office.clearing, office.start())
    return office


def runs(office: Office, who: Principal, tier: AreaCode | None = TIER, status: RunStatus | None = None) -> Page[Run]:
    return office.clearing[ListClearing].runs_of(who, tier, PERIOD, status, WHOLE)


@pytest.mark.parametrize("who", [CENTRE, AUDITOR, agency(DEBTOR), agency(CREDITOR)])
def test_whoever_a_run_concerns_finds_the_runs_of_a_month_the_newest_first(office: Office, who: Principal) -> None:
    assert [run.window.number for run in runs(office, who).items] == [2, 1]


def test_a_run_is_listed_by_its_status(office: Office) -> None:
    assert runs(office, CENTRE, status=RunStatus.SETTLED).items == ()
    standing = {run.status for run in runs(office, CENTRE).items}
    assert all(runs(office, CENTRE, status=status).items for status in standing)


def test_an_area_without_a_part_in_a_run_does_not_see_it(office: Office) -> None:
    assert runs(office, BYSTANDER).items == ()


def test_another_tiers_centre_sees_neither_runs_nor_windows(office: Office) -> None:
    elsewhere = Principal("centre", Role.CENTRE, "420000")
    assert runs(office, elsewhere).items == ()
    assert office.clearing[ListClearing].windows_of(elsewhere, TIER, PERIOD, WHOLE).items == ()


def test_without_a_tier_an_agency_sees_those_of_its_province_and_of_the_nation(office: Office) -> None:
    assert {run.window.tier for run in runs(office, agency(DEBTOR), tier=None).items} == {TIER}
    windows = office.clearing[ListClearing].windows_of(agency(DEBTOR), None, PERIOD, WHOLE).items
    assert {view.window.tier for view in windows} == {TIER, "000000"}


def test_the_open_window_has_no_run_yet(office: Office) -> None:
    windows = office.clearing[ListClearing].windows_of(CENTRE, TIER, PERIOD, WHOLE).items
    assert [(view.window.number, view.run is None) for view in windows] == [(3, True), (2, False), (1, False)]


def test_the_list_comes_in_pages(office: Office) -> None:
    first = office.clearing[ListClearing].windows_of(CENTRE, TIER, PERIOD, PageRequest(2))
    second = office.clearing[ListClearing].windows_of(CENTRE, TIER, PERIOD, PageRequest(2, first.next))
    assert [view.window.number for view in (*first.items, *second.items)] == [3, 2, 1]
    assert second.next is None


def test_a_hospital_reads_no_clearing(office: Office) -> None:
    with pytest.raises(Forbidden):
        runs(office, Principal("his", Role.HOSPITAL, "H53010200001"))
