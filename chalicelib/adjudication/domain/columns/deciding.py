"""The decision of many claims at once: the claims of each cell in blocks, and all others by the scalar path.

The cells are those of the plan that the scalar path uses, so both back ends read the same law. The figures of a claim,
with their operands, can be taken out of the columns again and told with the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.columns.arithmetic import fits, pay_funds_each, share_out_each
from chalicelib.adjudication.domain.columns.gathering import ALONE, ClaimColumns, Ints, gather
from chalicelib.adjudication.domain.columns.lines import Block, ItemDays, Treatments, assess_block
from chalicelib.adjudication.domain.deciding.decision import DecidedClaim
from chalicelib.adjudication.domain.deciding.figures import Funds, Sharing, Sums
from chalicelib.adjudication.domain.deciding.lines import assess_lines
from chalicelib.adjudication.domain.deciding.plan import CompiledCell, Plan
from chalicelib.adjudication.domain.deciding.terms import FundTerms, SplitTerms
from chalicelib.adjudication.domain.facts import Circumstances
from chalicelib.adjudication.domain.requirements import check_requirements
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.law.domain.facts import Days
from chalicelib.law.domain.model import Bundle

BLOCK = 8192
"""The number of claims in a block: their columns stay in the processor's cache."""

NEAR = 64 * BLOCK
"""The number of claims searched for those of a cell, so that the values taken out of a column stand near together."""


@dataclass(frozen=True, slots=True)
class DecidedBlock:
    """A decided block: claims of a cell, by their places, with a figure a claim in every field of the records."""

    cell: CompiledCell
    places: Ints
    sums: Sums
    funds: Funds
    sharing: Sharing

    def figures(self, row: int) -> tuple[Sums, Funds, Sharing]:
        """Return the figures of a claim, as the scalar path has them."""
        sharing = Sharing(*(_taken(each, row) for each in self.sharing))
        return (
            Sums(*(_taken(each, row) for each in self.sums)),
            Funds(*(_taken(each, row) for each in self.funds)),
            sharing if sharing.fiscal_fen else sharing._replace(split=()),
        )


def _taken(figure: Ints, row: int) -> Ints:
    return tuple(_taken(each, row) for each in figure) if isinstance(figure, tuple) else int(figure[row])


@dataclass(frozen=True, slots=True)
class DecidedColumns:
    """The decisions: `blocks` holds those made by columns, `alone` the places of claims for the scalar path."""

    blocks: tuple[DecidedBlock, ...]
    alone: tuple[int, ...]


def decide_columns(columns: ClaimColumns, bundle: Bundle) -> DecidedColumns:
    """Decide claims that were settled before: the codes owed by the hospital are demanded no more."""
    plan = Plan.of(bundle)
    cells, numbers = _cells(columns, plan)
    blocks: list[DecidedBlock] = []
    alone: list[int] = np.nonzero(numbers == ALONE)[0].tolist()
    days = ItemDays.of(columns, plan)
    items = days.number(columns.code, columns.on)
    tables = [Treatments(cell, days) for cell in cells]
    for begin in range(0, columns.size, NEAR):
        near = numbers[begin : begin + NEAR]
        for number, cell in enumerate(cells):
            found = np.nonzero(near == number)[0] + begin
            for at in range(0, len(found), BLOCK):
                rows = found[at : at + BLOCK]
                block = _decided(columns, Block(columns, rows, items), cell, tables[number])
                if block is None:
                    alone += rows.tolist()
                else:
                    blocks.append(block)
    return DecidedColumns(tuple(blocks), tuple(sorted(alone)))


def _decided(columns: ClaimColumns, block: Block, cell: CompiledCell, treatments: Treatments) -> DecidedBlock | None:
    """Decide a block of a cell's claims; None where an item's ceiling or ratio is too fine for columns."""
    terms, split = _terms(cell)
    if terms is None:
        return None
    sums = assess_block(block, treatments, cell)
    if not treatments.fits:
        return None
    funds = pay_funds_each(terms, sums, YearToDate(*(column[block.rows] for column in _prior(columns))))
    sharing = share_out_each(cell.sharing, split, sums, funds)
    assert_each_conserved(sums, sharing)
    return DecidedBlock(cell, block.rows, sums, funds, sharing)


def _terms(cell: CompiledCell) -> tuple[FundTerms | None, SplitTerms | None]:
    """Return the terms that decide a cell; None where only the scalar path can find the faults, or is exact enough."""
    if cell.refuses_inpatients or isinstance(cell.funds, Invalid):
        return None, None
    split = cell.split if cell.sharing.by_finance else None
    return (cell.funds if fits(cell.funds, cell.sharing, split) else None), split


