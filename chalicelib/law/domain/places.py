"""The pairs of a treatment and an insured area that a policy set can tell apart, without walking every pair.

Three things of a pair matter: which provisions reach the pair (those of the two areas and of everything above), what
the treatment area is, and how the two lie to each other (in one pooling area, in one province, or apart). Areas alike
in the first two are one class; two classes are paired once for each way in which some of their areas lie. The work
grows with the areas, not with their square. Source: design.md section 4.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import SLOTS, Bundle, Place, Provision, Slot, Standing
from chalicelib.registry.domain.model import AreaLevel, FiscalStatus, Registry

BENEFIT_SLOTS = frozenset({Slot.DEDUCTIBLE, Slot.RATIO, Slot.POOL_CAP})

LOCAL, WITHIN, ACROSS = "local", "within-province", "cross-province"

Mask = int
"""A set of provisions as bits, by position in the bundle."""

_ENOUGH_TO_DIFFER = 2

Member = TypeVar("Member")

Signature = tuple[object, ...]
"""The content of a set of provisions, without their names: equal where another area's copies say the same."""


@dataclass(frozen=True, slots=True)
class PlacePair:
    """Areas that stand for all pairs alike, the values that follow from them, and the provisions that reach them."""

    values: Mapping[str, str]
    treatment: AreaCode
    insured: AreaCode | None
    reach: Mask


@dataclass(frozen=True, slots=True)
class Asked:
    """The provisions to tell apart: those that decide (by name), and others that only say who is protected (by their
    content). `near` narrows the areas to those at or below one, where that is known to be enough.
    """

    deciding: Mask
    protecting: Mask = 0
    near: AreaCode | None = None


@dataclass(frozen=True, slots=True)
class _Class:
    """Areas that are alike: one area of each pooling area, and by province one of each of at most two pooling areas."""

    pools: dict[str, AreaCode]
    provinces: dict[str, dict[str, AreaCode]]


class Places:
    """The areas of a policy set, each with the provisions that reach it."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        registry = bundle.registry
        self._at_treatment = self._reaching(Place.INSURED)
        self._at_home = self._reaching(Place.TREATMENT)
        self._treatments = treatment_areas(registry)
        self._homes = insured_areas(bundle)
        known = {*self._treatments, *self._homes}
        self._pool = {code: registry.pooling_area(code) for code in known}
        self._province = {code: registry.province(code) for code in known}
        self._speakers = mask_of_speakers(bundle)
        self._signatures: dict[tuple[Mask, Mask], Signature] = {}

    def of_insured(self, asked: Asked) -> Iterator[PlacePair]:
        """Yield pairs with every way they can lie to each other and every filing that way allows."""
        wanted = asked.deciding | asked.protecting
        treatments = self._classes(self._treatments_near(asked), self._treatment_key(asked))
        homes = self._classes(self._homes_near(asked), lambda area: (self._at_home[area] & wanted,))
        for distance, treatment, home in _lying(treatments, homes):
            filings = ("none",) if distance == LOCAL else ("filed", "emergency", "unfiled")
            reach = self._at_treatment[treatment] | self._at_home[home]
            for agency in self._agencies(treatment):
                for filing in filings:
                    yield PlacePair(self._values(treatment, agency, distance, filing), treatment, home, reach)

    def of_uninsured(self, asked: Asked) -> Iterator[PlacePair]:
        """Yield treatment areas alone: an uninsured person is never a remote one."""
        seen: set[tuple[object, ...]] = set()
        key_of = self._treatment_key(asked)
        for treatment in self._treatments_near(asked):
            key = (*key_of(treatment), self._at_home[treatment] & asked.deciding)
            if key not in seen:
                seen.add(key)
                reach = self._at_treatment[treatment] | self._at_home[treatment]
                for agency in self._agencies(treatment):
                    yield PlacePair(self._values(treatment, agency, LOCAL, "none"), treatment, None, reach)

    def _reaching(self, excluded: Place) -> Mapping[str, Mask]:
        """Map each area to the provisions of it and of everything above that are not decided by the excluded place."""
        own: dict[str, Mask] = {}
        for at, provision in enumerate(self._bundle.provisions):
            if SLOTS[provision.slot].place is not excluded:
                own[provision.area] = own.get(provision.area, 0) | 1 << at
        found: dict[str, Mask] = {}
        for code in self._bundle.registry.areas:
            mask = 0
            for each in self._bundle.registry.chain(code):
                mask |= own.get(each, 0)
            found[code] = mask
        return found

    def _treatment_key(self, asked: Asked) -> Callable[[AreaCode], tuple[object, ...]]:
        areas = self._bundle.registry.areas

        def key(area: AreaCode) -> tuple[object, ...]:
            reach = self._at_treatment[area]
            deciding = reach & asked.deciding
            said = self._signature(reach & asked.protecting, deciding & self._speakers)
            return deciding, said, areas[area].fiscal_status, self._agencies(area)

        return key

    def _signature(self, protecting: Mask, speakers: Mask) -> Signature:
        """Return what some provisions say of who is protected, and what others that speak there set aside of that,
        without the areas and notices that say so.
        """
        key = protecting, speakers
        if key not in self._signatures:
            provisions = self._bundle.provisions
            self._signatures[key] = _said(
                [provisions[at] for at in bits(protecting)], [provisions[at] for at in bits(speakers)], self._bundle
            )
        return self._signatures[key]

    def _treatments_near(self, asked: Asked) -> Sequence[AreaCode]:
        return self._treatments if asked.near is None else self._near(asked.near, self._treatments_by_province)

    def _homes_near(self, asked: Asked) -> Sequence[AreaCode]:
        return self._homes if asked.near is None else self._near(asked.near, self._homes_by_province)

    def _near(self, area: AreaCode, by_province: Mapping[AreaCode, list[AreaCode]]) -> Sequence[AreaCode]:
        """Return the areas of a place's province, and one of each of a few others: enough for every way to lie."""
        province = self._bundle.registry.province(area)
        others = [areas[0] for areas in itertools.islice(by_province.values(), 3)]
        return sorted({*by_province.get(province, ()), *others})

    @cached_property
    def _treatments_by_province(self) -> Mapping[AreaCode, list[AreaCode]]:
        return self._by_province(self._treatments)

    @cached_property
    def _homes_by_province(self) -> Mapping[AreaCode, list[AreaCode]]:
        return self._by_province(self._homes)

    def _by_province(self, areas: Sequence[AreaCode]) -> Mapping[AreaCode, list[AreaCode]]:
        found: dict[AreaCode, list[AreaCode]] = {}
        for area in areas:
            found.setdefault(self._province[area], []).append(area)
        return found

    def _classes(self, areas: Sequence[AreaCode], key_of: Callable[[AreaCode], tuple[object, ...]]) -> list[_Class]:
        found: dict[tuple[object, ...], _Class] = {}
        for area in areas:
            each = found.setdefault(key_of(area), _Class({}, {}))
            pool = self._pool[area]
            each.pools.setdefault(pool, area)
            of_province = each.provinces.setdefault(self._province[area], {})
            if len(of_province) < _ENOUGH_TO_DIFFER:
                of_province.setdefault(pool, area)
        return list(found.values())

    def _agencies(self, treatment: AreaCode) -> tuple[str, ...]:
        province = self._bundle.registry.areas[self._province[treatment]]
        return ("local",) if province.fiscal_status is FiscalStatus.MUNICIPALITY else ("local", "provincial")

    def _values(self, treatment: AreaCode, agency: str, distance: str, filing: str) -> Mapping[str, str]:
        status = self._bundle.registry.areas[treatment].fiscal_status.value
        return {"area-status": status, "agency": agency, "distance": distance, "filing": filing}


