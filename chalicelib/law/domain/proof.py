"""Proof that a policy set decides every case once: over every decision cell, not over examples.

For each most-specific slot every cell where the slot is asked has one decider; every provision decides somewhere; every
override sets something aside; shares never pass the whole; public money goes only to protected patients. A fault is
shown as the smallest cell, with the days and the provisions. Deciding is `resolution.py`'s, never repeated here.
Source: design.md section 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from chalicelib.kernel.errors import PolicyConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.cells import BEFORE_EVERYTHING, Bearing, Cell, Cells, cuts, part_of
from chalicelib.law.domain.facts import Facts
from chalicelib.law.domain.model import (
    DIMENSIONS,
    EVERYONE,
    SCOPES,
    SLOTS,
    Anchor,
    Bundle,
    Combination,
    Provision,
    Slot,
    Standing,
)
from chalicelib.law.domain.places import Mask
from chalicelib.law.domain.resolution import Resolution, Resolver, applicable, rank


class Fault(StrEnum):
    """A fault of a policy set."""

    TIE = "tie"
    GAP = "gap"
    NEVER_APPLIES = "never-applies"
    NEVER_DECIDES = "never-decides"
    IDLE_OVERRIDE = "idle-override"
    FOREIGN_OVERRIDE = "foreign-override"
    FOREIGN_AREA = "foreign-area"
    SHARES = "shares-over-one"
    REPEATED = "repeated"
    UNPROTECTED = "subsidy-without-protection"


_TEXTS: Mapping[Fault, Text] = {
    Fault.TIE: Text(
        "同级条款同时决定 {slot}；请分开条件或日期，或写明 overrides。",
        "provisions of one rank decide {slot} together; part their conditions or dates, or say which overrides.",
    ),
    Fault.GAP: Text(
        "没有条款决定 {slot}；请补一条一般规则或放宽条件。",
        "nothing decides {slot}; add an ordinary rule or widen a condition.",
    ),
    Fault.NEVER_APPLIES: Text(
        "该条款对任何情形都不适用；请核对条件、日期与区划。",
        "this provision applies to no case at all; check its conditions, dates and area.",
    ),
    Fault.NEVER_DECIDES: Text(
        "该条款适用但从未起作用，总被更优先的条款取代；请删除或更正。",
        "this provision applies but never decides, because others always come before it; remove or correct it.",
    ),
    Fault.IDLE_OVERRIDE: Text(
        "overrides 的对象从不与本条同时适用；请删除或更正。",
        "what it overrides never applies together with it; remove or correct the override.",
    ),
    Fault.FOREIGN_OVERRIDE: Text(
        "overrides 的对象不是本级或下级所定；文件只能取代本区划及其下级的规定，请更正。",
        "what it overrides was ordered by another place or by a level above; a notice sets aside only what its own "
        "area or one below it ordered; correct the override.",
    ),
    Fault.FOREIGN_AREA: Text(
        "条款约束的区划不在发文机关的管辖之内；请写本文件的区划或其下级。",
        "it binds a place that its issuer does not govern; name the notice's own area or one below it.",
    ),
    Fault.SHARES: Text("各方比例之和超过 1；请更正。", "its shares sum to more than 1; correct them."),
    Fault.REPEATED: Text(
        "与另一条内容完全相同；请只保留一条。", "it repeats another provision of its notice word for word; keep one."
    ),
    Fault.UNPROTECTED: Text(
        "未受保障的患者获得了财政或目标比例；请补上 protected 条件。",
        "a patient who is not protected gets public money; add the condition `protected: true`.",
    ),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `from_on` up to `to_on`, both inside; None is open."""

    from_on: date | None
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A fault with the smallest cell that shows it: only the dimensions that matter, the two areas, the days.

    `provisions` are the citations in conflict.
    """

    fault: Fault
    slot: Slot
    provisions: tuple[str, ...]
    cell: Mapping[str, str]
    treatment: AreaCode | None
    insured: AreaCode | None
    days: Mapping[Anchor, Interval]

    @property
    def text(self) -> Text:
        text = _TEXTS[self.fault]
        return Text(text.zh.format(slot=self.slot.value), text.en.format(slot=self.slot.value))


@dataclass(frozen=True, slots=True)
class Proof:
    """The failures found (none: the set is proven), and the number of distinct cells decided per slot."""

    failures: tuple[Failure, ...]
    cells: Mapping[Slot, int]

    @property
    def holds(self) -> bool:
        return not self.failures


def prove(bundle: Bundle, slots: Collection[Slot] = tuple(Slot)) -> Proof:
    """Prove a policy set, or its provisions on some slots. Takes seconds at most; nothing is sampled."""
    proof = _Prover(bundle)
    for slot in slots:
        if SLOTS[slot].combination is Combination.MOST_SPECIFIC:
            proof.decide_everywhere(slot)
        else:
            proof.apply_somewhere(slot)
    proof.use_overrides()
    proof.stay_at_home()
    failures = [*proof.failures, *_values(bundle)]
    return Proof(tuple(_smallest_of_each(failures)), proof.cells)


class _Prover:
    """The walk over the cells, slot by slot, that gathers failures."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.space = Cells(bundle)
        self.failures: list[Failure] = []
        self.cells: dict[Slot, int] = {}
        self._bearing = Bearing(bundle)
        self._parts: dict[Mask, Bundle] = {}
        self._speakers = [provision for provision in bundle.provisions if provision.overrides]

    def decide_everywhere(self, slot: Slot) -> None:
        """Check that each cell of the slot has one decider, and that every provision of the slot decides somewhere."""
        scope = SCOPES.get(slot, EVERYONE)
        provisions = self.bundle.by_slot[slot]
        relevant = self._bearing.with_protection(provisions)
        asked = self.space.mask_of(relevant)
        protecting = asked & ~self.space.mask_of(self._bearing.with_speakers(provisions))
        applied: set[str] = set()
        deciding: set[str] = set()
        self.cells[slot] = 0
        for cell in self.space.of_slot(slot, relevant, protecting):
            self.cells[slot] += 1
            part = self._part(cell.reach & asked)
            case = _Case(part, slot, cell.facts)
            applied |= case.applying
            fault, cited = case.fault()
            if case.resolution is not None:
                deciding |= {provision.citation for provision in case.resolution.decided_by}
            if fault is not None and not (fault is Fault.GAP and scope.gaps_allowed):
                self._fail(fault, slot, cited, cell, part)
        self._report_unused(provisions, applied, deciding)

    def apply_somewhere(self, slot: Slot) -> None:
        """Check that every provision of a slot without competition stands in some cell, each provision by itself."""
        self.cells[slot] = 0
        for provision in self.bundle.by_slot[slot]:
            applied: set[str] = set()
            standing: set[str] = set()
            for case in self._cases_of(provision):
                applied |= case.applying
                if case.resolution is not None and case.resolution.granted:
                    standing.add(provision.citation)
                    break
            self._report_unused((provision,), applied, standing)

    def _cases_of(self, provision: Provision) -> Iterator[_Case]:
        """Yield the cells that one provision and what bears on it tell apart: those about its own area, then all."""
        slot = provision.slot
        relevant = self._bearing.with_protection((provision,))
        asked = self.space.mask_of(relevant)
        protecting = asked & ~self.space.mask_of(self._bearing.with_speakers((provision,)))
        if SLOTS[slot].of_place:
            for cell in self.space.of_slot(slot, relevant):
                self.cells[slot] += 1
                yield _Case(self._part(cell.reach & asked), slot, cell.facts)
            return
        of_line = SLOTS[slot].of_line
        for near in (provision.area, None):
            for cell in self.space.of(relevant, EVERYONE, of_line=of_line, protecting=protecting, near=near):
                self.cells[slot] += 1
                yield _Case(self._part(cell.reach & asked), slot, cell.facts)

    def _part(self, mask: Mask) -> Bundle:
        """Return the set with only the provisions that reach a cell's places and bear on what is asked."""
        if mask not in self._parts:
            self._parts[mask] = part_of(self.bundle, self.space.provisions_in(mask))
        return self._parts[mask]

    def use_overrides(self) -> None:
        """Check that every override meets a provision of its target, all of it ordered in its own area or below."""
        of_target: dict[str, list[Provision]] = {}
        for provision in self.bundle.provisions:
            for name in {provision.citation, provision.notice}:
                of_target.setdefault(name, []).append(provision)
        for speaker in self._speakers:
            for target in speaker.overrides:
                named = of_target.get(target, [])
                if not all(self._may_set_aside(speaker, provision) for provision in named):
                    self.failures.append(_without_cell(Fault.FOREIGN_OVERRIDE, speaker, (speaker.citation, target)))
                elif not any(self.space.meet(speaker, provision) for provision in named):
                    self.failures.append(_without_cell(Fault.IDLE_OVERRIDE, speaker, (speaker.citation, target)))

    def stay_at_home(self) -> None:
        """Check that a notice binds only its own area and areas below it."""
        for provision in self.bundle.provisions:
            notice = self.bundle.notices[provision.notice]
            if notice.standing is Standing.NOTICE and notice.area not in self.bundle.registry.chain(provision.area):
                self.failures.append(_without_cell(Fault.FOREIGN_AREA, provision, (provision.citation,)))

    def _may_set_aside(self, speaker: Provision, other: Provision) -> bool:
        """Tell whether the issuer of one provision stands at the level of the other's issuer, or above it."""
        notices, chain = self.bundle.notices, self.bundle.registry.chain
        return notices[speaker.notice].area in chain(notices[other.notice].area)

    def _report_unused(self, provisions: Iterable[Provision], applied: set[str], deciding: set[str]) -> None:
        for provision in provisions:
            if provision.citation not in deciding:
                fault = Fault.NEVER_DECIDES if provision.citation in applied else Fault.NEVER_APPLIES
                self.failures.append(_without_cell(fault, provision, (provision.citation,)))

    def _fail(self, fault: Fault, slot: Slot, cited: tuple[str, ...], cell: Cell, part: Bundle) -> None:
        self.failures.append(_smallest(fault, slot, cited, cell, part))


