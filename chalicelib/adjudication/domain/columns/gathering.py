"""Claims as columns: whole numbers in arrays, the form in which many claims are decided at once.

numpy is imported by these modules alone, and these modules are imported only inside their callers, so that no other
function pays for numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from chalicelib.adjudication.domain.claim import Claim, Line, Visit
from chalicelib.adjudication.domain.facts import (
    NOTHING_ON_RECORD,
    CaseKind,
    Circumstances,
    first_diagnosed_on,
    kind_of,
    suspicion_excluded_on,
)
from chalicelib.adjudication.domain.year import YearToDate

Ints: TypeAlias = Any
"""An array of whole numbers. The records of `figures.py` hold such arrays here, with a number per claim."""

Rows: TypeAlias = Any
"""The places of some claims: an array, or a slice of neighbours."""

QUANTITY_SCALE = 10_000
"""The scale of quantities, which have at most four decimals."""

FIGURE_MAX = 2**30
"""The largest figure for columns, in fen or ten-thousandths of a quantity: larger products might not fit 64 bits."""

ALONE = -1
"""The kind of a claim that only the scalar path decides."""

_PRIOR = tuple(field.name for field in fields(YearToDate))


@dataclass(frozen=True)
class ClaimColumns:
    """Claims and their lines, in order: the lines of claim i are those from `starts[i]` to `starts[i + 1]`.

    Days are ordinals, 0 for no day; `since` is the first day of the diagnosis, `until` that of an excluded suspicion;
    `refunds` is the place, among all lines, of the line that a line takes back, or -1. Amounts and quantities are held
    in 32 bits; no quantity is 0, and refunds alone are negative. Every line lies within its claim's days.
    """

    kinds: tuple[CaseKind, ...]
    codes: tuple[str, ...]
    kind: Ints
    admitted: Ints
    discharged: Ints
    settled: Ints
    since: Ints
    until: Ints
    prior: YearToDate
    starts: Ints
    code: Ints
    on: Ints
    amount_fen: Ints
    quantity: Ints
    refunds: Ints
    goods: Ints

    @property
    def size(self) -> int:
        return len(self.kind)

    @cached_property
    def diagnosed_late(self) -> Ints:
        """Mark the claims first diagnosed after admission."""
        return self.since > self.admitted

    @cached_property
    def has_late(self) -> bool:
        return bool(self.diagnosed_late.any())

    @cached_property
    def excluded_early(self) -> Ints:
        """Mark the claims whose suspicion was excluded before discharge."""
        return (self.until > 0) & (self.until < self.discharged)

    @cached_property
    def has_early(self) -> bool:
        return bool(self.excluded_early.any())

    @cached_property
    def priors(self) -> tuple[Ints | None, ...]:
        """Return the columns of `prior` in order; None where no claim has any."""
        columns = (getattr(self.prior, name) for name in _PRIOR)
        return tuple(column if column.any() else None for column in columns)

    @cached_property
    def has_refunds(self) -> bool:
        return bool(self.refunds.size and self.refunds.max() >= 0)

    @cached_property
    def has_goods(self) -> bool:
        return bool(self.goods.any())


def places_of(rows: Rows) -> Ints:
    """Return the places of some claims as an array."""
    return np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows


def gather(cases: Iterable[tuple[Claim, Circumstances]]) -> ClaimColumns:
    """Gather the columns of claims that were settled before."""
    kinds: dict[CaseKind, int] = {}
    codes: dict[str, int] = {}
    claims: list[tuple[int, ...]] = []
    lines: list[tuple[int, ...]] = []
    starts = [0]
    for claim, circumstances in cases:
        kind = _kind(claim, circumstances, kinds)
        if kind != ALONE:
            lines += _rows(claim.lines, codes, starts[-1])
        starts.append(len(lines))
        claims.append((kind, *_days(claim, circumstances), *(getattr(circumstances.prior, name) for name in _PRIOR)))
    kind, admitted, discharged, settled, since, until, *prior = _columns(claims, 6 + len(_PRIOR))
    code, on, amount_fen, quantity, refunds, goods = _columns(lines, 6)
    return ClaimColumns(
        tuple(kinds),
        tuple(codes),
        kind,
        admitted,
        discharged,
        settled,
        since,
        until,
        YearToDate(*prior),
        np.array(starts, dtype=np.int64),
        code,
        on,
        amount_fen.astype(np.int32),
        quantity.astype(np.int32),
        refunds,
        goods.astype(bool),
    )


def _columns(rows: list[tuple[int, ...]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(-1, width).T.copy()


def _kind(claim: Claim, circumstances: Circumstances, kinds: dict[CaseKind, int]) -> int:
    """Return the number of a claim's kind, or ALONE: for a claim under a later diagnosis, whose law is read on other
    days than its own, and for a claim without lines, made online, on record in registers, or with figures that are too
    large or that no valid body has.
    """
    enrolment, prior = circumstances.enrolment, circumstances.prior
    large = sum(abs(line.amount_fen) for line in claim.lines) > FIGURE_MAX or not all(
        _is_plain(line, claim.visit) for line in claim.lines
    )
    past = any(not 0 <= getattr(prior, name) <= FIGURE_MAX for name in _PRIOR)
    if circumstances.on_record != NOTHING_ON_RECORD or claim.visit.online is not None:
        return ALONE
    if enrolment is None or claim.diagnosis.later is not None or not claim.lines or large or past:
        return ALONE
    kind = kind_of(claim, enrolment, filing_on_record=circumstances.filing_on_record)
    return kinds.setdefault(kind, len(kinds))


def _is_plain(line: Line, visit: Visit) -> bool:
    """Tell whether a line fits the columns: 1 to `FIGURE_MAX` parts of a quantity, a refund alone below 0, in time."""
    sign = 1 if line.refunds is None else -1
    quantity = sign * line.quantity * QUANTITY_SCALE
    on_time = visit.admitted_on <= line.on <= visit.discharged_on
    return 1 <= quantity <= FIGURE_MAX and sign * line.amount_fen >= 0 and on_time


def _days(claim: Claim, circumstances: Circumstances) -> tuple[int, ...]:
    visit = claim.visit
    since, until = first_diagnosed_on(claim.diagnosis), suspicion_excluded_on(claim.diagnosis)
    return (
        visit.admitted_on.toordinal(),
        visit.discharged_on.toordinal(),
        circumstances.settled_on.toordinal(),
        0 if since is None else since.toordinal(),
        0 if until is None else until.toordinal(),
    )


def _rows(lines: Sequence[Line], codes: dict[str, int], first: int) -> Iterable[tuple[int, ...]]:
    places = {line.no: first + index for index, line in enumerate(lines) if line.refunds is None}
    return [
        (
            codes.setdefault(line.code, len(codes)),
            line.on.toordinal(),
            line.amount_fen,
            int(line.quantity * QUANTITY_SCALE),
            -1 if line.refunds is None else places[line.refunds],
            line.supply is not None,
        )
        for line in lines
    ]
