"""Premiums that wait without a fee, those that do not, and flexible workers who do not wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.claims.ports import PersonStore
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.law.domain.services.vocabulary import EmployerSize
from chalicelib.premiums.usecases import DeferralRequest, Premiums
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import AUDITOR, agency, enrolment, hospital, passport
from tests.kit.memory.world import World

DALIAN = agency(AreaCode("210200"))
EMPLOYER = "91210200MA0QABCD1N"
PAGE = PageRequest(50)


def at(world: World, day: date) -> World:
    world.clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    return world


def asked(month: str = "2020-02", **changes: Any) -> DeferralRequest:
    year, number = map(int, month.split("-"))
    request = DeferralRequest(EMPLOYER, month, date(year, number, 15), 12_000_00, EmployerSize.SMALL, "closed by order")
    return replace(request, **changes)


def refused(world: World, request: DeferralRequest) -> list[str]:
    with pytest.raises(Invalid) as error:
        world.system[Premiums].defer(DALIAN, request)
    return [each.code for each in error.value.findings]


def fees(world: World, paid_on: date, *months: str) -> list[tuple[str, int | None, tuple[str, ...]]]:
    paid = world.system[Premiums].pay(DALIAN, EMPLOYER, paid_on, months)
    return [(each.month, each.fee_fen, each.fee_citations) for each in paid]


def test_an_affected_small_employer_pays_later_and_cover_goes_on_maternity_included(world: World) -> None:
    """Source: D-14."""
    first = world.system[Premiums].defer(DALIAN, asked())
    assert (first.benefits, first.citation) == (("medical", "maternity"), "dl-2020.4.1")
    assert world.system[Premiums].defer(DALIAN, asked()) == first
    with pytest.raises(Conflict):
        world.system[Premiums].defer(DALIAN, asked(amount_fen=1))
    assert refused(world, asked("2020-03", size=EmployerSize.LARGE)) == ["employer-size"]
    assert refused(world, asked("2020-01")) == ["deferral-not-provided"]
    for size in (EmployerSize.MICRO, EmployerSize.MEDIUM):
        world.system[Premiums].defer(DALIAN, asked(employer="9" * 18, month=f"2020-0{3 + len(size) % 2}", size=size))


def test_all_of_it_paid_within_three_months_of_the_end_is_free_of_the_fee(world: World) -> None:
    """Lifted on 8 January 2023: until 8 April."""
    for month in ("2020-02", "2020-03"):
        world.system[Premiums].defer(DALIAN, asked(month))
    at(world, date(2023, 4, 20))
    free = ("dl-2020.4.1", "dl-2020.4.1-after", "nhc-2022-7.lifted")
    assert fees(world, date(2023, 4, 8), "2020-02", "2020-03") == [("2020-03", 0, free), ("2020-02", 0, free)]
    assert fees(world, date(2023, 4, 8), "2020-02") == [("2020-02", 0, free)], "the same again is the first answer"
    with pytest.raises(Conflict):
        fees(world, date(2023, 4, 9), "2020-02")


def test_a_part_of_it_or_all_of_it_too_late_costs_each_day(world: World) -> None:
    """0.05% of 12,000.00 a day is 6.00. From 15 February to 20 February 2020: 5 days, 30.00."""
    for month in ("2020-02", "2020-03"):
        world.system[Premiums].defer(DALIAN, asked(month))
    at(world, date(2023, 5, 1))
    assert fees(world, date(2020, 2, 20), "2020-02") == [("2020-02", 30_00, ("premiums.late-fee",))]
    days = (date(2023, 4, 9) - date(2020, 3, 15)).days
    assert fees(world, date(2023, 4, 9), "2020-03") == [("2020-03", days * 6_00, ("premiums.late-fee",))]


def test_what_is_paid_before_the_end_is_free_where_it_is_all(world: World) -> None:
    world.system[Premiums].defer(DALIAN, asked())
    at(world, date(2020, 6, 1))
    assert fees(world, date(2020, 6, 1), "2020-02") == [("2020-02", 0, ("dl-2020.4.1", "dl-2020.4.1-after"))]


def test_what_was_not_deferred_or_not_paid_yet_is_refused(world: World) -> None:
    world.system[Premiums].defer(DALIAN, asked())
    at(world, date(2020, 6, 1))
    with pytest.raises(NotFound):
        fees(world, date(2020, 6, 1), "2020-02", "2020-03")
    with pytest.raises(Invalid):
        fees(world, date(2020, 6, 2), "2020-02")
    with pytest.raises(NotFound):
        world.system[Premiums].pay(agency(KUNMING), EMPLOYER, date(2020, 6, 1), ("2020-02",))


def test_a_flexible_worker_who_pays_in_the_epidemic_does_not_wait(world: World) -> None:
    """Source: D-15. Before it, and elsewhere, three months by an illustrative rule."""
    person = world.system[EnrolPerson](DALIAN, enrolment(passport(1)["id_no"], insured_area=AreaCode("210200"))).person
    before = world.ports[PersonStore].enrolments(person)
    cover = world.system[Premiums].cover
    for who, day, begins, citation, illustrative in (
        (DALIAN, date(2020, 2, 10), date(2020, 2, 10), "dl-2020.4.2", False),
        (DALIAN, date(2020, 1, 26), date(2020, 4, 26), "premiums.waiting-period", True),
        (agency(KUNMING), date(2020, 2, 10), date(2020, 5, 10), "premiums.waiting-period", True),
    ):
        told = cover(who, person, day)
        assert (told.covered_from, told.citation, told.illustrative) == (begins, citation, illustrative)
        assert cover(who, person, day) == told
    assert world.ports[PersonStore].enrolments(person) == before
    with pytest.raises(NotFound):
        cover(DALIAN, PersonToken("prs_" + "0" * 32), date(2020, 2, 10))
    with pytest.raises(Invalid):
        cover(DALIAN, person, date(2030, 1, 1))


def test_premiums_are_the_agencys_and_the_auditors(world: World) -> None:
    premiums = world.system[Premiums]
    kept = premiums.defer(DALIAN, asked())
    assert premiums.find(DALIAN, None, None, PAGE).items == (kept,)
    assert premiums.find(AUDITOR, AreaCode("210200"), EMPLOYER, PAGE).items == (kept,)
    assert premiums.find(DALIAN, None, "8" * 18, PAGE).items == ()
    assert premiums.covers(DALIAN, None, PAGE).items == ()
    with pytest.raises(NotFound):
        premiums.find(agency(KUNMING), AreaCode("210200"), None, PAGE)
    with pytest.raises(Forbidden):
        premiums.defer(hospital(), asked())
