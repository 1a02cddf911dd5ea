"""Comparison of two policy sets by decision cell: the cases decided otherwise, not the lines that differ.

Two sets are walked together over every cell that either can tell apart. Where the deciders of a slot or their values
differ, the cell is reported with its days and the deciders before and after; cells that change alike are joined until
no two of them can be. Deciding is `resolution.py`'s, never repeated here. Source: design.md section 4.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import PolicyConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.cells import Cell, Cells, bearing_on, cuts, part_of
from chalicelib.law.domain.facts import Facts
from chalicelib.law.domain.model import DIMENSIONS, SLOTS, Anchor, Bundle, Combination, Place, Provision, Slot
from chalicelib.law.domain.proof import Interval, interval_around
from chalicelib.law.domain.resolution import Resolver, applicable
from chalicelib.registry.domain.lists import differing
from chalicelib.registry.domain.model import Registry

_DERIVED = "protected"
_OTHERWISE = " (after)"


class Kind(StrEnum):
    """The change of a named thing between two sets."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Named:
    """A notice, a provision, or a row of the registry (`areas 530100`) that is not the same in both sets."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Outcome:
    """The deciders of a slot in a cell, by citation, with their values; nobody and `()` where nothing applies.

    A slot that is decided by the most specific has one value; a slot that is granted may have several.
    """

    deciders: tuple[str, ...] = ()
    values: tuple[Mapping[str, Any], ...] = ()

    @property
    def meaning(self) -> tuple[bytes, ...]:
        """Return the outcome's values, whoever decided it."""
        return tuple(canonical_json(dict(value)) for value in self.values)