def _lying(treatments: Sequence[_Class], homes: Sequence[_Class]) -> Iterator[tuple[str, AreaCode, AreaCode]]:
    """Yield, for each two classes, every way some of their areas lie to each other, with two areas that do."""
    for treatment, home in itertools.product(treatments, homes):
        pool = next(_shared(treatment.pools, home.pools), None)
        if pool is not None:
            yield LOCAL, treatment.pools[pool], home.pools[pool]
        for province in _shared(treatment.provinces, home.provinces):
            within = _apart(treatment.provinces[province], home.provinces[province])
            if within is not None:
                yield WITHIN, *within
                break
        across = _apart(treatment.provinces, home.provinces)
        if across is not None:
            mine, theirs = across
            yield ACROSS, next(iter(mine.values())), next(iter(theirs.values()))


def _shared(one: Mapping[str, object], other: Mapping[str, object]) -> Iterator[str]:
    """Yield the keys of both, walking the shorter."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return (key for key in short if key in long)


def _apart(mine: Mapping[str, Member], theirs: Mapping[str, Member]) -> tuple[Member, Member] | None:
    """Find members of two different groups: two groups of either side are enough to find them."""
    for one in itertools.islice(mine, _ENOUGH_TO_DIFFER):
        for other in itertools.islice(theirs, _ENOUGH_TO_DIFFER):
            if one != other:
                return mine[one], theirs[other]
    return None


def _said(protecting: Sequence[Provision], speakers: Sequence[Provision], bundle: Bundle) -> Signature:
    """Write provisions as their conditions, days, order of speaking and the overrides among them."""
    ordered = sorted(protecting, key=lambda each: (each.slot, _asked(each), str(each.effective), each.citation))
    return tuple(
        (
            each.slot,
            _asked(each),
            each.effective,
            bundle.notices[each.notice].issued_on,
            tuple(at for at, other in enumerate(ordered) if _sets_aside(other, each)),
            tuple(other.citation for other in speakers if _sets_aside(other, each)),
        )
        for each in ordered
    )


def _sets_aside(speaker: Provision, other: Provision) -> bool:
    return other.citation in speaker.overrides or other.notice in speaker.overrides


def _asked(provision: Provision) -> str:
    return str(sorted((name, tuple(sorted(values))) for name, values in provision.when.items()))


def mask_of_speakers(bundle: Bundle) -> Mask:
    """Return the provisions that set others aside."""
    return sum(1 << at for at, each in enumerate(bundle.provisions) if each.overrides)


def bits(mask: Mask) -> Iterator[int]:
    """Yield the positions of a mask's bits, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def insured_areas(bundle: Bundle) -> list[AreaCode]:
    """Return the areas whose ordinary benefits the set holds: the possible insured places of a claim."""
    served = {
        provision.area
        for slot in BENEFIT_SLOTS
        for provision in bundle.by_slot[slot]
        if bundle.notices[provision.notice].standing is Standing.BASE
    }
    return sorted(served)


def treatment_areas(registry: Registry) -> list[AreaCode]:
    """Return the areas an institution can stand in: cities, counties and municipalities, and wherever one does."""
    possible = {
        code
        for code, area in registry.areas.items()
        if area.level in (AreaLevel.CITY, AreaLevel.COUNTY) or area.fiscal_status is FiscalStatus.MUNICIPALITY
    }
    return sorted(possible | {place.area for place in registry.places})
