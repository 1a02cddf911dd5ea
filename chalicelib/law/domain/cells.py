"""The cases a policy set can tell apart: combinations of condition values, places and days, grouped by what applies.

Two claims to which the same provisions apply are decided alike, so one of them stands for both. The combinations are
never multiplied out: dimensions that hang together form a group, each group's choices are merged by the provisions they
leave applicable, and groups are combined one after another. Combinations that cannot occur (an inpatient of a pharmacy,
a remote uninsured person, a discharge before the admission) are not made. Source: design.md section 4.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from chalicelib.law.domain.facts import Days, Facts, facts_of_tier
from chalicelib.law.domain.model import (
    DIMENSIONS,
    LINE_DIMENSIONS,
    SLOTS,
    Anchor,
    Bundle,
    Place,
    Provision,
    Slot,
    Standing,
)
from chalicelib.registry.domain.model import AreaLevel, FiscalStatus, Registry

BEFORE_EVERYTHING = date(2000, 1, 1)
"""Stands for the open past. Intervals that begin earlier count as beginning here."""

BENEFIT_SLOTS = frozenset({Slot.DEDUCTIBLE, Slot.RATIO, Slot.POOL_CAP})

Mask = int
"""A set of provisions as bits, by position in `Cells.provisions`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """For which claims a slot is asked at all."""

    inpatient: bool = True
    outpatient: bool = True
    insured: bool = True
    uninsured: bool = True
    remote_only: bool = False
    gaps_allowed: bool = False


EVERYONE = Scope()
_INSURED_STAY = Scope(outpatient=False, uninsured=False)
SCOPES: Mapping[Slot, Scope] = {
    Slot.DEDUCTIBLE: _INSURED_STAY,
    Slot.RATIO: _INSURED_STAY,
    Slot.POOL_CAP: _INSURED_STAY,
    Slot.LARGE_SUM: _INSURED_STAY,
    Slot.CRITICAL_ILLNESS: _INSURED_STAY,
    Slot.ASSISTANCE: Scope(outpatient=False),
    Slot.REMOTE_CUT: replace(_INSURED_STAY, remote_only=True),
    Slot.OUTPATIENT_ORDINARY: Scope(inpatient=False, uninsured=False),
    Slot.ADVANCE: Scope(gaps_allowed=True),
    Slot.CLEARING_TERMS: Scope(gaps_allowed=True),
}
"""Slots that are not asked for every claim. An advance is asked by hospitals, and an area may have no rule for it; a
clearing run has terms of its own where no notice sets any.
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to fill a group: some dimensions' values, the two areas where the group is about places, or the days."""

    values: Mapping[str, str] = field(default_factory=dict)
    treatment: str | None = None
    insured: str | None = None
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A case: the facts that stand for it, and which provisions' conditions hold (not yet who is protected)."""

    facts: Facts
    mask: Mask
    treatment: str
    insured: str | None


