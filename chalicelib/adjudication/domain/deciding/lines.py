"""The four parts of each line: in scope, first self-pay, excluded, over limit. The parts sum to the line's amount.

The cell tells the treatment of an item on its day (`plan.py`); refund lines take their line's parts, negated, in
proportion. Source: design.md section 5, step 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from chalicelib.adjudication.domain.claim import Claim, Line
from chalicelib.adjudication.domain.deciding.figures import Sums
from chalicelib.adjudication.domain.deciding.plan import OWN_GOODS, UNKNOWN, CompiledCell, Treatment
from chalicelib.adjudication.domain.facts import first_diagnosed_on, suspicion_excluded_on
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.money import Fen, portion
from chalicelib.kernel.text import Text
from chalicelib.law.domain.values import Scope

Parts: TypeAlias = tuple[Fen, Fen, Fen, Fen, Treatment]
"""A line's parts in fen, in scope, first self-pay, excluded and over limit, and the treatment that decided them."""


class Mask(NamedTuple):
    """The lines that a subsidy or target covers: those of the plan or all, from a day to a day, both included."""

    scope: Scope
    since: date | None
    until: date | None


class AssessedLines(NamedTuple):
    """The lines' parts in order, the places of items missing from the catalogue, the mask and the sums."""

    parts: list[Parts]
    unknown: list[int]
    mask: Mask
    sums: Sums


def assess_lines(claim: Claim, cell: CompiledCell) -> AssessedLines:
    """Assess a claim's lines: all or plan lines are covered, none after a suspicion was excluded; costs before the
    diagnosis are covered where N-08 grants the cover.
    """
    parts: list[Parts] = []
    odd: list[int] = []
    known: dict[str, Treatment] = {}
    day: date | None = None
    keep = parts.append
    in_scope = first = excluded = over = of_plan = 0
    for index, line in enumerate(claim.lines):
        on, amount_fen = line.on, line.amount_fen
        if on is not day and on != day:
            day = on
            known = cell.treatments_on(on)
        treatment = known.get(line.code) or cell.treatment(line.code, on)
        if treatment is UNKNOWN or line.refunds is not None or line.supply is not None:
            odd.append(index)
        if treatment.is_whole:
            in_scope += amount_fen
            keep((amount_fen, 0, 0, 0, treatment))
            if treatment.in_plan:
                of_plan += amount_fen
        elif treatment.is_excluded:
            excluded += amount_fen
            keep((0, 0, amount_fen, 0, treatment))
        else:
            part = _charge(line, amount_fen, treatment)
            in_scope, first, over = in_scope + part[0], first + part[1], over + part[3]
            keep(part)
            if treatment.in_plan:
                of_plan += part[0]
    mask = mask_of(claim, cell)
    if odd or mask != _EVERYTHING:
        unknown = _mend(claim.lines, odd, parts)
        return AssessedLines(parts, unknown, mask, _sum_up(claim, parts, mask, is_plain=not odd))
    total = in_scope + first + excluded + over
    sums = Sums(total, in_scope, of_plan, first, excluded, over, total, in_scope, in_scope)
    return AssessedLines(parts, [], mask, sums)


def _charge(line: Line, amount_fen: Fen, treatment: Treatment) -> Parts:
    """Charge a line of an item that is not excluded."""
    over_fen = first_fen = 0
    if treatment.ceiling_fen is not None:
        quantity, parts = line.quantity.as_integer_ratio()
        allowed_fen = quantity * treatment.ceiling_fen
        if parts != 1:
            allowed_fen = portion(allowed_fen, 1, parts)
        over_fen = amount_fen - allowed_fen if amount_fen > allowed_fen else 0
    within_fen = amount_fen - over_fen
    if treatment.self_pay is not None:
        first_fen = portion(within_fen, treatment.self_pay.num, treatment.self_pay.den)
    return within_fen - first_fen, first_fen, 0, over_fen, treatment


def _mend(lines: Sequence[Line], odd: Sequence[int], parts: list[Parts]) -> list[int]:
    """Exclude goods of a person's own, give refund lines their line's parts, and return the places of unknown items."""
    refunds = [index for index in odd if lines[index].refunds is not None]
    unknown = [index for index in odd if lines[index].refunds is None and parts[index][4] is UNKNOWN]
    for index in odd:
        if lines[index].supply is not None:
            parts[index] = (0, 0, lines[index].amount_fen, 0, OWN_GOODS)
    if refunds:
        _take_back(lines, refunds, parts)
    return unknown