class _Case:
    """A decided cell: the provisions that apply, the deciders, or the reason it cannot be decided."""

    def __init__(self, part: Bundle, slot: Slot, facts: Facts) -> None:
        self._part, self._slot = part, slot
        self.resolution: Resolution | None = None
        self._tied: tuple[str, ...] = ()
        resolver = Resolver(part, facts)
        self.protected = resolver.protection.granted
        try:
            if SLOTS[slot].of_line:
                self.resolution = resolver.resolve_line(slot, resolver.facts)
            else:
                self.resolution = resolver.resolve(slot)
        except PolicyConflict:
            self._tied = _tied(part, slot, resolver)
        self.applying = self._applying()

    def fault(self) -> tuple[Fault | None, tuple[str, ...]]:
        """Return the cell's fault, with the provisions to blame."""
        if self.resolution is None:
            return Fault.TIE, self._tied
        winner = self.resolution.winner
        if winner is None:
            return Fault.GAP, ()
        if not self.protected and _spends_public_money(winner):
            return Fault.UNPROTECTED, (winner.citation,)
        return None, ()

    def _applying(self) -> set[str]:
        if self.resolution is None:
            return set(self._tied)
        decided = {provision.citation for provision in self.resolution.decided_by}
        return decided | {lost.provision.citation for lost in self.resolution.lost}