class Cells:
    """All cells of a policy set. Built once; `of(...)` walks the cells that some provisions tell apart."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.provisions = bundle.provisions
        self._bit = {provision.citation: 1 << at for at, provision in enumerate(bundle.provisions)}
        self._needing: dict[str, list[tuple[int, frozenset[str]]]] = {name: [] for name in DIMENSIONS}
        for at, provision in enumerate(bundle.provisions):
            for dimension, allowed in provision.when.items():
                self._needing[dimension].append((1 << at, allowed))
        self._all = (1 << len(bundle.provisions)) - 1
        self._by_treatment = self._by_area(Place.INSURED)
        self._by_insured = self._by_area(Place.TREATMENT)
        self._places = {insured: self._masked(_places(bundle, insured=insured)) for insured in (True, False)}
        self._fixed = {
            insured: [self._masked(group) for group in _people(insured=insured)] for insured in (True, False)
        }
        self._visits = {stay: self._masked(_visits(stay=stay)) for stay in (True, False)}
        self._lines = self._masked(_line_items())

    def _by_area(self, excluded: Place) -> Mapping[str, Mask]:
        """Area -> the provisions that name it and are not decided by the excluded place."""
        by_area: dict[str, Mask] = {}
        for provision in self.provisions:
            if SLOTS[provision.slot].place is not excluded:
                by_area[provision.area] = by_area.get(provision.area, 0) | self._bit[provision.citation]
        return by_area

    def mask_of(self, provisions: Iterable[Provision]) -> Mask:
        """The bits of some provisions."""
        mask = 0
        for provision in provisions:
            mask |= self._bit[provision.citation]
        return mask

    def of_slot(self, slot: Slot, provisions: Sequence[Provision]) -> Iterator[Cell]:
        """The distinct cells in which a slot is asked, as far as these provisions tell them apart."""
        if SLOTS[slot].of_tier:
            return self._of_tiers(provisions)
        return self.of(provisions, SCOPES.get(slot, EVERYONE), of_line=SLOTS[slot].of_line)

    def _of_tiers(self, provisions: Sequence[Provision]) -> Iterator[Cell]:
        """A tier is a province or the nation; no claim is known, so a condition on one never holds."""
        registry, seen = self.bundle.registry, set[Mask]()
        days = sorted({day for anchor in Anchor for day in cuts(provisions, anchor)})
        for tier, day in itertools.product(tiers(registry), days):
            facts = facts_of_tier(registry, tier, day)
            mask = self.mask_of(
                each
                for each in provisions
                if not each.when and each.area in facts.treatment_chain and each.effective.covers(day)
            )
            if mask not in seen:
                seen.add(mask)
                yield Cell(facts, mask, tier, None)

    def of(self, provisions: Sequence[Provision], scope: Scope, *, of_line: bool = False) -> Iterator[Cell]:
        """The distinct cells, within a scope, that these provisions tell apart."""
        wanted = self.mask_of(provisions)
        for stay, insured in itertools.product((True, False), (True, False)):
            if not (scope.inpatient if stay else scope.outpatient) or not (
                scope.insured if insured else scope.uninsured
            ):
                continue
            places = self._places[insured]
            if scope.remote_only:
                places = [(choice, mask) for choice, mask in places if choice.values["distance"] != "local"]
            groups = [places, self._visits[stay], *self._fixed[insured]]
            if of_line:
                groups.append(self._lines)
            groups.append(
                [
                    (Choice(days=days), self._on_days(provisions, days))
                    for days in _days(provisions, stay=stay, of_line=of_line)
                ]
            )
            yield from self._combine(groups, wanted)

    def meet(self, one: Provision, other: Provision) -> bool:
        """Whether some claim could see both provisions apply, as far as conditions, places and days can tell."""
        wanted = self.mask_of((one, other))
        of_line = SLOTS[one.slot].of_line or SLOTS[other.slot].of_line
        return any(cell.mask == wanted for cell in self.of((one, other), EVERYONE, of_line=of_line))

    def _combine(self, groups: Sequence[Sequence[tuple[Choice, Mask]]], wanted: Mask) -> Iterator[Cell]:
        """Merge the groups one by one; choices that leave the same provisions applicable are the same from there on."""
        found: dict[Mask, tuple[Choice, ...]] = {wanted: ()}
        for group in groups:
            distinct: dict[Mask, Choice] = {}
            for choice, mask in group:
                distinct.setdefault(mask & wanted, choice)
            merged: dict[Mask, tuple[Choice, ...]] = {}
            for mask, choices in found.items():
                for other, choice in distinct.items():
                    merged.setdefault(mask & other, (*choices, choice))
            found = merged
        for mask, choices in found.items():
            yield self._cell(mask, choices)

    def _cell(self, mask: Mask, choices: Sequence[Choice]) -> Cell:
        values: dict[str, str] = {}
        treatment, insured, days = "", None, None
        for choice in choices:
            values.update(choice.values)
            treatment, insured, days = choice.treatment or treatment, choice.insured or insured, choice.days or days
        if days is None:
            raise ValueError("a cell needs its days")
        chain = self.bundle.registry.chain(treatment)
        insured_chain = chain if insured is None else self.bundle.registry.chain(insured)
        return Cell(Facts(values, chain, insured_chain, days), mask, treatment, insured)

    def _masked(self, group: Iterable[Choice]) -> list[tuple[Choice, Mask]]:
        return [(choice, self._holding(choice)) for choice in group]

    def _holding(self, choice: Choice) -> Mask:
        """The provisions that a choice does not rule out."""
        mask = self._all
        for dimension, value in choice.values.items():
            for bit, allowed in self._needing[dimension]:
                if value not in allowed:
                    mask &= ~bit
        if choice.treatment is not None:
            home = choice.treatment if choice.insured is None else choice.insured
            mask &= self._reached(choice.treatment, self._by_treatment) | self._reached(home, self._by_insured)
        return mask

    def _reached(self, area: str, by_area: Mapping[str, Mask]) -> Mask:
        """The provisions of an area and of everything above it."""
        mask = 0
        for code in self.bundle.registry.chain(area):
            mask |= by_area.get(code, 0)
        return mask

    def _on_days(self, provisions: Sequence[Provision], days: Days) -> Mask:
        mask = 0
        for provision in provisions:
            if provision.effective.covers(_day_for(provision, days)):
                mask |= self._bit[provision.citation]
        return mask


def _day_for(provision: Provision, days: Days) -> date:
    """A claim's own slots see the discharge as the service day; a line's slots see the line's day."""
    if provision.effective.anchor is Anchor.SERVICE and not SLOTS[provision.slot].of_line:
        return days.discharge
    return days.at(provision.effective.anchor)


