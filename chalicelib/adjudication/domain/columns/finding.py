"""The cells of claims in columns: each claim's kind and days become the number of the cell that decides the claim.

A cell is looked up in the plan once for each kind and each combination of the plan's intervals of days.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from chalicelib.adjudication.domain.columns.gathering import ALONE, ClaimColumns, Ints
from chalicelib.adjudication.domain.deciding.plan import CompiledCell, Plan
from chalicelib.law.domain.facts import Days

_UNSEEN = -2
"""The number of a kind on days that no claim had yet."""

FOUND_MAX = 2**15 - 1
"""The most cells among some claims; claims of further cells take the scalar path."""


class CellNumbers:
    """The cells that decide some claims, numbered in the order of their first claims."""

    def __init__(self, columns: ClaimColumns, plan: Plan) -> None:
        self._columns, self._plan = columns, plan
        self._days = [
            (days, *_numbered(days, known))
            for days, known in (
                (columns.admitted, plan.admission),
                (columns.discharged, plan.discharge),
                (columns.settled, plan.settlement),
            )
        ]
        width = max(1, len(columns.kinds)) * int(np.prod([count for *_, count in self._days]))
        self._table = np.full(width, _UNSEEN, dtype=np.intp)
        self._number: dict[int, int] = {}
        self._until: Ints = np.zeros(1, dtype=np.int64)
        self._has_alone = bool(columns.size and int(columns.kind.min()) == ALONE)
        self.found: list[CompiledCell] = []

    def numbers(self, begin: int, end: int) -> Ints:
        """Return the number of each claim's cell, of the claims from a place to a place; ALONE for a claim that columns
        do not decide, such as a stay whose institution's own agreement had lapsed at admission.
        """
        columns = self._columns
        key: Ints = columns.kind[begin:end]
        alone = key == ALONE if self._has_alone else None
        for days, first, table, count in self._days:
            if count > 1:
                key = key * count + table.take(days[begin:end] - first)
        if alone is not None:
            key = np.where(alone, 0, key)
        numbers = self._table.take(key)
        if numbers.min() == _UNSEEN:
            self._find(key, numbers == _UNSEEN if alone is None else (numbers == _UNSEEN) & ~alone, begin)
            numbers = self._table.take(key)
        in_force = columns.admitted[begin:end] <= self._until.take(numbers, mode="clip")
        if alone is not None:
            in_force &= ~alone
        return numbers if in_force.all() else np.where(in_force, numbers, ALONE)

    def _find(self, key: Ints, unseen: Ints, begin: int) -> None:
        """Look up the cells of kinds on days that no claim had yet."""
        places = np.nonzero(unseen)[0]
        keys, examples = np.unique(key[places], return_index=True)
        for each, place in zip(keys.tolist(), places[examples].tolist(), strict=True):
            cell = self._cell(begin + place)
            self._table[each] = ALONE if cell is None else self._numbered(cell)
        untils = [cell.institution.agreement_until for cell in self.found]
        self._until = np.array([0 if day is None else day.toordinal() for day in untils] or [0], dtype=np.int64)

    def _numbered(self, cell: CompiledCell) -> int:
        number = self._number.setdefault(id(cell), len(self.found))
        if number == len(self.found):
            if number == FOUND_MAX:
                return ALONE
            self.found.append(cell)
        return number

    def _cell(self, row: int) -> CompiledCell | None:
        columns = self._columns
        kind = columns.kinds[int(columns.kind[row])]
        if kind.institution not in self._plan.bundle.registry.institutions:
            return None
        admitted, discharged, settled = (
            date.fromordinal(int(column[row])) for column in (columns.admitted, columns.discharged, columns.settled)
        )
        return self._plan.cell(kind, Days(admitted, discharged, discharged, settled))


def _numbered(days: Ints, known: dict[date, int]) -> tuple[int, Ints, int]:
    """Return the first day, the number of each day's interval from that day on, and the count of intervals."""
    if not len(days):
        return 0, days, 1
    first, last = int(days.min()), int(days.max())
    numbers: dict[int, int] = {}
    table = [numbers.setdefault(known[date.fromordinal(ordinal)], len(numbers)) for ordinal in range(first, last + 1)]
    return first, np.array(table, dtype=np.int64), len(numbers)