def _tied(part: Bundle, slot: Slot, resolver: Resolver) -> tuple[str, ...]:
    """Return the provisions that stand together on the highest rank."""
    standing = [
        provision
        for provision in part.by_slot[slot]
        if applicable(provision, resolver.facts)
        and provision.citation not in resolver.ended
        and provision.notice not in resolver.ended
    ]
    best = max(rank(part, provision) for provision in standing)
    return tuple(sorted(provision.citation for provision in standing if rank(part, provision) == best))


def _spends_public_money(winner: Provision) -> bool:
    if winner.slot is Slot.PAYER_OF_REMAINDER:
        return winner.value.get("payer") == "fiscal"
    return winner.slot is Slot.COMBINED_SHARE and winner.value.get("share") is not None


def _without_cell(fault: Fault, provision: Provision, cited: tuple[str, ...]) -> Failure:
    effective = provision.effective
    days = {effective.anchor: Interval(effective.from_on, effective.to_on)}
    cell = {name: "|".join(sorted(allowed)) for name, allowed in provision.when.items()}
    return Failure(fault, provision.slot, cited, cell, None, None, days)


def _smallest(fault: Fault, slot: Slot, cited: tuple[str, ...], cell: Cell, part: Bundle) -> Failure:
    """Leave out every dimension whose other values fail the same way; the rest is the smallest cell."""
    asked = {name for provision in part.provisions for name in provision.when}
    kept = {name: value for name, value in sorted(cell.facts.values.items()) if name in asked}
    for name in list(kept):
        others = [value for value in DIMENSIONS[name] if value != kept[name]]
        if all(_fails_alike(fault, slot, cited, cell.facts, {name: value}, part) for value in others):
            del kept[name]
    days = {
        anchor: interval_around(part.provisions, anchor, cell.facts.days.at(anchor))
        for anchor in Anchor
        if len(cuts(part.provisions, anchor)) > 1
    }
    return Failure(fault, slot, cited, kept, cell.treatment, cell.insured, days)


