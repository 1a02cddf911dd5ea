"""The treatments of items as tables of integers, in which a line finds ceiling and ratio by a single number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from chalicelib.adjudication.domain.columns.finding import CellNumbers, intervals_of
from chalicelib.adjudication.domain.columns.gathering import FIGURE_MAX, ClaimColumns, Ints
from chalicelib.adjudication.domain.deciding.plan import Plan, Treatment
from chalicelib.kernel.frozen import dataclass

MILLIONTHS = 1_000_000
"""Ratios of lines are counted in millionths, so that all lines divide by one number; the scalar path takes a cell with
a finer ratio.
"""

_UNREAD = -1

TABLE_MAX = 2**22
"""The most entries of a table of all cells, items and days; larger ones are made for the lines at hand alone."""


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
        intervals = intervals_of(first, last, plan.lines)
        span = int(intervals[-1]) + 1
        begun = np.searchsorted(intervals, np.arange(span)).tolist()
        return cls(intervals, first, span, tuple(date.fromordinal(first + each) for each in begun), columns.codes)

    def numbers(self, columns: ClaimColumns, first: int, last: int) -> Ints:
        """Number the lines from a place to a place: by code alone where all days are of an interval."""
        code = columns.code[first:last]
        if self.span == 1:
            return code
        numbers = self.intervals.take(columns.on[first:last] - self.first)
        numbers += code * self.span
        return numbers

    @property
    def width(self) -> int:
        return len(self.codes) * self.span


class TreatmentTable:
    """Treatments by number. `ceiling` is by quantity, 0 for an excluded item and for an item that is `free` of any.
    `ratio` is that of the first self-pay, in millionths, twice.
    """

    def __init__(self, size: int) -> None:
        self.ceiling: Ints = np.full(size, _UNREAD)
        self.free: Ints = np.zeros(size, dtype=np.bool_)
        self.ratio, self.excluded, self.plan = np.zeros((3, size), dtype=np.int64)
        self.tell()

    def put(self, place: int, found: Treatment) -> bool:
        """Enter a treatment; tell whether its ceiling and ratio fit. What does not fit is entered as excluded."""
        parts = 0 if found.is_excluded or found.self_pay is None else found.self_pay.exact * MILLIONTHS
        fits = parts == int(parts) and (found.ceiling_fen or 0) <= FIGURE_MAX
        self.excluded[place], self.plan[place] = found.is_excluded, found.in_plan
        self.ceiling[place] = self.free[place] = self.ratio[place] = 0
        if fits and not found.is_excluded:
            self.ratio[place] = 2 * int(parts)
            self.ceiling[place] = found.ceiling_fen or 0
            self.free[place] = found.ceiling_fen is None
        return fits

    def tell(self) -> None:
        """Tell which parts any treatment has."""
        self.is_whole = not (self.ceiling == _UNREAD).any()
        limited = (self.ceiling != _UNREAD) & ~self.free & (self.excluded == 0)
        self.has_ceiling, self.has_first = bool(limited.any()), bool(self.ratio.any())
        self.has_excluded, self.has_plan = bool(self.excluded.any()), bool(self.plan.any())

    def is_unread(self, keys: Ints) -> Ints:
        """Mark the lines whose treatment was not entered yet."""
        return self.ceiling.take(keys) == _UNREAD

    def grow(self, size: int) -> None:
        """Add unread entries."""
        more = size - len(self.ceiling)
        if more > 0:
            self.ceiling = np.append(self.ceiling, np.full(more, _UNREAD))
            self.free = np.append(self.free, np.zeros(more, dtype=np.bool_))
            columns = (self.ratio, self.excluded, self.plan)
            self.ratio, self.excluded, self.plan = (np.append(each, np.zeros(more, dtype=np.int64)) for each in columns)
            self.is_whole = False


class Treatments:
    """The treatments of items on days in all cells found so far. `unfit` are the numbers of cells with a treatment that
    only the scalar path takes exactly.
    """

    def __init__(self, cells: CellNumbers, days: ItemDays) -> None:
        self._cells, self._days = cells, days
        self._table = TreatmentTable(0)
        self.unfit: set[int] = set()

    def of(self, keys: Ints) -> tuple[TreatmentTable, Ints]:
        """Return a table with the treatments of lines, and each line's place in the table. A key is the cell's number,
        times the width of the items' numbers, plus the item's number.
        """
        size = len(self._cells.found) * self._days.width
        if size > TABLE_MAX:
            known, places = np.unique(keys, return_inverse=True)
            table = TreatmentTable(len(known))
            self._read(table, range(len(known)), known.tolist())
            return table, places
        self._table.grow(size)
        if not self._table.is_whole:
            unread = keys[self._table.is_unread(keys)]
            if len(unread):
                known = np.unique(unread).tolist()
                self._read(self._table, known, known)
        return self._table, keys

    def _read(self, table: TreatmentTable, places: Iterable[int], keys: Iterable[int]) -> None:
        for place, key in zip(places, keys, strict=True):
            number, item = divmod(key, self._days.width)
            code, interval = divmod(item, self._days.span)
            day = self._days.examples[interval]
            if not table.put(place, self._cells.found[number].cell.treatment(self._days.codes[code], day)):
                self.unfit.add(number)
        table.tell()
