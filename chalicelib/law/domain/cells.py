"""Decision cells of a policy set: combinations of condition values, places and days, grouped by what applies.

Two claims to which the same provisions apply are decided alike, so either of them stands for both. The combinations are
never multiplied out: dimensions that hang together form a group, each group's choices are merged by the provisions they
leave applicable, and groups are combined one after another. Combinations that cannot occur (an inpatient of a pharmacy,
a remote uninsured person, a discharge before the admission) are not made. Source: design.md section 4.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.facts import Days, Facts, facts_of_place
from chalicelib.law.domain.model import (
    BUSINESS,
    DIMENSIONS,
    EVERYONE,
    LINE_DIMENSIONS,
    SCOPES,
    SLOTS,
    Anchor,
    Bundle,
    Effective,
    Provision,
    Scope,
    Slot,
)
from chalicelib.law.domain.places import LOCAL, Asked, Mask, PlacePair, Places, bits
from chalicelib.registry.domain.model import AreaLevel, Registry

BEFORE_EVERYTHING = date(2000, 1, 1)
"""The day that represents the open past. Intervals that begin earlier count as beginning here."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice for a group: dimensions' values (with the two areas where the group is about places), or the days."""

    values: Mapping[str, str] = field(default_factory=dict)
    pair: PlacePair | None = None
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A case: its facts, the provisions that reach its places, and those of them whose conditions hold too (protection
    not yet decided).
    """

    facts: Facts
    reach: Mask
    mask: Mask
    treatment: AreaCode
    insured: AreaCode | None


class Cells:
    """The decision cells of a policy set. Built once; `of(...)` walks the cells that some provisions tell apart."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.provisions = bundle.provisions
        self._bit = {provision.citation: 1 << at for at, provision in enumerate(bundle.provisions)}
        self._needing: dict[str, list[tuple[int, frozenset[str]]]] = {name: [] for name in DIMENSIONS}
        for at, provision in enumerate(bundle.provisions):
            for dimension, allowed in provision.when.items():
                self._needing[dimension].append((1 << at, allowed))
        self._all = (1 << len(bundle.provisions)) - 1
        self._places = Places(bundle)
        self._held: dict[tuple[tuple[str, str], ...], Mask] = {}
        self._fixed = {
            insured: [self._masked(group) for group in _people(insured=insured)] for insured in (True, False)
        }
        self._visits = {stay: self._masked(_visits(stay=stay)) for stay in (True, False)}
        self._lines = self._masked(_line_items())

    def mask_of(self, provisions: Iterable[Provision]) -> Mask:
        """Return the bits of some provisions."""
        mask = 0
        for provision in provisions:
            mask |= self._bit[provision.citation]
        return mask

    def provisions_in(self, mask: Mask) -> tuple[Provision, ...]:
        """Return the provisions of a mask, in the order of the set."""
        return tuple(self.provisions[at] for at in bits(mask))

    def of_slot(self, slot: Slot, provisions: Sequence[Provision], protecting: Mask = 0) -> Iterator[Cell]:
        """Yield the distinct cells in which a slot is asked, as far as these provisions tell them apart."""
        if SLOTS[slot].of_tier:
            return self._of_places(provisions, tiers(self.bundle.registry), (None,))
        if SLOTS[slot].of_place:
            return self._of_places(provisions, sorted(self.bundle.registry.areas), DIMENSIONS[BUSINESS])
        scope = SCOPES.get(slot, EVERYONE)
        return self.of(provisions, scope, of_line=SLOTS[slot].of_line, protecting=protecting)

    def _of_places(
        self, provisions: Sequence[Provision], places: Iterable[AreaCode], businesses: Sequence[str | None]
    ) -> Iterator[Cell]:
        """Yield the cells of places. No claim is known, so a condition on a claim never holds, but a condition on a
        business may. Places under the same areas that speak are alike.
        """
        registry, seen = self.bundle.registry, set[Mask]()
        speaking = {each.area for each in provisions}
        widest_last = sorted(places, key=lambda place: (-len(registry.chain(place)), place))
        alike = {tuple(each for each in registry.chain(place) if each in speaking): place for place in widest_last}
        days = sorted({day for anchor in Anchor for day in cuts(provisions, anchor)})
        for place in sorted(alike.values()):
            above = set(facts_of_place(registry, place, BEFORE_EVERYTHING).treatment_chain)
            reaching = [each for each in provisions if each.area in above]
            for day, business in itertools.product(days, businesses):
                known = {} if business is None else {BUSINESS: business}
                mask = self.mask_of(
                    each
                    for each in reaching
                    if each.effective.covers(day)
                    and all(known.get(name) in allowed for name, allowed in each.when.items())
                )
                if mask not in seen:
                    seen.add(mask)
                    yield Cell(facts_of_place(registry, place, day, business), mask, mask, place, None)

    def of(
        self,
        provisions: Sequence[Provision],
        scope: Scope,
        *,
        of_line: bool = False,
        protecting: Mask = 0,
        near: AreaCode | None = None,
    ) -> Iterator[Cell]:
        """Yield the distinct cells, within a scope, that these provisions tell apart. Provisions among them that only
        say who is protected (`protecting`) are told apart by their content. `near` walks the places about one area
        alone.
        """
        wanted = self.mask_of(provisions)
        asked = Asked(wanted & ~protecting, protecting, near)
        by_period = self._by_period(provisions)
        for stay, insured in itertools.product((True, False), (True, False)):
            if not (scope.inpatient if stay else scope.outpatient) or not (
                scope.insured if insured else scope.uninsured
            ):
                continue
            pairs = self._places.of_insured(asked) if insured else self._places.of_uninsured(asked)
            places = [
                (Choice(pair.values, pair), pair.reach & self._holding(pair.values))
                for pair in pairs
                if not (scope.remote_only and pair.values["distance"] == LOCAL)
            ]
            groups = [places, self._visits[stay], *self._fixed[insured]]
            if of_line:
                groups.append(self._lines)
            groups.append(
                [
                    (Choice(days=days), _on_days(by_period, days))
                    for days in _days(provisions, stay=stay, of_line=of_line)
                ]
            )
            yield from self._combine(groups, wanted)

    def meet(self, one: Provision, other: Provision) -> bool:
        """Tell whether both provisions could apply to some claim, as far as conditions, places and days can tell."""
        wanted = self.mask_of((one, other))
        of_line = SLOTS[one.slot].of_line or SLOTS[other.slot].of_line
        return any(
            cell.mask == wanted
            for near in (self.narrower_area(one, other), None)
            for cell in self.of((one, other), EVERYONE, of_line=of_line, near=near)
        )

    def narrower_area(self, *provisions: Provision) -> AreaCode:
        """Return the deepest area of some provisions: whatever they decide together is decided about that area."""
        return max((each.area for each in provisions), key=lambda area: len(self.bundle.registry.chain(area)))

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
        pair, days = None, None
        for choice in choices:
            values.update(choice.values)
            pair, days = choice.pair or pair, choice.days or days
        if days is None or pair is None:
            raise ValueError("a cell needs its places and its days")
        chain = self.bundle.registry.chain(pair.treatment)
        insured_chain = chain if pair.insured is None else self.bundle.registry.chain(pair.insured)
        return Cell(Facts(values, chain, insured_chain, days), pair.reach, mask, pair.treatment, pair.insured)

    def _masked(self, group: Iterable[Choice]) -> list[tuple[Choice, Mask]]:
        return [(choice, self._holding(choice.values)) for choice in group]

    def _holding(self, values: Mapping[str, str]) -> Mask:
        """Return the provisions whose conditions some values do not rule out."""
        key = tuple(values.items())
        if key not in self._held:
            mask = self._all
            for dimension, value in key:
                for bit, allowed in self._needing[dimension]:
                    if value not in allowed:
                        mask &= ~bit
            self._held[key] = mask
        return self._held[key]

    def _by_period(self, provisions: Sequence[Provision]) -> Mapping[tuple[Effective, bool], Mask]:
        """Group the provisions by effective interval and by whether a line's day is asked."""
        found: dict[tuple[Effective, bool], Mask] = {}
        for provision in provisions:
            key = provision.effective, SLOTS[provision.slot].of_line
            found[key] = found.get(key, 0) | self._bit[provision.citation]
        return found


