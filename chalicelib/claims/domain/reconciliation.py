"""Comparison of a hospital's books with ours over some days: the totals first, then missing and differing claims.

Both sides are reduced to the same rows, so that a difference is named once and with both figures. Nothing is corrected
here: a difference is for the hospital to claim, or for somebody to reverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class Row:
    """A claim as one side sees it, in fen: the bill, the part of the funds, the part of finance, the patient's part."""

    claim_no: str
    total_fen: Fen
    funds_fen: Fen
    fiscal_fen: Fen
    patient_fen: Fen


FIGURES = tuple(figure.name for figure in fields(Row) if figure.name != "claim_no")


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a side's rows; `claims` is the number of rows."""

    claims: int
    total_fen: Fen
    funds_fen: Fen
    fiscal_fen: Fen
    patient_fen: Fen

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Totals:
        return cls(len(rows), *(sum(getattr(row, figure) for row in rows) for figure in FIGURES))


@dataclass(frozen=True, slots=True)
class Unequal:
    """A figure of a claim on which the sides differ."""

    claim_no: str
    figure: str
    theirs_fen: Fen
    ours_fen: Fen


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The result of a comparison. `rows_needed`: the totals differ and no rows were sent; the hospital then sends the
    rows.
    """

    ours: Totals
    equal: bool
    rows_needed: bool
    missing_here: tuple[str, ...] = ()
    missing_there: tuple[str, ...] = ()
    unequal: tuple[Unequal, ...] = ()


def reconcile(totals: Totals, theirs: Sequence[Row] | None, ours: Sequence[Row]) -> Reconciliation:
    """Compare both sides. Rows are compared whenever they are sent, since differences can cancel out in the totals."""
    mine = Totals.of(ours)
    if theirs is None:
        return Reconciliation(mine, totals == mine, totals != mine)
    here, there = _by_number(ours), _by_number(theirs)
    missing_here = tuple(sorted(there.keys() - here.keys()))
    missing_there = tuple(sorted(here.keys() - there.keys()))
    unequal = tuple(
        Unequal(number, figure.removesuffix("_fen"), getattr(there[number], figure), getattr(here[number], figure))
        for number in sorted(here.keys() & there.keys())
        for figure in FIGURES
        if getattr(there[number], figure) != getattr(here[number], figure)
    )
    equal = totals == mine and not (missing_here or missing_there or unequal)
    return Reconciliation(mine, equal, False, missing_here, missing_there, unequal)


def _by_number(rows: Iterable[Row]) -> dict[str, Row]:
    return {row.claim_no: row for row in rows}