def _prior(columns: ClaimColumns) -> Iterator[Ints]:
    prior = columns.prior
    return (getattr(prior, name) for name in prior.__slots__)


def _cells(columns: ClaimColumns, plan: Plan) -> tuple[list[CompiledCell], Ints]:
    """Return the deciding cells, and the number of each claim's cell; ALONE for a claim that columns do not decide."""
    intervals = [
        _numbered(days, plan_days)
        for days, plan_days in (
            (columns.admitted, plan.admission),
            (columns.discharged, plan.discharge),
            (columns.settled, plan.settlement),
        )
    ]
    kind = columns.kind
    key: Ints = kind
    for numbers, count in intervals:
        key = key * count + numbers
    width = max(1, len(columns.kinds)) * int(np.prod([count for _, count in intervals]))
    first = np.full(width, columns.size, dtype=np.int64)
    known = np.nonzero(kind != ALONE)[0]
    first[key[known][::-1]] = known[::-1]
    table = np.full(width, ALONE, dtype=np.int64)
    cells: dict[int, CompiledCell] = {}
    for each in np.nonzero(first < columns.size)[0].tolist():
        cell = _cell(columns, int(first[each]), plan)
        if cell is not None:
            cells[id(cell)] = cell
            table[each] = list(cells).index(id(cell))
    numbers = np.full(columns.size, ALONE, dtype=np.int64)
    numbers[known] = table[key[known]]
    return list(cells.values()), _in_force(columns, list(cells.values()), numbers)


def _numbered(days: Ints, known: dict[date, int]) -> tuple[Ints, int]:
    """Return the number of each day's interval, from 0, and the count of intervals."""
    if not len(days):
        return days, 1
    first, last = int(days.min()), int(days.max())
    numbers: dict[int, int] = {}
    table = [numbers.setdefault(known[date.fromordinal(ordinal)], len(numbers)) for ordinal in range(first, last + 1)]
    return np.array(table, dtype=np.int64)[days - first], len(numbers)


def _cell(columns: ClaimColumns, row: int, plan: Plan) -> CompiledCell | None:
    kind = columns.kinds[int(columns.kind[row])]
    if kind.institution not in plan.bundle.registry.institutions:
        return None
    admitted, discharged, settled = (
        date.fromordinal(int(column[row])) for column in (columns.admitted, columns.discharged, columns.settled)
    )
    return plan.cell(kind, Days(admitted, discharged, discharged, settled))


def _in_force(columns: ClaimColumns, cells: Sequence[CompiledCell], numbers: Ints) -> Ints:
    """Leave a stay whose institution's own agreement had lapsed at admission to the scalar path."""
    untils = [cell.institution.agreement_until for cell in cells]
    until = np.array([0 if day is None else day.toordinal() for day in untils] + [0], dtype=np.int64)
    return np.where(columns.admitted <= until[numbers], numbers, ALONE)


def assert_each_conserved(sums: Sums, sharing: Sharing) -> None:
    """Assert for every block that shares sum to the bill and none is negative."""
    paid = sharing.paid[0] + sharing.paid[1] + sharing.paid[2] + sharing.fiscal_fen + sharing.patient_fen
    each = (*sharing.paid, sharing.fiscal_fen, sharing.patient_fen)
    if not np.array_equal(paid, sums.total_fen) or min(int(np.min(column)) for column in each) < 0:
        raise AssertionError("a determination does not conserve the bill")


def decide_many(cases: Sequence[tuple[Claim, Circumstances]], bundle: Bundle) -> list[DecidedClaim | None]:
    """Decide these claims by columns, each with its operands; None for a claim of the scalar path."""
    found: list[DecidedClaim | None] = [None] * len(cases)
    for block in decide_columns(gather(cases), bundle).blocks:
        terms = block.cell.funds
        for row, place in enumerate(block.places.tolist()):
            claim, circumstances = cases[place]
            enrolment = circumstances.enrolment
            if enrolment is not None and not isinstance(terms, Invalid):
                sums, funds, sharing = block.figures(row)
                lines = assess_lines(claim, block.cell)._replace(sums=sums)
                required = check_requirements(claim, circumstances.on_record, block.cell)
                found[place] = DecidedClaim(
                    claim, circumstances, enrolment, block.cell, required, terms, lines, funds, sharing
                )
    return found
