"""The arithmetic of `figures.py` on arrays: the same terms, the same steps, the claims of a cell at once.

Every function here has its scalar twin there, and a property test holds them equal. Nothing overflows: figures above
`FIGURE_MAX` and cells whose ratios are finer than `fits` allows never come here. A figure that is 0 for every claim of
a block is `nothing`, which no step reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from chalicelib.adjudication.domain.columns.gathering import Ints
from chalicelib.adjudication.domain.columns.wanted import PROTECTED, REFUND, SPANS, SPLIT
from chalicelib.adjudication.domain.deciding.figures import Funds, Sharing, Sums
from chalicelib.adjudication.domain.deciding.rates import Rate
from chalicelib.adjudication.domain.deciding.terms import (
    BandTerms,
    FundTerms,
    SharingTerms,
    SplitTerms,
    StayTerms,
    UninsuredTerms,
    VisitTerms,
)
from chalicelib.adjudication.domain.year import YearToDate

PARTS_MAX = 2**20
"""The finest ratio: with figures up to 2**30, twice the product of figure and ratio stays below 2**62."""

BLOCK = 8192
"""The number of claims in a block: their columns stay in the processor's cache."""

_NOTHING: Ints = np.zeros(BLOCK, dtype=np.int64)
_NOTHING.setflags(write=False)

Wanted: TypeAlias = frozenset[str]
"""The figures that are read (`wanted.py`)."""

_Three: TypeAlias = tuple[Ints, Ints, Ints]


def nothing(size: int) -> Ints:
    """Return the figure of claims that all have 0, of at most `BLOCK` claims."""
    return _NOTHING[:size]


def _is_nothing(figure: Ints) -> bool:
    return isinstance(figure, np.ndarray) and figure.base is _NOTHING


def fits(terms: FundTerms, sharing: SharingTerms, split: SplitTerms | None) -> bool:
    """Tell whether the ratios of a cell are coarse enough for 64 bits."""
    dens: list[int] = [] if sharing.share is None else [sharing.share.den]
    if isinstance(terms, StayTerms):
        dens += [terms.rate.den, *(layer.rate.den for layer in (terms.large_sum, terms.relief) if layer is not None)]
        dens += [] if terms.bands is None else [terms.bands.scale * terms.bands.den]
    elif isinstance(terms, VisitTerms):
        dens += [terms.ordinary.rate.den, 1 if terms.plan is None else terms.plan.den]
    elif terms.relief is not None:
        dens.append(terms.relief.rate.den)
    if split is not None:
        dens += [sum(split.weights), 1 if split.refund is None else split.refund.den]
    return max(dens, default=1) <= PARTS_MAX


def part_of_each(amounts: Ints, rate: Rate) -> Ints:
    """Return a ratio of amounts that are not negative, half up."""
    if rate.num == rate.den or _is_nothing(amounts):
        return amounts
    part = amounts * (2 * rate.num)
    part += rate.den
    part //= 2 * rate.den
    return part


def summed(figures: Sequence[Ints]) -> Ints:
    """Sum up figures; a single one that is not `nothing` is its own sum."""
    first, *others = [each for each in figures if not _is_nothing(each)] or figures[:1]
    for each in others:
        first = first + each
    return first


def are_positive(figures: Sequence[Ints]) -> bool:
    """Tell whether no claim has a figure below 0."""
    return all(_is_nothing(each) or int(each.min(initial=0)) >= 0 for each in figures)


def pay_funds_each(terms: FundTerms, sums: Sums, prior: YearToDate, wanted: Wanted) -> Funds:
    """Compute basic, second layer and assistance by the ordinary rules of the insured place."""
    none = nothing(len(sums.total_fen))  # type: ignore[arg-type]
    if isinstance(terms, StayTerms):
        return _stay(terms, sums.in_scope_fen, prior, none, wanted)
    if isinstance(terms, VisitTerms):
        return _visit(terms, sums, prior, none)
    return _uninsured(terms, sums, prior, none)


def _left(cap_fen: int, used: Ints) -> Ints:
    return np.maximum(0, cap_fen - used)


