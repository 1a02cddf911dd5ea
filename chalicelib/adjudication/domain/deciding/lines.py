"""Each line's four parts: in scope, first self-pay, excluded, over limit. They sum to the line's amount.

Decides what the catalogue, the treatment plan and the notices make of an item on its day; refund lines take their
line's parts, negated, in proportion. Source: design.md section 5, step 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from chalicelib.adjudication.domain.claim import Line
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.money import Fen, round_half_up
from chalicelib.kernel.text import Text
from chalicelib.law.domain.model import Provision, Slot
from chalicelib.law.domain.resolution import Resolver
from chalicelib.law.domain.values import PlanCatalogue
from chalicelib.registry.domain.model import CatalogueItem, ItemClass


@dataclass(frozen=True, slots=True)
class Parts:
    """The four parts of a line in fen, whether it stands in the plan, and what decided it."""

    in_scope_fen: Fen
    first_self_pay_fen: Fen
    excluded_fen: Fen
    over_limit_fen: Fen
    in_plan: bool
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the law makes of an item on a day: its class, whether in the plan, and the provisions that say so."""

    item_class: ItemClass
    in_plan: bool
    provisions: tuple[Provision, ...]


class LineAssessor:
    """Assesses the lines of one claim; what the law says of an item on a day is asked once."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._registry = resolver.bundle.registry
        self._treatments: dict[tuple[object, ...], Treatment] = {}

    def assess(self, lines: tuple[Line, ...]) -> tuple[Mapping[int, Parts], tuple[int, ...]]:
        """Parts by line number, and the places of the lines whose item the catalogue does not know."""
        parts: dict[int, Parts] = {}
        unknown: list[int] = []
        for index, line in enumerate(lines):
            if line.refunds is None:
                item = self._registry.item(line.code, line.on)
                if item is None:
                    unknown.append(index)
                parts[line.no] = self._charge(line, item)
        originals = {line.no: line for line in lines if line.refunds is None}
        left = dict(parts)
        for line in lines:
            if line.refunds is not None:
                refund = _refund(line, originals[line.refunds], parts[line.refunds], left[line.refunds])
                left[line.refunds] = _sum(left[line.refunds], refund)
                parts[line.no] = refund
        return parts, tuple(unknown)

    def _charge(self, line: Line, item: CatalogueItem | None) -> Parts:
        if item is None or line.supply is not None:
            # Goods a person buys for protection are the person's own, whatever the catalogue makes of the item (Y-07).
            return Parts(0, 0, line.amount_fen, 0, in_plan=False, provisions=())
        treatment = self._treatment(item, line)
        if treatment.item_class is ItemClass.C:
            return Parts(0, 0, line.amount_fen, 0, treatment.in_plan, treatment.provisions)
        over_limit = 0
        if item.price_ceiling_fen is not None:
            allowed = round_half_up(Fraction(line.quantity) * item.price_ceiling_fen)
            over_limit = max(0, line.amount_fen - allowed)
        within = line.amount_fen - over_limit
        first = round_half_up(within * item.self_pay_ratio) if treatment.item_class is ItemClass.B else 0
        return Parts(within - first, first, 0, over_limit, treatment.in_plan, treatment.provisions)

    def _treatment(self, item: CatalogueItem, line: Line) -> Treatment:
        key = (item.code, item.item_class, line.on)
        if key not in self._treatments:
            self._treatments[key] = self._decide(item, line)
        return self._treatments[key]

    def _decide(self, item: CatalogueItem, line: Line) -> Treatment:
        facts = self._resolver.facts.of_line(item, line.on)
        grants: list[Provision] = []
        becomes_class_a = False
        for provision in self._resolver.resolve_line(Slot.PLAN_CATALOGUE, facts).decided_by:
            value = PlanCatalogue.read(provision.value)
            listed = value.items
            filed_on = None if listed is None else listed.get(item.code)
            granted = item.in_plan_on(line.on) if listed is None else filed_on is not None and filed_on <= line.on
            if granted:
                grants.append(provision)
                becomes_class_a |= value.becomes_class_a
        if becomes_class_a:
            return Treatment(ItemClass.A, True, tuple(grants))
        stops = self._resolver.resolve_line(Slot.CATALOGUE_STOP, facts).decided_by
        return Treatment(item.item_class, bool(grants), (*grants, *stops))


def _refund(line: Line, original: Line, charged: Parts, left: Parts) -> Parts:
    """The original's parts, negated, in proportion to quantity; what rounding leaves goes to the part that remains."""
    proportion = abs(Fraction(line.quantity)) / Fraction(original.quantity)
    owed = -line.amount_fen
    over = min(round_half_up(charged.over_limit_fen * proportion), left.over_limit_fen, owed)
    first = min(round_half_up(charged.first_self_pay_fen * proportion), left.first_self_pay_fen, owed - over)
    excluded = min(owed - over - first, left.excluded_fen)
    in_scope = min(owed - over - first - excluded, left.in_scope_fen)
    # A fen that rounding left over is taken from whichever part still holds one: the bill never turns negative.
    rest = owed - over - first - excluded - in_scope
    more_first = min(rest, left.first_self_pay_fen - first)
    return Parts(
        -in_scope, -(first + more_first), -excluded, -(over + rest - more_first), charged.in_plan, charged.provisions
    )


def _sum(one: Parts, other: Parts) -> Parts:
    return replace(
        one,
        in_scope_fen=one.in_scope_fen + other.in_scope_fen,
        first_self_pay_fen=one.first_self_pay_fen + other.first_self_pay_fen,
        excluded_fen=one.excluded_fen + other.excluded_fen,
        over_limit_fen=one.over_limit_fen + other.over_limit_fen,
    )


def unknown_item(index: int, *, is_masked: bool) -> Finding:
    """The warning of an item that the catalogue does not know, in agreement with the figures: excluded from what is in
    scope, and paid by the patient unless a special protection covers the line.
    """
    return Finding("item-unknown", f"lines[{index}].code", _PROTECTED_ALL_THE_SAME if is_masked else _SELF_PAID)


_SELF_PAID = Text(
    "目录中没有在该日期有效的此项目，按全自费处理；请核对目录对照。",
    "No catalogue row for this item is valid on that day; it is excluded and the patient pays it. Check the catalogue "
    "mapping.",
)
_PROTECTED_ALL_THE_SAME = Text(
    "目录中没有在该日期有效的此项目，不计入政策范围，但仍属专项保障费用，由专项保障负担；请核对目录对照，经办机构将复核。",
    "No catalogue row for this item is valid on that day; it is not in scope, and the special protection pays it all "
    "the same. Check the catalogue mapping; the agency may inspect it.",
)
