"""The lines of many claims as columns: the sums of each claim, whatever cells decide the claims.

The twin of `deciding/lines.py`. Lines are worked through in their order, some thousands at once, so that no line is
moved to others of its cell: it finds its treatment by a number (`treating.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from chalicelib.adjudication.domain.columns.finding import CellNumbers
from chalicelib.adjudication.domain.columns.gathering import QUANTITY_SCALE, ClaimColumns, Ints
from chalicelib.adjudication.domain.columns.treating import MILLIONTHS, ItemDays, Treatments, TreatmentTable
from chalicelib.adjudication.domain.columns.wanted import OF_PLAN, PARTS
from chalicelib.adjudication.domain.deciding.figures import Sums
from chalicelib.adjudication.domain.deciding.plan import Plan

LINES = 32_768
"""The number of lines in a piece: its columns stay in the processor's cache."""

_NEVER = 2**30
"""A day after all days."""


class Room:
    """Arrays for lines that each piece uses anew."""

    def __init__(self) -> None:
        self._size = 0

    def fit(self, size: int) -> None:
        """Make room for so many lines."""
        if size > self._size:
            self._size = size
            columns = np.empty((5, size), dtype=np.int64)
            self.amount, self.excluded, self.within, self.first, self.in_scope = columns
            self.given, self.running = np.empty(size, dtype=np.int32), np.zeros(size + 1, dtype=np.int32)


class Piece:
    """The lines of some neighbouring claims; the columns are taken out on request."""

    def __init__(self, columns: ClaimColumns, begin: int, end: int, room: Room) -> None:
        self.columns, self.room = columns, room
        self.claims = slice(begin, end)
        starts = columns.starts[begin : end + 1]
        self.first, self.last = int(starts[0]), int(starts[-1])
        self.size = self.last - self.first
        room.fit(self.size)
        self.edges = starts - self.first
        self.amount_fen = columns.amount_fen[self.first : self.last]

    @cached_property
    def counts(self) -> Ints:
        return self.edges[1:] - self.edges[:-1]

    @cached_property
    def on(self) -> Ints:
        return self.columns.on[self.first : self.last]

    @cached_property
    def quantity(self) -> Ints:
        return self.columns.quantity[self.first : self.last]

    @cached_property
    def refunds(self) -> Ints | None:
        """Return the places of refunded lines within the piece, -1 for a line without refund; None without any."""
        if not self.columns.has_refunds:
            return None
        refunds = self.columns.refunds[self.first : self.last]
        if not self.size or refunds.max() < 0:
            return None
        return np.where(refunds >= 0, refunds - self.first, -1)

    @cached_property
    def goods(self) -> Ints | None:
        """Mark the lines that are goods of a person's own; None without any such line."""
        if not self.columns.has_goods:
            return None
        goods = self.columns.goods[self.first : self.last]
        return goods if goods.any() else None

    def summed(self, column: Any) -> Ints:
        """Sum lines by claim. The running sum may leave 32 bits and wrap; each claim's sum is below `FIGURE_MAX`, and
        a difference of two wrapped sums is exact.
        """
        if column.dtype != np.int32:
            given = self.room.given[: self.size]
            np.copyto(given, column, casting="unsafe")
            column = given
        running = self.room.running
        np.add.accumulate(column, out=running[1 : self.size + 1])
        at = running.take(self.edges)
        return at[1:] - at[:-1]


class CutClaims:
    """Some claims of a piece, by their places within it, with the places of their lines. `since` is the first covered
    day of each, 0 for any; None where every day from admission is.
    """

    def __init__(self, piece: Piece, at: Ints, since: Ints | None) -> None:
        self.at, self.since = at, since
        self._counts = piece.counts.take(at)
        ends = np.cumsum(self._counts)
        self._starts = ends - self._counts
        self.shift = piece.edges.take(at) - self._starts
        self.lines = np.repeat(self.shift, self._counts) + np.arange(int(ends[-1]))

    def spread(self, column: Ints) -> Ints:
        """Give each line the value of its claim."""
        return np.repeat(column, self._counts)

    def summed(self, column: Any) -> Any:
        return np.add.reduceat(column, self._starts)