@dataclass(frozen=True, slots=True)
class CellChange:
    """A set of cells in which a slot is decided otherwise.

    `cell` holds the values of the dimensions that matter (all of them: any), `days` the intervals that matter.
    `treatment` and `insured` are areas for which this is so; other areas with the same notices are alike. `place` says
    which of them governs the slot. `of_value`: the outcome differs, not only its deciders.
    """

    slot: Slot
    cell: Mapping[str, tuple[str, ...]]
    treatment: AreaCode
    insured: AreaCode | None
    days: Mapping[Anchor, Interval]
    before: Outcome
    after: Outcome

    @property
    def place(self) -> Place:
        return SLOTS[self.slot].place

    @property
    def of_value(self) -> bool:
        return self.before.meaning != self.after.meaning


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences from the set `before` to the set `after`, both named by hash."""

    before: str
    after: str
    notices: tuple[Named, ...]
    provisions: tuple[Named, ...]
    registry: tuple[Named, ...]
    cells: tuple[CellChange, ...]


def compare(before: Bundle, after: Bundle) -> Comparison:
    """Compare two policy sets. Slots that no difference bears on are not walked."""
    walk = _Walk(before, after)
    cells = [change for slot in Slot if slot is not Slot.NOTHING for change in walk.changes(slot)]
    return Comparison(
        before=before.hash,
        after=after.hash,
        notices=tuple(_named(before.notices, after.notices)),
        provisions=tuple(_provisions(before, after)),
        registry=tuple(_registry(before.registry, after.registry)),
        cells=tuple(cells),
    )


@dataclass(frozen=True, slots=True)
class _Box:
    """The cells of a change: for each dimension the values, for each anchor the days."""

    values: Mapping[str, frozenset[str]]
    days: Mapping[Anchor, Interval]
    treatment: AreaCode
    insured: AreaCode | None


class _Slice:
    """The provisions of both sets that bear on a slot. A case is decided by the provisions that apply, so each such
    choice is decided once, however many cases come to it.
    """

    def __init__(self, slot: Slot, before: Bundle, after: Bundle, together: Sequence[Provision]) -> None:
        self.slot, self.together = slot, together
        self._before, self._after = before, after
        self._known: dict[int, tuple[Outcome, Outcome]] = {}
        self.dimensions = tuple(sorted({name for provision in together for name in provision.when} - {_DERIVED}))
        self.asks_protection = any(_DERIVED in provision.when for provision in together)

    def outcomes(self, facts: Facts) -> tuple[Outcome, Outcome]:
        """Return the outcomes before and after, for facts not yet decided."""
        return self._decided(self._placed(facts) & self._holding(facts.values), facts)

    def alike(self, facts: Facts, values: Mapping[str, frozenset[str]], outcomes: tuple[Outcome, Outcome]) -> bool:
        """Tell whether every combination of these values has the same outcomes, all else being as in the facts."""
        distinct: dict[int, dict[str, str]] = {self._placed(facts): {}}
        for name, wanted in values.items():
            merged: dict[int, dict[str, str]] = {}
            for mask, chosen in distinct.items():
                for value in wanted:
                    merged.setdefault(mask & self._holding({name: value}), {**chosen, name: value})
            distinct = merged
        return all(
            self._decided(mask, replace(facts, values={**facts.values, **chosen})) == outcomes
            for mask, chosen in distinct.items()
        )

    def is_protected(self, facts: Facts) -> bool:
        return Resolver(self._after, facts).protection.granted

    def _decided(self, mask: int, facts: Facts) -> tuple[Outcome, Outcome]:
        if mask not in self._known:
            self._known[mask] = (_outcome(self._before, self.slot, facts), _outcome(self._after, self.slot, facts))
        return self._known[mask]

    def _placed(self, facts: Facts) -> int:
        """Return the provisions whose place and days hold."""
        mask = 0
        for at, provision in enumerate(self.together):
            if applicable(replace(provision, when={}), facts):
                mask |= 1 << at
        return mask

    def _holding(self, values: Mapping[str, str]) -> int:
        """Return the provisions that the values do not rule out."""
        mask = 0
        for at, provision in enumerate(self.together):
            if all(name not in values or values[name] in allowed for name, allowed in provision.when.items()):
                mask |= 1 << at
        return mask


class _Walk:
    """The walk over both sets side by side."""

    def __init__(self, before: Bundle, after: Bundle) -> None:
        self._before, self._after = before, after
        same = {provision.citation for provision in before.provisions if _same(before, after, provision)}
        others = [_renamed(provision) for provision in after.provisions if provision.citation not in same]
        registry = replace(after.registry, areas={**before.registry.areas, **after.registry.areas})
        notices = {**before.notices, **after.notices}
        self._cells = Cells(Bundle(after.hash, notices, (*before.provisions, *others), registry))
        self._same = same

    def changes(self, slot: Slot) -> Iterator[CellChange]:
        found = self._slice(slot)
        if found is None:
            return
        boxes: dict[tuple[Any, ...], list[_Box]] = {}
        kept: dict[tuple[Any, ...], tuple[Outcome, Outcome]] = {}
        differing = self._cells.mask_of(each for each in found.together if each.citation not in self._same)
        for cell in self._cells.of_slot(slot, found.together):
            if not cell.mask & differing:
                continue
            before, after = found.outcomes(cell.facts)
            if before == after:
                continue
            key = (before.deciders, before.meaning, after.deciders, after.meaning)
            kept[key] = (before, after)
            boxes.setdefault(key, []).append(_box(found, cell, (before, after)))
        for key, (before, after) in kept.items():
            for box in _joined(boxes[key]):
                yield _change(slot, box, before, after)

    def _compared(self, bundle: Bundle, slot: Slot) -> Sequence[Provision]:
        """Return the provisions to look at. Records stand side by side, so one in both sets matters to no other."""
        if SLOTS[slot].combination is not Combination.ALL:
            return bundle.by_slot[slot]
        return [provision for provision in bundle.by_slot[slot] if provision.citation not in self._same]

    def _slice(self, slot: Slot) -> _Slice | None:
        parts = [bearing_on(bundle, self._compared(bundle, slot)) for bundle in (self._before, self._after)]
        citations = {provision.citation for part in parts for provision in part}
        if citations <= self._same:
            return None
        both = [*parts[0], *(_renamed(each) for each in parts[1] if each.citation not in self._same)]
        known = {provision.citation: provision for provision in self._cells.provisions}
        together = tuple(known[each.citation] for each in both)
        return _Slice(slot, part_of(self._before, parts[0]), part_of(self._after, parts[1]), together)


def _outcome(part: Bundle, slot: Slot, facts: Facts) -> Outcome:
    """Decide a slot in a cell. Two deciders on one rank, which no published set has, are shown as both."""
    resolver = Resolver(part, facts)
    try:
        resolution = resolver.resolve_line(slot, resolver.facts) if SLOTS[slot].of_line else resolver.resolve(slot)
    except PolicyConflict as conflict:
        tied = tuple(sorted(found.message.en for found in conflict.findings))
        return Outcome(tied, ())
    if SLOTS[slot].combination is Combination.MOST_SPECIFIC:
        winner = resolution.winner
        return Outcome() if winner is None else Outcome((winner.citation,), (winner.value,))
    granted = sorted(resolution.decided_by, key=lambda provision: provision.citation)
    values = {canonical_json(dict(provision.value)): provision.value for provision in granted}
    return Outcome(tuple(each.citation for each in granted), tuple(values[key] for key in sorted(values)))


def _box(found: _Slice, cell: Cell, outcomes: tuple[Outcome, Outcome]) -> _Box:
    """Widen every dimension of the cell to all values that change alike, the widened dimensions taken together."""
    values = {name: frozenset({cell.facts.values[name]}) for name in found.dimensions if name in cell.facts.values}
    for name in tuple(values):
        for value in DIMENSIONS[name]:
            wider = {**values, name: values[name] | {value}}
            if value not in values[name] and found.alike(cell.facts, wider, outcomes):
                values = wider
    if found.asks_protection:
        values[_DERIVED] = frozenset({"yes" if found.is_protected(cell.facts) else "no"})
    days = {
        anchor: interval_around(found.together, anchor, cell.facts.days.at(anchor))
        for anchor in Anchor
        if len(cuts(found.together, anchor)) > 1
    }
    return _Box(values, days, cell.treatment, cell.insured)


def _joined(boxes: Sequence[_Box]) -> list[_Box]:
    """Join two boxes as long as any two differ in one dimension's values or touch in one anchor's days."""
    left = list(boxes)
    joined = True
    while joined:
        joined = False
        for one, other in itertools.combinations(left, 2):
            both = _join(one, other)
            if both is not None:
                left.remove(one)
                left.remove(other)
                left.append(both)
                joined = True
                break
    return left


def _join(one: _Box, other: _Box) -> _Box | None:
    names = [name for name in one.values if one.values[name] != other.values.get(name)]
    anchors = [anchor for anchor in one.days if one.days[anchor] != other.days[anchor]]
    if one.values.keys() != other.values.keys() or len(names) + len(anchors) > 1:
        return None
    if names:
        return replace(one, values={**one.values, names[0]: one.values[names[0]] | other.values[names[0]]})
    if anchors:
        joined = _touching(one.days[anchors[0]], other.days[anchors[0]])
        return None if joined is None else replace(one, days={**one.days, anchors[0]: joined})
    return one


def _touching(one: Interval, other: Interval) -> Interval | None:
    for first, second in ((one, other), (other, one)):
        if first.to_on is not None and second.from_on is not None and first.to_on + timedelta(1) == second.from_on:
            return Interval(first.from_on, second.to_on)
    return None


def _change(slot: Slot, box: _Box, before: Outcome, after: Outcome) -> CellChange:
    """Write a change without what does not matter: a dimension that has every value, an anchor that has every day."""
    cell = {
        name: tuple(value for value in DIMENSIONS[name] if value in values)
        for name, values in box.values.items()
        if len(values) < len(DIMENSIONS[name])
    }
    days = {anchor: days for anchor, days in box.days.items() if days != Interval(None, None)}
    return CellChange(slot, cell, box.treatment, box.insured, days, before, after)


def _same(before: Bundle, after: Bundle, provision: Provision) -> bool:
    """Tell whether a provision decides the same in both: its rank is its notice's, so the rank counts too."""
    other = after.by_citation.get(provision.citation)
    if other is None or _substance(provision) != _substance(other):
        return False
    one, two = before.notices[provision.notice], after.notices[other.notice]
    return (one.issued_on, one.standing) == (two.issued_on, two.standing)


def _substance(provision: Provision) -> tuple[Any, ...]:
    return (
        provision.slot,
        provision.when,
        canonical_json(dict(provision.value)),
        provision.effective,
        provision.area,
        provision.overrides,
    )


def _renamed(provision: Provision) -> Provision:
    return replace(provision, id=provision.id + _OTHERWISE)


def _named(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Named]:
    for name in differing(before, after):
        kind = Kind.REMOVED if name not in after else Kind.ADDED if name not in before else Kind.CHANGED
        yield Named(name, kind)


def _provisions(before: Bundle, after: Bundle) -> Iterator[Named]:
    """Yield the same as `_named`, with provisions that only say the same in other words set apart."""
    for named in _named(before.by_citation, after.by_citation):
        if named.kind is Kind.CHANGED:
            one, other = before.by_citation[named.name], after.by_citation[named.name]
            yield replace(named, kind=Kind.REWORDED) if _substance(one) == _substance(other) else named
        else:
            yield named


def _registry(before: Registry, after: Registry) -> Iterator[Named]:
    for table in ("areas", "institutions", "catalogue"):
        for named in _named(getattr(before, table), getattr(after, table)):
            yield replace(named, name=f"{table} {named.name}")