def _fails_alike(
    fault: Fault, slot: Slot, cited: tuple[str, ...], facts: Facts, change: Mapping[str, str], part: Bundle
) -> bool:
    changed = Facts({**facts.values, **change}, facts.treatment_chain, facts.insured_chain, facts.days)
    return _Case(part, slot, changed).fault() == (fault, cited)


def interval_around(provisions: Iterable[Provision], anchor: Anchor, day: date) -> Interval:
    """Return the days around a day, by an anchor, on which the same of some provisions are in force."""
    starts = cuts(provisions, anchor)
    begun = max(start for start in starts if start <= day)
    after = min((start for start in starts if start > day), default=None)
    return Interval(None if begun == BEFORE_EVERYTHING else begun, None if after is None else after - timedelta(days=1))


def _values(bundle: Bundle) -> Iterator[Failure]:
    """Yield the faults a provision's value alone shows: shares over the whole, and provisions said twice."""
    seen: set[tuple[object, ...]] = set()
    for provision in bundle.provisions:
        shares = [Fraction(row["share"]) for row in provision.value.get("shares", ()) if isinstance(row, Mapping)]
        if sum(shares, Fraction(0)) > 1:
            yield _without_cell(Fault.SHARES, provision, (provision.citation,))
        if SLOTS[provision.slot].combination is Combination.ANY:
            when = tuple(sorted((name, tuple(sorted(allowed))) for name, allowed in provision.when.items()))
            value = repr(sorted(provision.value.items()))
            meaning = (provision.notice, provision.slot, provision.area, when, value, provision.effective)
            if meaning in seen:
                yield _without_cell(Fault.REPEATED, provision, (provision.citation,))
            seen.add(meaning)


def _smallest_of_each(failures: Iterable[Failure]) -> Iterator[Failure]:
    """Yield, of the failures with one fault, slot and set of provisions, the one that needs the fewest conditions."""
    best: dict[tuple[Fault, Slot, tuple[str, ...]], Failure] = {}
    for failure in failures:
        key = (failure.fault, failure.slot, failure.provisions)
        if key not in best or len(failure.cell) < len(best[key].cell):
            best[key] = failure
    yield from best.values()
