"""The decision of many claims at once: the claims of each cell in blocks, and all others by the scalar path.

The cells are those of the plan that the scalar path uses, so both back ends read the same law. The figures of a claim,
with their operands, can be taken out of the columns again and told with the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.columns.arithmetic import (
    BLOCK,
    are_positive,
    nothing,
    pay_funds_each,
    share_out_each,
    summed,
)
from chalicelib.adjudication.domain.columns.finding import CellNumbers, FoundCell
from chalicelib.adjudication.domain.columns.gathering import ALONE, ClaimColumns, Ints, Rows, gather, places_of
from chalicelib.adjudication.domain.columns.lines import Lines
from chalicelib.adjudication.domain.columns.wanted import EVERY
from chalicelib.adjudication.domain.deciding.decision import DecidedClaim
from chalicelib.adjudication.domain.deciding.figures import Funds, Sharing, Sums
from chalicelib.adjudication.domain.deciding.lines import assess_lines
from chalicelib.adjudication.domain.deciding.plan import CompiledCell, Plan
from chalicelib.adjudication.domain.facts import Circumstances
from chalicelib.adjudication.domain.requirements import check_requirements
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.values import Scope

NEAR = 64 * BLOCK
"""The number of claims whose lines are summed before the claims are sorted by their cells."""


@dataclass(frozen=True, slots=True)
class DecidedBlock:
    """A decided block: claims of a cell, by their places, with a figure a claim in every field of the records."""

    cell: CompiledCell
    places: Ints
    sums: Sums
    funds: Funds
    sharing: Sharing

    def figures(self, row: int) -> tuple[Sums, Funds, Sharing]:
        """Return the figures of a claim, as the scalar path has them; None for a figure that is not wanted."""
        sharing = Sharing(*(_taken(each, row) for each in self.sharing))
        return (
            Sums(*(_taken(each, row) for each in self.sums)),
            Funds(*(_taken(each, row) for each in self.funds)),
            sharing if sharing.fiscal_fen or not sharing.split else sharing._replace(split=()),
        )


def _taken(figure: Ints | None, row: int) -> Ints:
    if figure is None:
        return None
    if isinstance(figure, tuple):
        return tuple(_taken(each, row) for each in figure)
    return int(figure[row]) if np.ndim(figure) else int(figure)


def decided_blocks(
    columns: ClaimColumns, bundle: Bundle, alone: list[int], *, wanted: frozenset[str] = EVERY
) -> Iterator[DecidedBlock]:
    """Decide claims that were settled before, block by block: the codes owed by the hospital are demanded no more. The
    places of claims for the scalar path are added to `alone`. `wanted` are the figures of `wanted.py` that are read.

    A caller that drops each block after reading it holds the figures of one block and not of all claims. Raises
    `PolicyConflict` when the bundle contradicts itself, after earlier blocks perhaps.
    """
    plan = bundle.compiled(Plan)
    cells = CellNumbers(columns, plan)
    lines = Lines(columns, plan, cells, wanted)
    for begin in range(0, columns.size, NEAR):
        numbers = cells.numbers(begin, min(begin + NEAR, columns.size))
        if int(numbers.max()) == ALONE:
            alone += range(begin, begin + len(numbers))
            continue
        for number, rows, sums in _summed(lines, numbers, begin):
            if number == ALONE or number in lines.treatments.unfit:
                alone += places_of(rows).tolist()
            else:
                yield _decided(columns, rows, cells.found[number], sums, wanted)


def _summed(lines: Lines, numbers: Ints, begin: int) -> Iterator[tuple[int, Rows, Sums]]:
    """Yield the sums of blocks of claims of a cell, by the cell's number: neighbours where all claims are of a cell."""
    size = len(numbers)
    first, last = int(numbers.min()), int(numbers.max())
    if first == last:
        for at in range(0, size, BLOCK):
            rows = slice(begin + at, begin + min(at + BLOCK, size))
            yield first, rows, lines.sums(rows.start, rows.stop, first)
        return
    sums = lines.sums(begin, begin + size, numbers)
    told: tuple[Ints, ...] = sums
    distinct = list({id(each): each for each in told if each is not None}.values())
    of_claims = np.ascontiguousarray(np.transpose(distinct))
    order = (numbers - first).astype(np.uint8 if last - first < 256 else np.int16).argsort(kind="stable")
    counts = np.bincount(numbers - first, minlength=last - first + 1)
    end = 0
    for place, count in enumerate(counts.tolist()):
        at, end = end, end + count
        for each in range(at, end, BLOCK):
            rows = order[each : min(each + BLOCK, end)]
            taken = np.ascontiguousarray(of_claims.take(rows, axis=0).T)
            found = {id(None): None, **{id(each): part for each, part in zip(distinct, taken, strict=True)}}
            yield first + place, rows + begin, Sums(*(found[id(each)] for each in sums))


def _decided(columns: ClaimColumns, rows: Rows, found: FoundCell, sums: Sums, wanted: frozenset[str]) -> DecidedBlock:
    prior = YearToDate(*(0 if column is None else column[rows] for column in columns.priors))
    if found.cell.sharing.scope is Scope.NONE:
        none = nothing(rows.stop - rows.start if isinstance(rows, slice) else len(rows))
        sums = sums._replace(mask_fen=none, mask_in_scope_fen=none)
    funds = pay_funds_each(found.terms, sums, prior, wanted)
    sharing = share_out_each(found.cell.sharing, found.split, sums, funds, wanted)
    assert_each_conserved(sums, sharing)
    return DecidedBlock(found.cell, places_of(rows), sums, funds, sharing)


def assert_each_conserved(sums: Sums, sharing: Sharing) -> None:
    """Assert for every block that shares sum to the bill and none is negative."""
    each = (*sharing.paid, sharing.fiscal_fen, sharing.patient_fen)
    if not np.array_equal(summed(each), sums.total_fen) or not are_positive(each):
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
