"""The lines of a cell's claims as columns: the parts by each treatment, refunds, the mask, and the sums.

The twin of `deciding/lines.py`. The treatment of an item on a day is read from the cell's own treatments, once per item
and interval of days, into a table in which a line finds its treatment by a single number.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from math import lcm
from typing import NamedTuple

import numpy as np

from chalicelib.adjudication.domain.columns.gathering import QUANTITY_SCALE, ClaimColumns, Ints, Rows
from chalicelib.adjudication.domain.deciding.figures import Sums
from chalicelib.adjudication.domain.deciding.plan import OWN_GOODS, CompiledCell, Plan, Treatment
from chalicelib.kernel.frozen import dataclass
from chalicelib.law.domain.values import Scope

_NO_CEILING = -1


class Block:
    """Some claims of a cell, by their places; the columns of their lines are taken out on request.

    `starts` and `counts` are those of each claim's lines within the block.
    """

    def __init__(self, columns: ClaimColumns, rows: Rows, items: Items) -> None:
        self._columns, self.rows = columns, rows
        if isinstance(rows, slice):
            edges = columns.starts[rows.start : rows.stop + 1]
            begin, end = edges[:-1], edges[1:]
            self._at: Ints = slice(int(edges[0]), int(edges[-1]))
            self.starts = begin - edges[0]
        else:
            begin, end = columns.starts.take(rows), columns.starts.take(rows + 1)
            ends = np.cumsum(end - begin)
            self.starts = ends - (end - begin)
            self._at = np.repeat(begin - self.starts, end - begin) + np.arange(int(ends[-1]))
        self._begin, self._end = begin, end
        self.item = items.at(self._at)
        self.amount_fen = columns.amount_fen[self._at]

    @cached_property
    def counts(self) -> Ints:
        return self._end - self._begin

    @cached_property
    def on(self) -> Ints:
        return self._columns.on[self._at]

    @cached_property
    def quantity(self) -> Ints:
        return self._columns.quantity[self._at]

    @cached_property
    def refunds(self) -> Ints | None:
        """Return the places of refunded lines within the block, -1 for a line without refund; None without any."""
        if not self._columns.has_refunds:
            return None
        refunds = self._columns.refunds[self._at]
        if refunds.max() < 0:
            return None
        return np.where(refunds >= 0, refunds - np.repeat(self._begin - self.starts, self.counts), -1)

    @cached_property
    def goods(self) -> Ints | None:
        """Mark the lines that are goods of a person's own; None without any such line."""
        if not self._columns.has_goods:
            return None
        goods = self._columns.goods[self._at]
        return goods if goods.any() else None

    @cached_property
    def since(self) -> Ints:
        return self._columns.since[self.rows]

    @cached_property
    def until(self) -> Ints:
        return self._columns.until[self.rows]


@dataclass(frozen=True, slots=True)
class ItemDays:
    """The numbers of items on days, for all lines of some columns: `code * span + interval of the day`."""

    intervals: Ints
    first: int
    span: int
    examples: tuple[date, ...]
    codes: tuple[str, ...]

    @classmethod
    def of(cls, columns: ClaimColumns, plan: Plan) -> ItemDays:
        """Build the numbering by the intervals that a plan tells apart."""
        first, last = (int(columns.on.min()), int(columns.on.max())) if len(columns.on) else (1, 1)
        examples: dict[int, date] = {}
        known: dict[int, int] = {}
        intervals = np.empty(last - first + 1, dtype=np.int64)
        for ordinal in range(first, last + 1):
            day = date.fromordinal(ordinal)
            number = known.setdefault(plan.lines[day], len(known))
            examples.setdefault(number, day)
            intervals[ordinal - first] = number
        return cls(intervals, first, len(known), tuple(examples.values()), columns.codes)

    def within(self, columns: ClaimColumns, begin: int, end: int) -> Items:
        """Number the lines of the claims from a place to a place: by code alone where all days are of an interval."""
        first, last = int(columns.starts[begin]), int(columns.starts[end])
        code = columns.code[first:last]
        if self.span > 1:
            code = code * self.span + self.intervals.take(columns.on[first:last] - self.first)
        return Items(first, code)


