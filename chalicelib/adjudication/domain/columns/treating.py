"""The treatments of items as tables, in which a line finds ceiling and ratio by a single number, with exact products.

Products of whole numbers and ratios are rounded half up in 64-bit floats without an error: see `raised`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from chalicelib.adjudication.domain.columns.finding import CellNumbers, intervals_of
from chalicelib.adjudication.domain.columns.gathering import FIGURE_MAX, QUANTITY_SCALE, ClaimColumns, Ints
from chalicelib.adjudication.domain.deciding.plan import Plan, Treatment
from chalicelib.kernel.frozen import dataclass

PARTS_MAX = 2**18
"""The finest ratio of a line: its products come out exact in 64-bit floats."""

NO_CEILING = 2**62
"""The ceiling of an item without one: above every amount at the smallest quantity."""

TABLE_MAX = 2**22
"""The most entries of a table of all cells, items and days; larger ones are made for the lines at hand alone."""


def raised(ratio: Fraction) -> float:
    """Return a ratio raised by 2**-50 of itself, as a float: `rint` of its product with a whole number is the ratio's
    part of the number, half up.

    Exact for ratios of at most `PARTS_MAX` parts and parts up to `FIGURE_MAX`; a greater part comes out above
    `FIGURE_MAX`. Float and product are each off by at most 2**-53 of themselves, so the product exceeds the exact one,
    by at most 2**30 * 1.25 * 2**-50 < 2**-19. A half is thereby rounded up. Any other product is at least 2**-19 off
    the nearest half and stays on its side.
    """
    return float(ratio * Fraction(2**50 + 1, 2**50))


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
    """Treatments by number. A ceiling is by quantity and holds the whole amount: 0 excludes an item, NaN is unread."""

    def __init__(self, size: int) -> None:
        self.ceiling: Any = np.full(size, np.nan)
        self.ratio: Any = np.zeros(size)
        self.excluded: Any = np.zeros(size)
        self.plan: Ints = np.zeros(size, dtype=np.int64)
        self.tell()

    def put(self, place: int, found: Treatment) -> bool:
        """Enter a treatment; tell whether its ceiling and ratio are small and coarse enough for exact products."""
        rate = None if found.is_excluded else found.self_pay
        fits = (rate is None or rate.den <= PARTS_MAX) and (found.ceiling_fen or 0) <= FIGURE_MAX
        self.ratio[place] = 0 if rate is None or not fits else raised(rate.exact)
        self.excluded[place], self.plan[place] = found.is_excluded, found.in_plan
        if found.is_excluded or not fits:
            self.ceiling[place] = 0
        elif found.ceiling_fen is None:
            self.ceiling[place] = NO_CEILING
        else:
            self.ceiling[place] = raised(Fraction(found.ceiling_fen, QUANTITY_SCALE))
        return fits

    def tell(self) -> None:
        """Tell which parts any treatment has."""
        self.is_whole = not np.isnan(self.ceiling).any()
        self.has_ceiling = bool(((self.ceiling > 0) & (self.ceiling < NO_CEILING)).any())
        self.has_first, self.has_excluded = bool(self.ratio.any()), bool(self.excluded.any())
        self.has_plan = bool(self.plan.any())

    def grow(self, size: int) -> None:
        """Add unread entries."""
        more = size - len(self.ceiling)
        if more > 0:
            self.ceiling = np.append(self.ceiling, np.full(more, np.nan))
            self.ratio, self.excluded = (np.append(each, np.zeros(more)) for each in (self.ratio, self.excluded))
            self.plan = np.append(self.plan, np.zeros(more, dtype=np.int64))
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
            unread = keys[np.isnan(self._table.ceiling.take(keys))]
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
