"""Beds are filed at once, struck off when the epidemic is lifted, and held in reserve with others behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.beds.domain import BedKind
from chalicelib.beds.usecases import BedRequest, Beds
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World

DALIAN, SHANXI, CLINIC = "H21020200001", "H14010500001", "H14010500002"
PAGE = PageRequest(50)


def at(world: World, day: date) -> World:
    world.clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    return world


def ward(day: date = date(2020, 2, 1), count: int = 40, backups: tuple[str, ...] = ()) -> BedRequest:
    return BedRequest(BedKind.INFECTIOUS, count, day, backups)


def reserve(*backups: str, day: date = date(2020, 3, 26)) -> BedRequest:
    return BedRequest(BedKind.RESERVE, 243, day, backups)


def refused(world: World, code: str, request: BedRequest) -> list[str]:
    with pytest.raises(Invalid) as error:
        world.system[Beds].file(hospital(code), request)
    return [each.code for each in error.value.findings]


def test_beds_of_an_infectious_ward_count_at_once_and_are_filed_once(world: World) -> None:
    """Source: D-06. The authorised number of beds plays no part, and nobody approves."""
    at(world, date(2020, 2, 1))
    first = world.system[Beds].file(hospital(DALIAN), ward())
    assert (first.stands_on(date(2020, 2, 1)), first.stands_on(date(2020, 1, 31))) == (True, False)
    assert first.citations == ("dl-2020.2.3", "dl-2020.2.3-after")
    assert world.system[Beds].file(hospital(DALIAN), ward()).filing == first.filing
    assert len(world.system[Beds].find(hospital(DALIAN), None, PAGE).items) == 1


def test_they_are_struck_off_on_the_day_the_epidemic_is_lifted(world: World) -> None:
    """The nation lifted it on 8 January 2023, as was announced on 26 December 2022."""
    at(world, date(2020, 2, 1))
    assert world.system[Beds].file(hospital(DALIAN), ward()).struck_off_on is None
    at(world, date(2023, 1, 8))
    (shown,) = world.system[Beds].find(agency(AreaCode("210200")), None, PAGE).items
    assert shown.struck_off_on == date(2023, 1, 8)
    assert (shown.stands_on(date(2023, 1, 7)), shown.stands_on(date(2023, 1, 8))) == (True, False)
    assert len(shown.citations) == 3


def test_a_ward_needs_a_provision_of_its_place_and_day_and_no_backups(world: World) -> None:
    assert refused(world, DALIAN, ward(date(2020, 1, 26))) == ["beds-not-provided"]
    assert refused(world, "H53010200001", ward()) == ["beds-not-provided"]
    assert refused(world, DALIAN, ward(backups=("H21020200002",))) == ["backups-unexpected"]


def test_only_a_designated_hospital_files_a_ward(world: World) -> None:
    bundle = world.bundles.current()
    plain = replace(bundle.registry.institutions[DALIAN], treatment_designated=False)
    registry = replace(bundle.registry, institutions={**bundle.registry.institutions, DALIAN: plain})
    other = type(bundle)(bundle.hash, bundle.notices, bundle.provisions, registry)
    world.bundles.current = lambda: other  # type: ignore[method-assign]  # as if it were published
    assert refused(world, DALIAN, ward()) == ["not-designated-for-treatment"]


def test_a_reserve_names_who_stands_behind_it_and_outlasts_the_epidemic(world: World) -> None:
    """Source: X-08, from 26 March 2020."""
    at(world, date(2020, 3, 26))
    assert refused(world, SHANXI, reserve()) == ["backups-missing"]
    for backup in ("H99999999999", SHANXI):
        assert refused(world, SHANXI, reserve(backup)) == ["backup-unknown"]
    assert refused(world, SHANXI, reserve(CLINIC, day=date(2020, 3, 25))) == ["beds-not-provided"]
    held = world.system[Beds].file(hospital(SHANXI), reserve(CLINIC, CLINIC))
    assert (held.filing.backups, held.filing.count, held.struck_off_on) == ((CLINIC,), 243, None)


def test_beds_are_seen_by_the_hospital_its_area_and_the_auditor(world: World) -> None:
    at(world, date(2020, 2, 1))
    filed = world.system[Beds].file(hospital(DALIAN), ward())
    for reader in (agency(AreaCode("210200")), Principal("health", Role.HEALTH, "210200")):
        assert world.system[Beds].find(reader, None, PAGE).items == (filed,)
    assert world.system[Beds].find(AUDITOR, AreaCode("210200"), PAGE).items == (filed,)
    assert world.system[Beds].find(agency(KUNMING), None, PAGE).items == ()
    with pytest.raises(NotFound):
        world.system[Beds].find(agency(KUNMING), AreaCode("210200"), PAGE)
    with pytest.raises(NotFound):
        world.system[Beds].file(hospital("H99999999999"), ward())
    with pytest.raises(Forbidden):
        world.system[Beds].file(agency(AreaCode("210200")), ward())
