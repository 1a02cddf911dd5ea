"""Pairs of areas: none that provisions tell apart is left out, and their number grows with the areas."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import pytest

from chalicelib.law.domain.cells import Bearing, Cells
from chalicelib.law.domain.model import SLOTS, Bundle, Place, Provision, Slot
from chalicelib.law.domain.places import Asked, Places, bits, insured_areas, treatment_areas
from chalicelib.law.domain.proof import Fault, prove
from chalicelib.law.domain.resolution import Resolver
from chalicelib.registry.domain.model import FiscalStatus
from tests.kit.many_areas import with_copies
from tests.kit.over_all import over_all
from tests.kit.worked_cases import shipped_bundle

Seen = set[tuple[tuple[tuple[str, str], ...], int]]


def reaches(provision: Provision, excluded: Place, chain: tuple[str, ...]) -> bool:
    return SLOTS[provision.slot].place is not excluded and provision.area in chain


def every_pair(bundle: Bundle, wanted: int) -> Seen:
    """Return the facts of all pairs with the provisions that reach them, with each pair looked at by itself."""
    registry, provisions = bundle.registry, bundle.provisions
    found: Seen = set()
    for treatment, home in itertools.product(treatment_areas(registry), insured_areas(bundle)):
        reach = sum(
            1 << at
            for at in bits(wanted)
            if (
                SLOTS[provisions[at].slot].place is not Place.INSURED
                and provisions[at].area in registry.chain(treatment)
            )
            or (SLOTS[provisions[at].slot].place is not Place.TREATMENT and provisions[at].area in registry.chain(home))
        )
        if registry.pooling_area(treatment) == registry.pooling_area(home):
            ways = [("local", "none")]
        else:
            near = registry.province(treatment) == registry.province(home)
            ways = [
                ("within-province" if near else "cross-province", each) for each in ("filed", "emergency", "unfiled")
            ]
        municipal = registry.areas[registry.province(treatment)].fiscal_status is FiscalStatus.MUNICIPALITY
        for (apart, filing), agency in itertools.product(ways, ("local",) if municipal else ("local", "provincial")):
            status = registry.areas[treatment].fiscal_status.value
            values = {"area-status": status, "agency": agency, "distance": apart, "filing": filing}
            found.add((tuple(sorted(values.items())), reach))
    return found


@cache
def twofold() -> tuple[Bundle, Cells, Places]:
    """Two copies of each province, with their cells and places."""
    bundle = with_copies(shipped_bundle(), 2)
    return bundle, Cells(bundle), Places(bundle)


@over_all("slot", [slot for slot in Slot if shipped_bundle().by_slot[slot]])
def test_no_pair_that_provisions_tell_apart_is_left_out(slot: Slot) -> None:
    bundle, cells, places = twofold()
    wanted = cells.mask_of(Bearing(bundle).with_protection(bundle.by_slot[slot]))
    pairs = places.of_insured(Asked(wanted))
    assert {(tuple(sorted(pair.values.items())), pair.reach & wanted) for pair in pairs} == every_pair(bundle, wanted)


def test_a_copied_province_is_proved_as_the_original_is() -> None:
    assert prove(with_copies(shipped_bundle(), 3)).failures == ()


def among_copies(citation: str, change: Callable[[Provision], Sequence[Provision]]) -> Bundle:
    """Three copies of a province, with a changed provision in one of them."""
    bundle = with_copies(shipped_bundle(), 3)
    changed = [each for p in bundle.provisions for each in (change(p) if p.citation == citation else [p])]
    assert changed != list(bundle.provisions)
    return Bundle(bundle.hash, bundle.notices, tuple(changed), bundle.registry)


def test_a_gap_of_one_area_is_found_among_many() -> None:
    bundle = among_copies("base-371000-1.resident-ratio@371000", lambda _: [])
    assert {(f.fault, f.insured) for f in prove(bundle, [Slot.RATIO]).failures} == {(Fault.GAP, "001x371000")}


@pytest.mark.parametrize("citation", ["wh-2023-2-1.2-split", "sd-2023-1-1.2", "base-371000-1.employee-pool-cap@371500"])
def test_a_tie_of_one_area_is_found_among_many(citation: str) -> None:
    bundle = among_copies(citation, lambda p: [p, replace(p, id="copy")])
    (slot,) = {p.slot for p in bundle.provisions if p.citation == citation}
    ties = [f for f in prove(bundle, [slot]).failures if f.fault is Fault.TIE]
    assert {citation} < {name for tie in ties for name in tie.provisions}


def decided(bundle: Bundle, slot: Slot, *, alike: bool) -> set[tuple[str | None, bool, bool]]:
    """Return the deciders of a slot over all cells: areas that protect alike taken together, or one by one."""
    space, bearing = Cells(bundle), Bearing(bundle)
    relevant = bearing.with_protection(bundle.by_slot[slot])
    protecting = space.mask_of(relevant) & ~space.mask_of(bearing.with_speakers(bundle.by_slot[slot]))
    assert protecting
    found: set[tuple[str | None, bool, bool]] = set()
    for cell in space.of_slot(slot, relevant, protecting if alike else 0):
        resolver = Resolver(bundle, cell.facts)
        winner = resolver.resolve(slot).winner
        unsuspected = cell.facts.values["status"] == "none"
        found.add((None if winner is None else winner.citation, unsuspected, resolver.protection.granted))
    return found


@pytest.mark.parametrize("slot", [Slot.SUBSIDY_SCOPE, Slot.COMBINED_SHARE, Slot.PAYER_OF_REMAINDER])
def test_areas_are_alike_only_where_they_protect_alike(slot: Slot) -> None:
    bundle = among_copies("sd-2023-1-1.1", lambda p: [replace(p, when={"status": frozenset({"none"})})])
    assert decided(bundle, slot, alike=True) == decided(bundle, slot, alike=False)


def test_the_cells_decided_grow_with_the_areas() -> None:
    """Every added province brings the same number of cells, not one for each area that was there before."""
    once, twice, fourfold = (sum(prove(with_copies(shipped_bundle(), n)).cells.values()) for n in (6, 12, 24))
    assert fourfold - twice <= 2.1 * (twice - once)