def _take_back(lines: Sequence[Line], refunds: Sequence[int], parts: list[Parts]) -> None:
    """Give each refund line its original's parts, negated, and at most the amounts that earlier refunds left."""
    places = {line.no: place for place, line in enumerate(lines) if line.refunds is None}
    left: dict[int, Parts] = {}
    for index in refunds:
        line = lines[index]
        place = places[line.refunds or 0]
        charged = parts[place]
        rest = left.get(place, charged)
        refund = parts[index] = _refund(line, lines[place], charged, rest)
        left[place] = (rest[0] + refund[0], rest[1] + refund[1], rest[2] + refund[2], rest[3] + refund[3], charged[4])


def _refund(line: Line, original: Line, charged: Parts, left: Parts) -> Parts:
    """Return the original's parts, negated, in proportion to quantity; rounding's rest goes to the remaining part."""
    returned, of_returned = abs(line.quantity).as_integer_ratio()
    billed, of_billed = original.quantity.as_integer_ratio()
    num, den = returned * of_billed, of_returned * billed
    _, charged_first, _, charged_over, treatment = charged
    left_in_scope, left_first, left_excluded, left_over, _ = left
    owed = -line.amount_fen
    over = min(portion(charged_over, num, den), left_over, owed)
    first = min(portion(charged_first, num, den), left_first, owed - over)
    excluded = min(owed - over - first, left_excluded)
    in_scope = min(owed - over - first - excluded, left_in_scope)
    # A fen left over by rounding is taken from a part that still holds a fen: the bill never turns negative.
    rest = owed - over - first - excluded - in_scope
    more_first = min(rest, left_first - first)
    return -in_scope, -(first + more_first), -excluded, -(over + rest - more_first), treatment


def mask_of(claim: Claim, cell: CompiledCell) -> Mask:
    """Return the mask of a claim's covered lines."""
    terms = cell.sharing
    since = None if terms.reaches_before else first_diagnosed_on(claim.diagnosis)
    return Mask(terms.scope, since, suspicion_excluded_on(claim.diagnosis))


def _sum_up(claim: Claim, parts: Sequence[Parts], mask: Mask, *, is_plain: bool) -> Sums:
    columns = zip(*parts, strict=True) if parts else ((),) * 5
    each_in_scope, each_first, each_excluded, each_over, treatments = columns
    in_scope, first, excluded, over = sum(each_in_scope), sum(each_first), sum(each_excluded), sum(each_over)
    of_plan = sum([part for part, found in zip(each_in_scope, treatments, strict=True) if found.in_plan])
    total = in_scope + first + excluded + over
    masked, masked_in_scope, protected = total, in_scope, in_scope
    if not is_plain or mask != _EVERYTHING:
        flags = covered(claim, parts, mask)
        masked = sum([line.amount_fen for line, inside in zip(claim.lines, flags, strict=True) if inside])
        masked_in_scope = sum([part[0] for part, inside in zip(parts, flags, strict=True) if inside])
    if not is_plain or mask.until is not None:
        flags = covered(claim, parts, Mask(Scope.ALL, None, mask.until))
        protected = sum([part[0] for part, inside in zip(parts, flags, strict=True) if inside])
    return Sums(total, in_scope, of_plan, first, excluded, over, masked, masked_in_scope, protected)


_EVERYTHING = Mask(Scope.ALL, None, None)


def covered(claim: Claim, parts: Sequence[Parts], mask: Mask) -> list[bool]:
    """Mark the lines that a mask covers, in their order. A refund follows its refunded line; goods that a person buys
    for protection are no treatment (Y-07).
    """
    scope, since, until = mask
    if scope is Scope.NONE:
        return [False] * len(parts)
    only_plan = scope is Scope.PLAN
    by_no = {line.no: line for line in claim.lines} if any(line.refunds is not None for line in claim.lines) else {}
    flags = []
    for line, part in zip(claim.lines, parts, strict=True):
        charged = line if line.refunds is None else by_no[line.refunds]
        flags.append(
            charged.supply is None
            and (part[4].in_plan or not only_plan)
            and (since is None or since <= charged.on)
            and (until is None or charged.on <= until)
        )
    return flags


def unknown_item(index: int, *, is_masked: bool) -> Finding:
    """Build the warning of an item missing from the catalogue, in agreement with the figures: excluded from the
    in-scope amount, and paid by the patient unless a special protection covers the line.
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