def _on_days(by_period: Mapping[tuple[Effective, bool], Mask], days: Days) -> Mask:
    mask = 0
    for (effective, of_line), provisions in by_period.items():
        if effective.covers(_day_for(effective, days, of_line=of_line)):
            mask |= provisions
    return mask


def _day_for(effective: Effective, days: Days, *, of_line: bool) -> date:
    """Return an interval's day: a claim's own slots take the discharge as the service day, a line's the line's day."""
    if effective.anchor is Anchor.SERVICE and not of_line:
        return days.discharge
    return days.at(effective.anchor)


def cuts(provisions: Iterable[Provision], anchor: Anchor) -> list[date]:
    """Return the days on which something begins or ends for an anchor, from the open past on."""
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
    """Yield a set of days for each feasible choice of intervals: admission <= service <= discharge <= settlement.

    Outpatients have one day for the first three. Each day is the earliest in its interval that the days before allow.
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
    """Yield every choice of one interval per list (given by starts) for which days can be found that never go back."""
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
    """Return groups on the patient (status and exclusion, insurance and employment, entry, assistance), designation."""
    histories = [("confirmed", "no"), ("suspected", "no"), ("suspected", "yes"), ("none", "no")]
    works = [("employee", "active"), ("employee", "retired"), ("resident", "none")] if insured else [("none", "none")]
    return [
        [Choice({"status": status, "suspicion-excluded": excluded}) for status, excluded in histories],
        [Choice({"insurance": insurance, "employment": employment}) for insurance, employment in works],
        *([Choice({name: value}) for value in DIMENSIONS[name]] for name in ("entry", "assistance", "designated")),
    ]


def _visits(*, stay: bool) -> list[Choice]:
    """Return visit, kind and level of the institution: pharmacies have no level and only outpatients."""
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


class Bearing:
    """The provisions that bear on how others are decided, found by the overrides among them."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._position = {provision.citation: at for at, provision in enumerate(bundle.provisions)}
        self._setting_aside: dict[str, list[Provision]] = {}
        for speaker in bundle.provisions:
            for target in speaker.overrides:
                self._setting_aside.setdefault(target, []).append(speaker)

    def with_speakers(self, provisions: Iterable[Provision]) -> tuple[Provision, ...]:
        """Return some provisions with those that set them aside, those that set these aside, and so on."""
        chosen: dict[str, Provision] = {}
        found = list(provisions)
        while found:
            each = found.pop()
            if each.citation not in chosen:
                chosen[each.citation] = each
                found.extend(self._setting_aside.get(each.citation, ()))
                found.extend(self._setting_aside.get(each.notice, ()))
        return tuple(sorted(chosen.values(), key=lambda each: self._position[each.citation]))

    def with_protection(self, provisions: Iterable[Provision]) -> tuple[Provision, ...]:
        """Return the same with the deciders of protection, where a provision asks whether the patient is protected."""
        found = self.with_speakers(provisions)
        if any("protected" in provision.when for provision in found):
            found = self.with_speakers((*found, *self._bundle.by_slot[Slot.PROTECTION]))
        return found


def bearing_on(bundle: Bundle, provisions: Iterable[Provision]) -> tuple[Provision, ...]:
    """Return some provisions with those that bear on them: protection where asked, and what overrides them."""
    return Bearing(bundle).with_protection(provisions)


def part_of(bundle: Bundle, provisions: tuple[Provision, ...]) -> Bundle:
    """Return the same set with only some of its provisions."""
    return Bundle(bundle.hash, bundle.notices, provisions, bundle.registry)


def tiers(registry: Registry) -> list[AreaCode]:
    """Return the tiers of clearing: the nation's, and every province's."""
    return sorted(code for code, area in registry.areas.items() if area.level in (AreaLevel.NATION, AreaLevel.PROVINCE))
