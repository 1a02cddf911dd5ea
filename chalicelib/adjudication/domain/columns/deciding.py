"""The decision of many claims at once: the claims of each cell in blocks, and all others by the scalar path.

The cells are those of the plan that the scalar path uses, so both back ends read the same law. The figures of a claim,
with their operands, can be taken out of the columns again and told with the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.columns.arithmetic import fits, pay_funds_each, share_out_each
from chalicelib.adjudication.domain.columns.finding import CellNumbers
from chalicelib.adjudication.domain.columns.gathering import ALONE, ClaimColumns, Ints, Rows, gather, places_of
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
from chalicelib.law.domain.model import Bundle

BLOCK = 8192
"""The number of claims in a block: their columns stay in the processor's cache."""

NEAR = 64 * BLOCK
"""The number of claims sorted by their cells, so that the values taken out of a column stand near together."""


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


def decided_blocks(columns: ClaimColumns, bundle: Bundle, alone: list[int]) -> Iterator[DecidedBlock]:
    """Decide claims that were settled before, block by block: the codes owed by the hospital are demanded no more. The
    places of claims for the scalar path are added to `alone`.

    A caller that drops each block after reading it holds the figures of one block and not of all claims. Raises
    `PolicyConflict` when the bundle contradicts itself, after earlier blocks perhaps.
    """
    plan = bundle.compiled(Plan)
    cells, days = CellNumbers(columns, plan), ItemDays.of(columns, plan)
    tables: dict[int, Treatments] = {}
    for begin in range(0, columns.size, NEAR):
        end = min(begin + NEAR, columns.size)
        items = days.within(columns, begin, end)
        for number, rows in _by_cell(cells.numbers(begin, end), begin):
            if number == ALONE:
                alone += places_of(rows).tolist()
                continue
            cell = cells.found[number]
            treatments = tables.get(number) or tables.setdefault(number, Treatments(cell, days))
            block = _decided(columns, Block(columns, rows, items), cell, treatments)
            if block is None:
                alone += places_of(rows).tolist()
            else:
                yield block


def _by_cell(numbers: Ints, begin: int) -> Iterator[tuple[int, Rows]]:
    """Yield blocks of claims of a cell, by the cell's number: a slice where all claims are of a cell."""
    size = len(numbers)
    first, last = int(numbers.min()), int(numbers.max())
    if first == last:
        for at in range(0, size, BLOCK):
            yield first, slice(begin + at, begin + min(at + BLOCK, size))
        return
    order = numbers.astype(np.int16).argsort(kind="stable") + begin
    counts = np.bincount(numbers - first, minlength=last - first + 1)
    end = 0
    for place, count in enumerate(counts.tolist()):
        at, end = end, end + count
        for each in range(at, end, BLOCK):
            yield first + place, order[each : min(each + BLOCK, end)]


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
    return DecidedBlock(cell, places_of(block.rows), sums, funds, sharing)


def _terms(cell: CompiledCell) -> tuple[FundTerms | None, SplitTerms | None]:
    """Return the terms that decide a cell; None where only the scalar path can find the faults, or is exact enough."""
    if cell.refuses_inpatients or isinstance(cell.funds, Invalid):
        return None, None
    split = cell.split if cell.sharing.by_finance else None
    return (cell.funds if fits(cell.funds, cell.sharing, split) else None), split


def _prior(columns: ClaimColumns) -> Iterator[Ints]:
    prior = columns.prior
    return (getattr(prior, name) for name in prior.__slots__)


def assert_each_conserved(sums: Sums, sharing: Sharing) -> None:
    """Assert for every block that shares sum to the bill and none is negative."""
    paid = sharing.paid[0] + sharing.paid[1] + sharing.paid[2] + sharing.fiscal_fen + sharing.patient_fen
    each = (*sharing.paid, sharing.fiscal_fen, sharing.patient_fen)
    if not np.array_equal(paid, sums.total_fen) or min(int(np.min(column)) for column in each) < 0:
        raise AssertionError("a determination does not conserve the bill")


def decide_many(cases: Sequence[tuple[Claim, Circumstances]], bundle: Bundle) -> list[DecidedClaim | None]:
    """Decide these claims by columns, each with its operands; None for a claim of the scalar path."""
    found: list[DecidedClaim | None] = [None] * len(cases)
    for block in decided_blocks(gather(cases), bundle, []):
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