def _uninsured(terms: UninsuredTerms, sums: Sums, prior: YearToDate, none: Ints) -> Funds:
    if terms.relief is None:
        return Funds(*(none,) * 7, (), *(none,) * 7)
    wanted = part_of_each(sums.in_scope_fen, terms.relief.rate)
    left = _left(terms.relief.cap_fen, prior.assistance_fen)
    return Funds(*(none,) * 7, (), *(none,) * 3, sums.in_scope_fen, wanted, left, np.minimum(wanted, left))


def _visit(terms: VisitTerms, sums: Sums, prior: YearToDate, none: Ints) -> Funds:
    rest: Ints = sums.in_scope_fen
    special = none
    if terms.plan is not None:
        rest = rest - sums.of_plan_fen
        special = part_of_each(sums.of_plan_fen, terms.plan)
    wanted = part_of_each(rest, terms.ordinary.rate)
    left = _left(terms.ordinary.cap_fen, prior.outpatient_fen)
    basic = np.minimum(wanted, left)
    basic = basic if _is_nothing(special) else special + basic
    return Funds(none, rest, special, wanted, left, basic, none, (), *(none,) * 7)


def _stay(terms: StayTerms, in_scope: Ints, prior: YearToDate, none: Ints, wanted: Wanted) -> Funds:
    rate = terms.rate
    deductible = np.minimum(terms.standard_fen, in_scope) if terms.standard_fen else none
    above = in_scope if _is_nothing(deductible) else in_scope - deductible
    asked = part_of_each(above, rate)
    left = _left(terms.cap_fen, prior.pool_fen)
    basic = np.minimum(asked, left)
    burden = in_scope - basic
    spans: tuple[Ints, ...] | None = ()
    second = none
    if terms.large_sum is not None:
        layer = terms.large_sum
        reached = due = none
        pool_fen = left * rate.den if rate.num else None
        # The in-scope amount at which the pool's cap is reached: the cap's rest divided by the ratio, rounded up.
        beyond = none if pool_fen is None else np.maximum(0, above + -pool_fen // rate.num)
        second_left = _left(layer.cap_fen, prior.large_sum_fen)
        if beyond.any():
            reached, due = beyond, part_of_each(beyond, layer.rate)
            second = np.minimum(due, second_left)
    elif terms.bands is not None:
        reached, second_left = prior.burden_fen + burden, burden
        spans, due = _in_bands(terms.bands, reached, none, wanted)
        if not _is_nothing(due):
            second = np.minimum(np.maximum(0, due - prior.critical_fen), burden)
    else:
        raise AssertionError("an insured person has a second layer")
    cost = burden if _is_nothing(second) else burden - second
    relief_wanted = relief_left = relieved = none
    if terms.relief is not None:
        relief_wanted = part_of_each(cost, terms.relief.rate)
        relief_left = _left(terms.relief.cap_fen, prior.assistance_fen)
        relieved = np.minimum(relief_wanted, relief_left)
    return Funds(
        deductible,
        above,
        none,
        asked,
        left,
        basic,
        reached,
        spans,  # type: ignore[arg-type]  # None where no caller reads them
        due,
        second_left,
        second,
        cost,
        relief_wanted,
        relief_left,
        relieved,
    )


def _in_bands(bands: BandTerms, reached_fen: Ints, none: Ints, wanted: Wanted) -> tuple[tuple[Ints, ...] | None, Ints]:
    """Return the cost in each band, None where nobody reads the cost, and the layer's debt for the year."""
    accumulated = reached_fen * bands.scale if bands.scale > 1 else reached_fen
    spanned = SPANS in wanted
    if not spanned and int(accumulated.max(initial=0)) <= bands.threshold:
        return None, none
    edge: Ints = bands.threshold
    exact, spans = np.zeros_like(accumulated), []
    for upper, num in zip(bands.edges, bands.nums, strict=True):
        reached = accumulated if upper is None else np.minimum(accumulated, upper)
        span = reached - edge
        spans.append(span)
        exact += np.maximum(0, span) * num
        edge = np.maximum(edge, reached)
    whole = bands.scale * bands.den
    return tuple(spans) if spanned else None, np.minimum((2 * exact + whole) // (2 * whole), bands.cap_fen)


def share_out_each(terms: SharingTerms, split: SplitTerms | None, sums: Sums, funds: Funds, wanted: Wanted) -> Sharing:
    """Bring the funds to the combined share, then give the remainder to finance or the patient."""
    whole = (funds.basic_fen, funds.second_fen, funds.assistance_fen)
    paid: Ints = summed(whole)
    none = nothing(len(paid))
    on_mask, masked = _on_mask(paid, whole, sums)
    adjusted, target, final, funded = masked, none, whole, paid
    if terms.share is not None:
        target = part_of_each(sums.mask_fen, terms.share)
        adjusted = _reach(masked, on_mask, target)
        final = adjusted
        if masked is not whole:
            final = tuple(all_of - old + new for all_of, old, new in zip(whole, masked, adjusted, strict=True))
        funded = summed(final)
    fiscal = refund = none
    parts: tuple[Ints, ...] | None = ()
    if terms.by_finance and split is not None:
        fiscal = sums.mask_fen - summed(adjusted)
        parts = _split(fiscal, split) if SPLIT in wanted else None
        if split.refund is not None:
            refund = part_of_each(fiscal, split.refund) if REFUND in wanted else None
    protected = None
    if PROTECTED in wanted:
        part = _in_proportion(paid, sums.protected_in_scope_fen, sums.in_scope_fen)
        protected = funded if part is paid else funded - (paid - part)
    patient = sums.total_fen - funded if _is_nothing(fiscal) else sums.total_fen - funded - fiscal
    return Sharing(on_mask, masked, target, adjusted, final, fiscal, patient, protected, parts, refund)  # type: ignore[arg-type]


def _split(fiscal: Ints, split: SplitTerms) -> tuple[Ints, ...]:
    return (fiscal,) if len(split.weights) == 1 else largest_remainder(fiscal, split.weights, sum(split.weights))


def _in_proportion(paid: Ints, inside: Ints, in_scope: Ints) -> Ints:
    """Return the funds' payment for a part of the in-scope amount: all where the part is the whole, as for most."""
    if inside is in_scope:
        return paid
    at: Ints = np.nonzero(inside != in_scope)[0]
    found = paid.copy()
    found[at] = (2 * paid[at] * inside[at] + in_scope[at]) // (2 * np.maximum(1, in_scope[at]))
    return found


def _on_mask(paid: Ints, whole: _Three, sums: Sums) -> tuple[Ints, _Three]:
    inside: Ints = sums.mask_in_scope_fen
    in_scope: Ints = sums.in_scope_fen
    if inside is in_scope:
        return paid, whole
    if _is_nothing(inside):
        return inside, (inside, inside, inside)
    at = np.nonzero(inside != in_scope)[0]
    if not len(at):
        return paid, whole
    on_mask = _in_proportion(paid, inside, in_scope)
    masked = [each.copy() for each in whole]
    weights = [each[at] for each in whole]
    for column, part in zip(masked, largest_remainder(on_mask[at], weights, paid[at]), strict=True):
        column[at] = part
    return on_mask, (masked[0], masked[1], masked[2])


def largest_remainder(total: Ints, weights: Sequence[Ints], whole: Ints) -> tuple[Ints, ...]:
    """Split totals by weights that sum to `whole`; ties go to the earlier part, and no weight splits nothing."""
    whole = np.maximum(1, whole)
    exact = [total * weight for weight in weights]
    parts = [each // whole for each in exact]
    rests = [each - part * whole for each, part in zip(exact, parts, strict=True)]
    left = total - sum(parts)
    for place, rest in enumerate(rests):
        before: Ints = sum(other >= rest for other in rests[:place])
        after: Ints = sum(other > rest for other in rests[place + 1 :])
        parts[place] = parts[place] + (before + after < left)
    return tuple(parts)


def _reach(masked: _Three, on_mask: Ints, target: Ints) -> _Three:
    basic, second, assistance = masked
    missing = target - on_mask
    if missing.min(initial=0) >= 0:
        return basic + missing, second, assistance
    surplus = np.maximum(0, -missing)
    cut_assistance = np.minimum(surplus, assistance)
    surplus = surplus - cut_assistance
    cut_second = np.minimum(surplus, second)
    return basic + np.maximum(0, missing) - (surplus - cut_second), second - cut_second, assistance - cut_assistance
