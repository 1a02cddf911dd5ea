"""The arithmetic of `figures.py` on arrays: the same terms, the same steps, the claims of a cell at once.

Every function here has its scalar twin there, and a property test holds them equal. Nothing overflows: figures above
`FIGURE_MAX` and cells whose ratios are finer than `fits` allows never come here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chalicelib.adjudication.domain.columns.gathering import Ints
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
    return (amounts * (2 * rate.num) + rate.den) // (2 * rate.den)


def pay_funds_each(terms: FundTerms, sums: Sums, prior: YearToDate) -> Funds:
    """Compute basic, second layer and assistance by the ordinary rules of the insured place."""
    if isinstance(terms, StayTerms):
        return _stay(terms, sums.in_scope_fen, prior)
    if isinstance(terms, VisitTerms):
        return _visit(terms, sums, prior)
    return _uninsured(terms, sums, prior)


def _uninsured(terms: UninsuredTerms, sums: Sums, prior: YearToDate) -> Funds:
    none: Ints = np.zeros_like(sums.total_fen)
    if terms.relief is None:
        return Funds(*(none,) * 7, (), *(none,) * 7)
    wanted = part_of_each(sums.in_scope_fen, terms.relief.rate)
    left = np.maximum(0, terms.relief.cap_fen - np.asarray(prior.assistance_fen))
    return Funds(*(none,) * 7, (), *(none,) * 3, sums.in_scope_fen, wanted, left, np.minimum(wanted, left))


def _visit(terms: VisitTerms, sums: Sums, prior: YearToDate) -> Funds:
    rest: Ints = sums.in_scope_fen
    none = special = np.zeros_like(rest)
    if terms.plan is not None:
        rest = rest - sums.of_plan_fen
        special = part_of_each(sums.of_plan_fen, terms.plan)
    wanted = part_of_each(rest, terms.ordinary.rate)
    left = np.maximum(0, terms.ordinary.cap_fen - np.asarray(prior.outpatient_fen))
    return Funds(none, rest, special, wanted, left, special + np.minimum(wanted, left), none, (), *(none,) * 7)


def _stay(terms: StayTerms, in_scope: Ints, prior: YearToDate) -> Funds:
    rate = terms.rate
    deductible = np.minimum(terms.standard_fen, in_scope)
    above = in_scope - deductible
    wanted = part_of_each(above, rate)
    left = np.maximum(0, terms.cap_fen - np.asarray(prior.pool_fen))
    basic = np.minimum(wanted, left)
    burden = in_scope - basic
    none = np.zeros_like(in_scope)
    spans: tuple[Ints, ...] = ()
    if terms.large_sum is not None:
        layer = terms.large_sum
        reached = np.maximum(0, above + (-left * rate.den // rate.num if rate.num else -above))
        due = part_of_each(reached, layer.rate)
        second_left = np.maximum(0, layer.cap_fen - np.asarray(prior.large_sum_fen))
        second = np.minimum(due, second_left)
    elif terms.bands is not None:
        reached, second_left = prior.burden_fen + burden, burden
        spans, due = _in_bands(terms.bands, reached)
        second = np.minimum(np.maximum(0, due - prior.critical_fen), burden)
    else:
        raise AssertionError("an insured person has a second layer")
    cost = burden - second
    relief_wanted = relief_left = relieved = none
    if terms.relief is not None:
        relief_wanted = part_of_each(cost, terms.relief.rate)
        relief_left = np.maximum(0, terms.relief.cap_fen - np.asarray(prior.assistance_fen))
        relieved = np.minimum(relief_wanted, relief_left)
    return Funds(
        deductible,
        above,
        none,
        wanted,
        left,
        basic,
        reached,
        spans,
        due,
        second_left,
        second,
        cost,
        relief_wanted,
        relief_left,
        relieved,
    )


def _in_bands(bands: BandTerms, accumulated_fen: Ints) -> tuple[tuple[Ints, ...], Ints]:
    accumulated = accumulated_fen * bands.scale
    edge, exact = np.full_like(accumulated, bands.threshold), np.zeros_like(accumulated)
    spans = []
    for upper, num in zip(bands.edges, bands.nums, strict=True):
        reached = accumulated if upper is None else np.minimum(accumulated, upper)
        span = reached - edge
        spans.append(span)
        exact += np.maximum(0, span) * num
        edge = np.maximum(edge, reached)
    whole = bands.scale * bands.den
    return tuple(spans), np.minimum((2 * exact + whole) // (2 * whole), bands.cap_fen)


def share_out_each(terms: SharingTerms, split: SplitTerms | None, sums: Sums, funds: Funds) -> Sharing:
    """Bring the funds to the combined share, then give the remainder to finance or the patient."""
    whole = (funds.basic_fen, funds.second_fen, funds.assistance_fen)
    paid: Ints = whole[0] + whole[1] + whole[2]
    on_mask, masked = _on_mask(paid, whole, sums)
    adjusted, target, final = masked, np.zeros_like(paid), whole
    if terms.share is not None:
        target = part_of_each(sums.mask_fen, terms.share)
        adjusted = _reach(masked, target)
        final = tuple(all_of - old + new for all_of, old, new in zip(whole, masked, adjusted, strict=True))
    funded = paid if final is whole else final[0] + final[1] + final[2]
    fiscal = refund = np.zeros_like(paid)
    parts: tuple[Ints, ...] = ()
    if terms.by_finance and split is not None:
        fiscal = sums.mask_fen - (adjusted[0] + adjusted[1] + adjusted[2])
        parts = (fiscal,) if len(split.weights) == 1 else largest_remainder(fiscal, split.weights, sum(split.weights))
        refund = refund if split.refund is None else part_of_each(fiscal, split.refund)
    return Sharing(
        on_mask,
        masked,
        target,
        adjusted,
        final,
        fiscal,
        sums.total_fen - funded - fiscal,
        funded - (paid - _in_proportion(paid, sums.protected_in_scope_fen, sums.in_scope_fen)),
        parts,
        refund,
    )


def _in_proportion(paid: Ints, inside: Ints, in_scope: Ints) -> Ints:
    """Return the funds' payment for a part of the in-scope amount: all where the part is the whole, as for most."""
    if inside is in_scope:
        return paid
    at = np.nonzero(inside != in_scope)[0]
    found = paid.copy()
    found[at] = (2 * paid[at] * inside[at] + in_scope[at]) // (2 * np.maximum(1, in_scope[at]))
    return found


def _on_mask(paid: Ints, whole: Sequence[Ints], sums: Sums) -> tuple[Ints, tuple[Ints, Ints, Ints]]:
    basic, second, assistance = whole
    inside, in_scope = np.asarray(sums.mask_in_scope_fen), np.asarray(sums.in_scope_fen)
    if sums.mask_in_scope_fen is sums.in_scope_fen:
        return paid, (basic, second, assistance)
    at = np.nonzero(inside != in_scope)[0]
    if not len(at):
        return paid, (basic, second, assistance)
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


def _reach(masked: tuple[Ints, Ints, Ints], target: Ints) -> tuple[Ints, Ints, Ints]:
    basic, second, assistance = masked
    missing = target - (basic + second + assistance)
    surplus = np.maximum(0, -missing)
    cut_assistance = np.minimum(surplus, assistance)
    surplus = surplus - cut_assistance
    cut_second = np.minimum(surplus, second)
    return basic + np.maximum(0, missing) - (surplus - cut_second), second - cut_second, assistance - cut_assistance