def cuts(provisions: Iterable[Provision], anchor: Anchor) -> list[date]:
    """The days on which something begins or ends for an anchor, from the open past on."""
    days = {BEFORE_EVERYTHING}
    for provision in provisions:
        effective = provision.effective
        if effective.anchor is anchor:
            if effective.from_on is not None:
                days.add(max(effective.from_on, BEFORE_EVERYTHING))
            if effective.to_on is not None and effective.to_on < date.max:
                days.add(max(effective.to_on + timedelta(days=1), BEFORE_EVERYTHING))
    return sorted(days)


def _days(provisions: Sequence[Provision], *, stay: bool, of_line: bool) -> Iterator[Days]:
    """One set of days for each feasible choice of intervals: admission <= service <= discharge <= settlement.

    Outpatients have one day for the first three. Each day is the earliest in its interval that the ones before allow.
    """
    settlement = cuts(provisions, Anchor.SETTLEMENT)
    if not stay:
        first = sorted(
            {day for anchor in Anchor if anchor is not Anchor.SETTLEMENT for day in cuts(provisions, anchor)}
        )
        for days in _rising([first, settlement]):
            yield Days(days[0], days[0], days[0], days[1])
        return
    admission, service, discharge = (
        cuts(provisions, anchor) for anchor in (Anchor.ADMISSION, Anchor.SERVICE, Anchor.DISCHARGE)
    )
    if of_line:
        for days in _rising([admission, service, discharge, settlement]):
            yield Days(days[0], days[1], days[2], days[3])
        return
    for days in _rising([admission, sorted({*service, *discharge}), settlement]):
        yield Days(days[0], days[1], days[1], days[2])


def _rising(starts: Sequence[Sequence[date]]) -> Iterator[tuple[date, ...]]:
    """Every choice of one interval per list (given by starts) for which days can be found that never go back."""
    if not starts:
        yield ()
        return

    def extend(chosen: tuple[date, ...], rest: Sequence[Sequence[date]]) -> Iterator[tuple[date, ...]]:
        if not rest:
            yield chosen
            return
        for at, start in enumerate(rest[0]):
            end = rest[0][at + 1] if at + 1 < len(rest[0]) else date.max
            day = max(start, chosen[-1]) if chosen else start
            if day < end:
                yield from extend((*chosen, day), rest[1:])

    yield from extend((), starts)


def _people(*, insured: bool) -> list[list[Choice]]:
    """Groups about the patient (status and exclusion, insurance and employment, entry, assistance), and designation."""
    histories = [("confirmed", "no"), ("suspected", "no"), ("suspected", "yes"), ("none", "no")]
    works = [("employee", "active"), ("employee", "retired"), ("resident", "none")] if insured else [("none", "none")]
    return [
        [Choice({"status": status, "suspicion-excluded": excluded}) for status, excluded in histories],
        [Choice({"insurance": insurance, "employment": employment}) for insurance, employment in works],
        *([Choice({name: value}) for value in DIMENSIONS[name]] for name in ("entry", "assistance", "designated")),
    ]


