"""A registry with lists read part by part gives the same answers as a registry with all rows at hand."""

from __future__ import annotations

import re

import pytest

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.bundle import BundleFile, open_bundle, open_file
from chalicelib.registry.domain.model import InstitutionPlace, Registry
from tests.kit.nation import PackedParts, grown
from tests.kit.worked_cases import ROOT

AREAS = tuple(map(AreaCode, ("530000", "530100", "x00000", "x00010", "x00012", "000000")))


@pytest.fixture(name="written", scope="module")
def fixture_written() -> BundleFile:
    return grown(300, 100, provinces=1)


@pytest.fixture(name="kept", scope="module")
def fixture_kept(written: BundleFile) -> Registry:
    """The registry whose lists are read part by part."""
    return open_file(written).registry


@pytest.fixture(name="at_hand", scope="module")
def fixture_at_hand(kept: Registry) -> Registry:
    """The same registry, all rows at hand."""
    return Registry(kept.areas, dict(kept.institutions.items()), dict(kept.catalogue.items()))


def reads(registry: Registry, area: AreaCode, after: str | None = None) -> list[str]:
    within = registry.institutions_at(lambda place: area in registry.chain(place.area), after)
    return [each.code for _, each in within]


def test_it_holds_the_same_rows_by_key_and_in_order(kept: Registry, at_hand: Registry) -> None:
    assert dict(kept.institutions) == at_hand.institutions
    assert list(kept.institutions_by_code()) == list(at_hand.institutions_by_code())
    assert list(kept.items_by_code()) == list(at_hand.items_by_code())
    assert len(kept.institutions) == len(at_hand.institutions)
    assert len(kept.catalogue) == len(at_hand.catalogue)


def test_it_knows_the_same_places_agencies_days_and_items_of_the_plan(kept: Registry, at_hand: Registry) -> None:
    assert kept.places == at_hand.places
    assert kept.agencies == at_hand.agencies
    assert kept.item_days == at_hand.item_days
    planned = sorted(at_hand.planned_items())
    assert sorted(kept.planned_items()) == planned != []


@pytest.mark.parametrize("area", AREAS)
def test_the_institutions_of_an_area_are_its_own_each_once_from_wherever_one_goes_on(
    kept: Registry, at_hand: Registry, area: AreaCode
) -> None:
    whole = reads(kept, area)
    assert whole == reads(at_hand, area)
    wanted = {code for code, each in at_hand.institutions.items() if area in kept.chain(each.area)}
    assert (len(whole), set(whole)) == (len(wanted), wanted)
    for registry in (kept, at_hand):
        keys = [key for key, _ in registry.institutions_at(lambda place: area in kept.chain(place.area))]
        for at, key in enumerate(keys[:: len(keys) // 7 + 1]):
            place = at * (len(keys) // 7 + 1)
            assert reads(registry, area, key) == whole[place + 1 :]


def test_an_area_is_read_from_its_own_parts(written: BundleFile) -> None:
    parts = PackedParts(written.parts)
    registry = open_bundle(written.content, sha256_hex(written.content), parts).registry
    place = InstitutionPlace(*[AreaCode("x00012")] * 3)
    assert len(list(registry.institutions_at(lambda each: each == place))) == 3
    assert parts.requests <= 4 < len(parts.packed)


def test_one_institution_may_be_tried_as_another(kept: Registry, at_hand: Registry) -> None:
    code = next(iter(at_hand.institutions))
    other = kept.with_institution(at_hand.institutions[code])
    assert dict(other.institutions) == dict(kept.institutions)
    assert len(other.institutions) == len(kept.institutions)


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
