"""The cells of claims in columns: each claim's kind and days become the number of the cell that decides the claim.

A cell is looked up in the plan once for each kind and each combination of the plan's intervals of days.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from chalicelib.adjudication.domain.columns.arithmetic import fits
from chalicelib.adjudication.domain.columns.gathering import ALONE, ClaimColumns, Ints
from chalicelib.adjudication.domain.deciding.plan import CompiledCell, DayIntervals, Plan
from chalicelib.adjudication.domain.deciding.terms import FundTerms, SplitTerms, VisitTerms
from chalicelib.kernel.errors import Invalid
from chalicelib.law.domain.facts import Days
from chalicelib.law.domain.values import Scope

_UNSEEN = -2
"""The number of a kind on days that no claim had yet."""

FOUND_MAX = 2**15 - 1
"""The most cells among some claims; claims of further cells take the scalar path."""


class FoundCell(NamedTuple):
    """A cell with the terms that decide its claims; `split` is None where finance pays nothing."""

    cell: CompiledCell
    terms: FundTerms
    split: SplitTerms | None

    @classmethod
    def of(cls, cell: CompiledCell) -> FoundCell | None:
        """Return a cell with its terms; None where only the scalar path can find the faults, or is exact enough."""
        if cell.refuses_inpatients or isinstance(terms := cell.funds, Invalid):
            return None
        split = cell.split if cell.sharing.by_finance else None
        return cls(cell, terms, split) if fits(terms, cell.sharing, split) else None


class CellNumbers:
    """The cells that decide some claims, numbered in the order of their first claims.

    `from_diagnosis` marks those that cover no cost before the diagnosis, `only_plan` those that cover plan lines alone.
    """

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
        self.found: list[FoundCell] = []
        self._tell()

    def numbers(self, begin: int, end: int) -> Ints:
        """Return the number of each claim's cell, of the claims from a place to a place; ALONE for a claim that columns
        do not decide, such as a stay whose institution's own agreement had lapsed at admission.
        """
        columns = self._columns
        key: Ints = columns.kind[begin:end]
        alone = key == ALONE if self._has_alone else None
        for days, first, table, count in self._days:
            if count > 1:
                key = key * count
                key += table.take(days[begin:end] - first)
        if alone is not None:
            key = np.where(alone, 0, key)
        numbers = self._table.take(key)
        if numbers.min() == _UNSEEN:
            self._find(key, numbers == _UNSEEN if alone is None else (numbers == _UNSEEN) & ~alone, begin)
            numbers = self._table.take(key)
        until = self._until if len(self._until) == 1 else self._until.take(numbers, mode="clip")
        in_force = columns.admitted[begin:end] <= until
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
        self._tell()

    def _tell(self) -> None:
        """Tell of each cell what the lines of its claims ask."""
        untils = [found.cell.institution.agreement_until for found in self.found]
        self._until = np.array([0 if day is None else day.toordinal() for day in untils] or [0], dtype=np.int64)
        sharing = [found.cell.sharing for found in self.found]
        self.only_plan: Ints = np.array([each.scope is Scope.PLAN for each in sharing], dtype=bool)
        self.from_diagnosis: Ints = np.array([not each.reaches_before for each in sharing], dtype=bool)
        self.any_only_plan, self.any_from_diagnosis = bool(self.only_plan.any()), bool(self.from_diagnosis.any())
        special = (each.terms.plan is not None for each in self.found if isinstance(each.terms, VisitTerms))
        self.any_plan = self.any_only_plan or any(special)

    def _numbered(self, cell: CompiledCell) -> int:
        number = self._number.get(id(cell))
        if number is None:
            found = FoundCell.of(cell)
            number = ALONE if found is None or len(self.found) == FOUND_MAX else len(self.found)
            self._number[id(cell)] = number
            if found is not None and number != ALONE:
                self.found.append(found)
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


def _numbered(days: Ints, known: DayIntervals) -> tuple[int, Ints, int]:
    """Return the first day, the number of each day's interval from that day on, and the count of intervals."""
    if not len(days):
        return 0, days, 1
    first = int(days.min())
    table = intervals_of(first, int(days.max()), known)
    return first, table, int(table[-1]) + 1


def intervals_of(first: int, last: int, known: DayIntervals) -> Ints:
    """Return the number of the interval of each day from a day to a day, counted from the first day's."""
    table: Ints = np.searchsorted(np.array(known.ordinals, dtype=np.int64), np.arange(first, last + 1), side="right")
    return table - table[0]
