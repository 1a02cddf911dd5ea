"""A registry with lists read part by part gives the same answers as a registry with all rows at hand."""

from __future__ import annotations

import re

import pytest

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.law.domain.bundle import open_bundle, open_file
from chalicelib.registry.domain.model import InstitutionPlace, Registry
from tests.kit.nation import PackedParts, grown
from tests.kit.worked_cases import ROOT

WRITTEN = grown(900, 300, provinces=1)
KEPT = open_file(WRITTEN).registry
AT_HAND = Registry(KEPT.areas, dict(KEPT.institutions.items()), dict(KEPT.catalogue.items()))
AREAS = ("530000", "530100", "x00000", "x00010", "x00012", "000000")


def reads(registry: Registry, area: str, after: str | None = None) -> list[str]:
    within = registry.institutions_at(lambda place: area in registry.chain(place.area), after)
    return [each.code for _, each in within]


def test_it_holds_the_same_rows_by_key_and_in_order() -> None:
    assert dict(KEPT.institutions) == AT_HAND.institutions
    assert list(KEPT.institutions_by_code()) == list(AT_HAND.institutions_by_code())
    assert list(KEPT.items_by_code()) == list(AT_HAND.items_by_code())
    assert len(KEPT.institutions) == len(AT_HAND.institutions)
    assert len(KEPT.catalogue) == len(AT_HAND.catalogue)


def test_it_knows_the_same_places_agencies_days_and_items_of_the_plan() -> None:
    assert KEPT.places == AT_HAND.places
    assert KEPT.agencies == AT_HAND.agencies
    assert KEPT.item_days == AT_HAND.item_days
    planned = sorted(AT_HAND.planned_items())
    assert sorted(KEPT.planned_items()) == planned != []


@pytest.mark.parametrize("area", AREAS)
def test_the_institutions_of_an_area_are_its_own_each_once_from_wherever_one_goes_on(area: str) -> None:
    whole = reads(KEPT, area)
    assert whole == reads(AT_HAND, area)
    wanted = {code for code, each in AT_HAND.institutions.items() if area in KEPT.chain(each.area)}
    assert (len(whole), set(whole)) == (len(wanted), wanted)
    for registry in (KEPT, AT_HAND):
        keys = [key for key, _ in registry.institutions_at(lambda place: area in KEPT.chain(place.area))]
        for at, key in enumerate(keys[:: len(keys) // 7 + 1]):
            place = at * (len(keys) // 7 + 1)
            assert reads(registry, area, key) == whole[place + 1 :]


def test_an_area_is_read_from_its_own_parts() -> None:
    parts = PackedParts(WRITTEN.parts)
    registry = open_bundle(WRITTEN.content, sha256_hex(WRITTEN.content), parts).registry
    place = InstitutionPlace("x00012", "x00012", "x00012")
    assert len(list(registry.institutions_at(lambda each: each == place))) == 9
    assert parts.requests <= 4 < len(parts.packed)


def test_one_institution_may_be_tried_as_another() -> None:
    code = next(iter(AT_HAND.institutions))
    other = KEPT.with_institution(AT_HAND.institutions[code])
    assert dict(other.institutions) == dict(KEPT.institutions)
    assert len(other.institutions) == len(KEPT.institutions)


def test_nobody_goes_through_a_list_but_by_the_methods_that_read_it_in_order() -> None:
    """Views of a mapping ask for each row by itself: a nation's would be a million requests."""
    whole = re.compile(
        r"\b(institutions|catalogue)\.(values|items|keys)\(|for \w+ in (\w+\.)*registry\.(institutions|catalogue)\b"
    )
    product = ROOT / "chalicelib"
    found = {
        path.relative_to(product).as_posix(): line.strip()
        for path in product.rglob("*.py")
        if path.parent != product / "registry" / "domain"
        for line in path.read_text(encoding="utf-8").splitlines()
        if whole.search(line)
    }
    assert found == {}