class Items(NamedTuple):
    """The numbers of the lines from a place on."""

    first: int
    numbers: Ints

    def at(self, places: Rows) -> Ints:
        if isinstance(places, slice):
            return self.numbers[places.start - self.first : places.stop - self.first]
        return self.numbers.take(places - self.first)


class Treatments:
    """The treatments of a cell as a table; entry 0 is goods of a person's own. First self-pay has one denominator."""

    def __init__(self, cell: CompiledCell, days: ItemDays) -> None:
        self._cell, self.days = cell, days
        self._place: Ints = np.full(len(days.codes) * days.span, -1, dtype=np.intp)
        self._found: list[Treatment] = [OWN_GOODS]
        self._tabulate()

    @property
    def fits(self) -> bool:
        return self.den <= 2**20 and bool((self.ceiling <= 2**30).all())

    def places(self, items: Ints) -> Ints:
        """Return the entry of each item and day; a new item or day is looked up in the cell."""
        found = self._place.take(items)
        if found.size and found.min() < 0:
            for item in np.unique(items[found < 0]).tolist():
                code, interval = divmod(item, self.days.span)
                self._place[item] = len(self._found)
                self._found.append(self._cell.treatment(self.days.codes[code], self.days.examples[interval]))
            self._tabulate()
            found = self._place.take(items)
        return found

    def _tabulate(self) -> None:
        found = self._found
        rates = [each.self_pay for each in found]
        self.den = lcm(*(1 if rate is None else rate.den for rate in rates))
        self.first = np.array([0 if rate is None else 2 * rate.num * (self.den // rate.den) for rate in rates])
        self.kept = np.array([0 if each.is_excluded else 1 for each in found])
        self.plan = np.array([1 if each.in_plan else 0 for each in found])
        limits = [None if each.is_excluded else each.ceiling_fen for each in found]
        self.ceiling = np.array([_NO_CEILING if limit is None else limit for limit in limits])
        self.has_plan, self.has_ceiling = bool(self.plan.any()), bool((self.ceiling != _NO_CEILING).any())
        self.keeps_all, self.has_first = bool(self.kept[1:].all()), bool(self.first.any())


class LineParts(NamedTuple):
    """The parts of a block's lines; the excluded part of a line is the rest of its amount. None where no treatment of
    the cell has such a part.
    """

    in_scope: Ints
    first: Ints | None
    over: Ints | None
    plan: Ints | None


def assess_block(block: Block, treatments: Treatments, cell: CompiledCell) -> Sums:
    """Assess the lines of a block's claims and return the sums."""
    place = treatments.places(block.item)
    if block.goods is not None:
        place = np.where(block.goods, 0, place)
    parts = _charge(block, place, treatments)
    if block.refunds is not None:
        parts = _take_back(block, parts, block.refunds, place, treatments)
    return _sum_up(block, parts, cell)


def _charge(block: Block, place: Ints, treatments: Treatments) -> LineParts:
    amount = block.amount_fen
    within, over, first = amount, None, None
    if treatments.has_ceiling:
        ceiling = treatments.ceiling.take(place)
        at = np.nonzero(ceiling != _NO_CEILING)[0]
        allowed = (2 * block.quantity.take(at) * ceiling.take(at) + QUANTITY_SCALE) // (2 * QUANTITY_SCALE)
        over = np.zeros_like(amount)
        over[at] = np.maximum(0, amount.take(at) - allowed)
        within = amount - over
    if treatments.has_first:
        first = treatments.first.take(place)
        first *= within
        first += treatments.den
        first //= 2 * treatments.den
    kept = within if first is None else within - first
    if not treatments.keeps_all or block.goods is not None:
        kept = kept * treatments.kept.take(place)
    return LineParts(kept, first, over, treatments.plan.take(place) if treatments.has_plan else None)


def _take_back(block: Block, parts: LineParts, refunds: Ints, place: Ints, treatments: Treatments) -> LineParts:
    """Take refunds back in rounds: each line's first refund, then the second, as earlier ones leave less of a line."""
    charged_first, charged_over = (
        np.zeros_like(parts.in_scope) if part is None else part for part in (parts.first, parts.over)
    )
    in_scope, first, over = parts.in_scope.copy(), charged_first.copy(), charged_over.copy()
    excluded = block.amount_fen - in_scope - first - over
    left = [in_scope.copy(), first.copy(), excluded, over.copy()]
    pending = taken = np.nonzero(refunds >= 0)[0]
    while len(pending):
        _, chosen = np.unique(refunds[pending], return_index=True)
        at = pending[chosen]
        pending = np.delete(pending, chosen)
        origin = refunds[at]
        num, den = np.abs(block.quantity[at]), block.quantity[origin]
        owed = -block.amount_fen[at]
        part_over = np.minimum(np.minimum(_half_up(charged_over[origin], num, den), left[3][origin]), owed)
        part_first = np.minimum(
            np.minimum(_half_up(charged_first[origin], num, den), left[1][origin]), owed - part_over
        )
        part_excluded = np.minimum(owed - part_over - part_first, left[2][origin])
        part_in = np.minimum(owed - part_over - part_first - part_excluded, left[0][origin])
        rest = owed - part_over - part_first - part_excluded - part_in
        more_first = np.minimum(rest, left[1][origin] - part_first)
        part_first, part_over = part_first + more_first, part_over + rest - more_first
        for kept, part in zip(left, (part_in, part_first, part_excluded, part_over), strict=True):
            kept[origin] -= part
        in_scope[at], first[at], over[at] = -part_in, -part_first, -part_over
    plan = None
    if parts.plan is not None:
        plan = parts.plan.copy()
        plan[taken] = treatments.plan[place[refunds[taken]]]
    return LineParts(in_scope, first, over, plan)


def _half_up(part: Ints, num: Ints, den: Ints) -> Ints:
    return (2 * part * num + den) // (2 * den)


def _sum_up(block: Block, parts: LineParts, cell: CompiledCell) -> Sums:
    def summed(column: Ints) -> Ints:
        return np.add.reduceat(column, block.starts)

    total, in_scope = summed(block.amount_fen), summed(parts.in_scope)
    none = np.zeros_like(total)
    first = none if parts.first is None else summed(parts.first)
    over = none if parts.over is None else summed(parts.over)
    of_plan = none if parts.plan is None else summed(parts.in_scope * parts.plan)
    terms = cell.sharing
    since = None if terms.reaches_before or not block.since.any() else block.since
    until = block.until if block.until.any() else None
    is_cut = until is not None or block.goods is not None
    masked, masked_in_scope, protected = total, in_scope, in_scope
    if terms.scope is Scope.NONE:
        masked = masked_in_scope = none
    elif terms.scope is Scope.PLAN or is_cut or since is not None:
        inside = _inside(block, since, until)
        if terms.scope is Scope.PLAN:
            inside = inside & (0 if parts.plan is None else parts.plan)
        masked, masked_in_scope = summed(block.amount_fen * inside), summed(parts.in_scope * inside)
    if is_cut:
        protected = summed(parts.in_scope * _inside(block, None, until))
    return Sums(
        total, in_scope, of_plan, first, total - in_scope - first - over, over, masked, masked_in_scope, protected
    )


def _inside(block: Block, since: Ints | None, until: Ints | None) -> Ints:
    """Return 1 for each line from a day to a day that is no goods of the person's own, else 0; a refund follows its
    refunded line.
    """
    inside = np.ones(len(block.amount_fen), dtype=np.int64)
    if block.goods is not None:
        inside = inside * ~block.goods
    if since is not None:
        inside = inside * (block.on >= np.repeat(since, block.counts))
    if until is not None:
        last = np.repeat(until, block.counts)
        inside = inside * ((last == 0) | (block.on <= last))
    return (
        inside if block.refunds is None else inside[np.where(block.refunds >= 0, block.refunds, np.arange(len(inside)))]
    )