def _pieces(starts: Ints, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield claims from a place to a place in pieces of some `LINES` lines, a claim at least."""
    while begin < end:
        last = int(np.searchsorted(starts, starts[begin] + LINES, side="right")) - 1
        last = min(max(last, begin + 1), end)
        yield begin, last
        begin = last


class LineParts(NamedTuple):
    """The parts of a piece's lines; None where no line has any."""

    in_scope: Any
    first: Any | None
    excluded: Any | None


class Lines:
    """Sums the lines of some claims by the law of a plan. `wanted` are the figures that are read (`wanted.py`)."""

    def __init__(self, columns: ClaimColumns, plan: Plan, cells: CellNumbers, wanted: frozenset[str]) -> None:
        self._columns, self._cells = columns, cells
        self._days = ItemDays.of(columns, plan)
        self.treatments = Treatments(cells, self._days)
        self._tells_parts, self._tells_plan = bool(wanted & PARTS), OF_PLAN in wanted
        self._room = Room()

    def sums(self, begin: int, end: int, numbers: Ints | int) -> Sums:
        """Return the sums of the claims from a place to a place, whose cells have these numbers or this number; sums of
        claims without a cell mean nothing. Covered sums are the very arrays of the others unless a cost of some claim
        is not covered, and are those of a cell that covers costs.
        """
        has_plan = self._tells_plan or self._cells.any_plan
        found = _Found(end - begin, has_parts=self._tells_parts, has_plan=has_plan)
        for first, last in _pieces(self._columns.starts, begin, end):
            of = numbers if isinstance(numbers, int) else numbers[first - begin : last - begin]
            self._piece(Piece(self._columns, first, last, self._room), of, found, slice(first - begin, last - begin))
        return found.sums(begin)

    def _piece(self, piece: Piece, numbers: Ints | int, found: _Found, at: slice) -> None:
        table, keys = self.treatments.of(self._keys(piece, numbers))
        refunds = piece.refunds
        parts = _charge(piece, table, keys, has_parts=self._tells_parts or refunds is not None)
        plan = table.plan.take(keys) if found.of_plan is not None and table.has_plan else None
        if refunds is not None:
            parts = _take_back(piece, parts, refunds)
            plan = None if plan is None else plan.take(_charged(refunds))
        found.total[at], found.in_scope[at] = piece.summed(piece.amount_fen), piece.summed(parts.in_scope)
        if found.first is not None and parts.first is not None:
            found.first[at] = piece.summed(parts.first)
        if found.excluded is not None and parts.excluded is not None:
            found.excluded[at] = piece.summed(parts.excluded)
        if found.of_plan is not None and plan is not None:
            found.of_plan[at] = piece.summed(parts.in_scope * plan)
        cut = self._cut(piece, numbers)
        if cut is not None:
            found.cut.append(self._cover(piece, numbers, parts, plan, cut))

    def _keys(self, piece: Piece, numbers: Ints | int) -> Ints:
        keys = self._days.numbers(self._columns, piece.first, piece.last)
        width = self._days.width
        if isinstance(numbers, int):
            return keys + numbers * width if numbers else keys
        return keys + np.repeat(np.maximum(0, numbers) * width, piece.counts)

    def _cut(self, piece: Piece, numbers: Ints | int) -> CutClaims | None:
        """Return the claims with a line that may not be covered; None without any."""
        columns, claims, cells = self._columns, piece.claims, self._cells
        marks = []
        if columns.has_late and cells.any_from_diagnosis:
            late = columns.diagnosed_late[claims] & cells.from_diagnosis.take(numbers)
            marks.append(late)
            since = np.where(late, columns.since[claims], 0)
        else:
            since = None
        if columns.has_early:
            marks.append(columns.excluded_early[claims])
        if cells.any_only_plan:
            marks.append(np.broadcast_to(cells.only_plan.take(numbers), len(piece.counts)))
        if piece.goods is not None:
            marks.append(piece.summed(piece.goods) > 0)
        if not marks:
            return None
        at = np.nonzero(np.logical_or.reduce(marks) & (piece.counts > 0))[0]
        return CutClaims(piece, at, None if since is None else since[at]) if len(at) else None

    def _cover(
        self, piece: Piece, numbers: Ints | int, parts: LineParts, plan: Ints | None, cut: CutClaims
    ) -> _Covered:
        """Sum the covered lines: from the diagnosis on where a cell covers no cost before it, up to the day on which a
        suspicion was excluded, of the plan where a cell covers no other; goods of a person's own never. A refund
        follows its refunded line. Protected are the lines up to that day, whatever the cell covers.
        """
        columns, lines = self._columns, cut.lines
        on, until = piece.on.take(lines), columns.until[piece.claims].take(cut.at)
        inside: Ints = on <= cut.spread(np.where(until > 0, until, _NEVER))
        if piece.goods is not None:
            inside &= ~piece.goods.take(lines)
        charged = None if piece.refunds is None else _charged(piece.refunds).take(lines) - cut.spread(cut.shift)
        protected = inside if charged is None else inside.take(charged)
        if cut.since is not None:
            inside = inside & (on >= cut.spread(cut.since))
        if self._cells.any_only_plan:
            only_plan = np.broadcast_to(self._cells.only_plan.take(numbers), len(piece.counts))
            free = cut.spread(~only_plan.take(cut.at))
            inside = inside & (free if plan is None else free | (plan.take(lines) != 0))
        if charged is not None:
            inside = inside.take(charged)
        amount, in_scope = piece.amount_fen.take(lines), parts.in_scope.take(lines)
        return _Covered(
            piece.claims.start + cut.at,
            cut.summed(amount * inside),
            cut.summed(in_scope * inside),
            cut.summed(in_scope * protected),
        )


class _Covered(NamedTuple):
    """The sums of covered and of protected lines of some claims, by their places."""

    places: Ints
    total: Any
    in_scope: Any
    protected: Any


class _Found:
    """The sums of some claims, filled piece by piece."""

    def __init__(self, size: int, *, has_parts: bool, has_plan: bool) -> None:
        self.total: Ints = np.empty(size, dtype=np.int64)
        self.in_scope: Ints = np.empty(size, dtype=np.int64)
        self.of_plan: Ints | None = np.zeros(size, dtype=np.int64) if has_plan else None
        self.first: Ints | None = np.zeros(size, dtype=np.int64) if has_parts else None
        self.excluded: Ints | None = np.zeros(size, dtype=np.int64) if has_parts else None
        self.cut: list[_Covered] = []

    def sums(self, begin: int) -> Sums:
        """Return the sums of claims from a place on."""
        covered = self.total, self.in_scope, self.in_scope
        if self.cut:
            covered = self.total.copy(), self.in_scope.copy(), self.in_scope.copy()
            places, *cut = (np.concatenate(column) for column in zip(*self.cut, strict=True))
            for column, part in zip(covered, cut, strict=True):
                column[places - begin] = part
        first, excluded, over = self.first, self.excluded, None
        if first is not None and excluded is not None:
            over = self.total - self.in_scope - first - excluded
        return Sums(self.total, self.in_scope, self.of_plan, first, excluded, over, *covered)  # type: ignore[arg-type]


def _charge(piece: Piece, table: TreatmentTable, keys: Ints, *, has_parts: bool) -> LineParts:
    """Charge lines that are no refunds; the amounts of refunds come out as any."""
    size, room, goods = piece.size, piece.room, piece.goods
    amount = in_scope = room.amount[:size]
    excluded = first = None
    np.copyto(amount, piece.amount_fen)
    if (has_parts or not table.has_ceiling) and (table.has_excluded or goods is not None):
        excluded = table.excluded.take(keys, out=room.excluded[:size], mode="clip")
        if goods is not None:
            excluded[goods] = 1
        excluded *= amount
    if table.has_ceiling:
        in_scope = table.ceiling.take(keys, out=room.within[:size], mode="clip")
        if goods is not None:
            in_scope[goods] = 0
        quantity = np.multiply(piece.quantity, 2, out=room.first[:size])
        if piece.refunds is not None:
            np.abs(quantity, out=quantity)
        in_scope *= quantity
        in_scope += QUANTITY_SCALE
        in_scope //= 2 * QUANTITY_SCALE
        np.minimum(in_scope, amount, out=in_scope)
        free = table.free.take(keys)
        if goods is not None:
            free[goods] = False
        np.copyto(in_scope, amount, where=free)
    elif excluded is not None:
        in_scope = np.subtract(amount, excluded, out=room.within[:size])
    if table.has_first:
        first = table.ratio.take(keys, out=room.first[:size], mode="clip")
        first *= in_scope
        first += MILLIONTHS
        first //= 2 * MILLIONTHS
        in_scope = np.subtract(in_scope, first, out=room.in_scope[:size])
    return LineParts(in_scope, first, excluded if has_parts else None)


def _charged(refunds: Ints) -> Ints:
    """Return the place of the line that decides each line: the refunded one of a refund."""
    return np.where(refunds >= 0, refunds, np.arange(len(refunds)))


def _take_back(piece: Piece, parts: LineParts, refunds: Ints) -> LineParts:
    """Take refunds back in rounds: each line's first refund, then the second, as earlier ones leave less of a line."""
    amount: Ints = piece.amount_fen.astype(np.int64)
    none = np.zeros_like(amount)
    in_scope, charged_first, excluded = (none if part is None else part for part in parts)
    charged_over = amount - in_scope - charged_first - excluded
    first = charged_first.copy()
    left = [in_scope.copy(), first.copy(), excluded.copy(), charged_over.copy()]
    in_scope, excluded = in_scope.copy(), excluded.copy()
    quantity: Ints = piece.quantity.astype(np.int64)
    pending = np.nonzero(refunds >= 0)[0]
    while len(pending):
        _, chosen = np.unique(refunds[pending], return_index=True)
        at = pending[chosen]
        pending = np.delete(pending, chosen)
        origin = refunds[at]
        num, den = np.abs(quantity[at]), quantity[origin]
        owed = -amount[at]
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
        in_scope[at], first[at], excluded[at] = -part_in, -part_first, -part_excluded
    return LineParts(in_scope, first, excluded)


def _half_up(part: Ints, num: Ints, den: Ints) -> Ints:
    return (2 * part * num + den) // (2 * den)