def _visits(*, stay: bool) -> list[Choice]:
    """Visit, kind and level of the institution: pharmacies have no level and only outpatients."""
    visits = ("inpatient",) if stay else ("outpatient", "emergency")
    found = [
        Choice({"visit": visit, "institution-kind": kind, "level": level})
        for visit in visits
        for kind in ("hospital", "fever-clinic")
        for level in ("1", "2", "3")
    ]
    if not stay:
        found.append(Choice({"visit": "outpatient", "institution-kind": "pharmacy", "level": "none"}))
    return found


def _line_items() -> list[Choice]:
    names = sorted(LINE_DIMENSIONS)
    return [
        Choice(dict(zip(names, values, strict=True))) for values in itertools.product(*(DIMENSIONS[n] for n in names))
    ]


def bearing_on(bundle: Bundle, provisions: Iterable[Provision]) -> tuple[Provision, ...]:
    """The provisions that bear on how some are decided: those, protection where asked, and who overrides them."""
    speakers = [provision for provision in bundle.provisions if provision.overrides]
    chosen = {provision.citation: provision for provision in provisions}
    grown = True
    while grown:
        before = len(chosen)
        notices = {provision.notice for provision in chosen.values()}
        for speaker in speakers:
            if any(target in chosen or target in notices for target in speaker.overrides):
                chosen.setdefault(speaker.citation, speaker)
        if any("protected" in provision.when for provision in chosen.values()):
            chosen.update({p.citation: p for p in bundle.by_slot[Slot.PROTECTION]})
        grown = len(chosen) > before
    return tuple(provision for provision in bundle.provisions if provision.citation in chosen)


def part_of(bundle: Bundle, provisions: tuple[Provision, ...]) -> Bundle:
    """The same set with only some of its provisions."""
    return Bundle(bundle.hash, bundle.notices, provisions, bundle.registry)


def insured_areas(bundle: Bundle) -> list[str]:
    """The areas whose ordinary benefits the set holds: those a claim's insured place can be."""
    served = {
        provision.area
        for slot in BENEFIT_SLOTS
        for provision in bundle.by_slot[slot]
        if bundle.notices[provision.notice].standing is Standing.BASE
    }
    return sorted(served)


def tiers(registry: Registry) -> list[str]:
    """The tiers of clearing: the nation's, and every province's."""
    return sorted(code for code, area in registry.areas.items() if area.level in (AreaLevel.NATION, AreaLevel.PROVINCE))


def treatment_areas(registry: Registry) -> list[str]:
    """The areas an institution can stand in: cities, counties and municipalities, and wherever one does."""
    possible = {
        code
        for code, area in registry.areas.items()
        if area.level in (AreaLevel.CITY, AreaLevel.COUNTY) or area.fiscal_status is FiscalStatus.MUNICIPALITY
    }
    return sorted(possible | {institution.area for institution in registry.institutions.values()})


def _places(bundle: Bundle, *, insured: bool) -> Iterator[Choice]:
    """Treatment and insured area with what follows from them: fiscal status, agency, distance, filing."""
    registry = bundle.registry
    homes: Sequence[str | None] = insured_areas(bundle) if insured else [None]
    for treatment in treatment_areas(registry):
        area = registry.areas[treatment]
        province = registry.areas[registry.province(treatment)]
        agencies = ("local",) if province.fiscal_status is FiscalStatus.MUNICIPALITY else ("local", "provincial")
        for home, agency in itertools.product(homes, agencies):
            distance = _distance(registry, treatment, home)
            filings = ("none",) if distance == "local" else ("filed", "emergency", "unfiled")
            for filing in filings:
                values = {
                    "area-status": area.fiscal_status.value,
                    "agency": agency,
                    "distance": distance,
                    "filing": filing,
                }
                yield Choice(values, treatment, home)


def _distance(registry: Registry, treatment: str, home: str | None) -> str:
    if home is None or registry.pooling_area(treatment) == registry.pooling_area(home):
        return "local"
    same = registry.province(treatment) == registry.province(home)
    return "within-province" if same else "cross-province"
