"""The figures of a claim: from its lines' sums to the part of every payer. Integers in, integers out.

The module takes steps 2 to 8 of design.md section 5 as the scalar back end; `columns.py` does the same to many claims
at once. The reasons are told from the content of `Funds` and `Sharing`, so nothing is worked out twice. Every product
is rounded half up once, where the text says so; caps count the person's year of discharge.
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.adjudication.domain.deciding.terms import (
    BandTerms,
    FundTerms,
    SharingTerms,
    SplitTerms,
    StayTerms,
    VisitTerms,
)
from chalicelib.adjudication.domain.determination import YearContribution
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.money import Fen, apportion, portion


class Sums(NamedTuple):
    """The sums of a claim's lines, in fen. `protected_in_scope_fen` is the in-scope amount of all lines up to the day
    on which a suspicion was excluded, covered by a subsidy or not; `mask_fen` is the cost of the covered lines.
    """

    total_fen: Fen
    in_scope_fen: Fen
    of_plan_fen: Fen
    first_self_pay_fen: Fen
    excluded_fen: Fen
    over_limit_fen: Fen
    mask_fen: Fen
    mask_in_scope_fen: Fen
    protected_in_scope_fen: Fen


class Funds(NamedTuple):
    """The payment of each fund before any target, with the operands of each step; 0 where a step is not taken.

    Basic of a stay: `above_fen` above the deductible, `wanted_fen` by the ratio, `left_fen` of the cap. Of a visit:
    `special_fen` for plan lines, `above_fen` the other in-scope costs, `wanted_fen` and `left_fen` by the ordinary
    rule. Second layer: `reached_fen` is the cost beyond the pool's cap, or the year's burden, `due_fen` the debt.
    """

    deductible_fen: Fen = 0
    above_fen: Fen = 0
    special_fen: Fen = 0
    wanted_fen: Fen = 0
    left_fen: Fen = 0
    basic_fen: Fen = 0
    reached_fen: Fen = 0
    spans: tuple[int, ...] = ()
    """The costs in the bands, in multiples of 1/scale fen; 0 or less where a band is not reached."""
    due_fen: Fen = 0
    second_left_fen: Fen = 0
    second_fen: Fen = 0
    relief_cost_fen: Fen = 0
    relief_wanted_fen: Fen = 0
    relief_left_fen: Fen = 0
    assistance_fen: Fen = 0


Three = tuple[Fen, Fen, Fen]
"""The payments of basic, second layer and assistance."""


class Sharing(NamedTuple):
    """The step from the funds' ordinary payments to every payer's part. `masked` are the funds' payments on the covered
    lines, `adjusted` those after meeting the target, `paid` all payments; `split` is in the order of the terms.
    """

    on_mask_fen: Fen
    masked: Three
    target_fen: Fen
    adjusted: Three
    paid: Three
    fiscal_fen: Fen
    patient_fen: Fen
    protected_funds_fen: Fen
    split: tuple[Fen, ...]
    refund_fen: Fen

    @property
    def filled_fen(self) -> Fen:
        """Return the amount that brings the funds up to their target."""
        return max(0, self.adjusted[0] - self.masked[0])

    @property
    def funds_fen(self) -> Fen:
        return sum(self.paid)


def pay_funds(terms: FundTerms, sums: Sums, prior: YearToDate) -> Funds:
    """Compute basic, second layer and assistance by the ordinary rules of the insured place."""
    if isinstance(terms, StayTerms):
        return _stay(terms, sums.in_scope_fen, prior)
    if isinstance(terms, VisitTerms):
        return _visit(terms, sums, prior)
    relief = terms.relief
    if relief is None:
        return Funds()
    wanted_fen, left_fen = relief.rate.of(sums.in_scope_fen), max(0, relief.cap_fen - prior.assistance_fen)
    return Funds(
        relief_cost_fen=sums.in_scope_fen,
        relief_wanted_fen=wanted_fen,
        relief_left_fen=left_fen,
        assistance_fen=min(wanted_fen, left_fen),
    )


def _visit(terms: VisitTerms, sums: Sums, prior: YearToDate) -> Funds:
    """Compute a visit: no deductible, second layer or assistance; the special ratio of plan lines has no limit."""
    rest_fen, special_fen = sums.in_scope_fen, 0
    if terms.plan is not None:
        rest_fen -= sums.of_plan_fen
        special_fen = terms.plan.of(sums.of_plan_fen)
    wanted_fen = terms.ordinary.rate.of(rest_fen)
    left_fen = max(0, terms.ordinary.cap_fen - prior.outpatient_fen)
    basic_fen = special_fen + min(wanted_fen, left_fen)
    return Funds(0, rest_fen, special_fen, wanted_fen, left_fen, basic_fen)


def _stay(terms: StayTerms, in_scope_fen: Fen, prior: YearToDate) -> Funds:
    deductible_fen = min(terms.standard_fen, in_scope_fen)
    above_fen = in_scope_fen - deductible_fen
    rate = terms.rate
    wanted_fen = portion(above_fen, rate.num, rate.den)
    left_fen = max(0, terms.cap_fen - prior.pool_fen)
    basic_fen = min(wanted_fen, left_fen)
    burden_fen = in_scope_fen - basic_fen
    spans: tuple[int, ...] = ()
    if terms.large_sum is not None:
        layer = terms.large_sum
        # The in-scope amount at which the pool's cap is reached: the cap's rest divided by the ratio, rounded up.
        reached_fen = max(0, above_fen + (-left_fen * rate.den // rate.num if rate.num else -above_fen))
        due_fen, second_left_fen = layer.rate.of(reached_fen), max(0, layer.cap_fen - prior.large_sum_fen)
        second_fen = min(due_fen, second_left_fen)
    elif terms.bands is not None:
        reached_fen = prior.burden_fen + burden_fen
        spans, due_fen = _in_bands(terms.bands, reached_fen)
        second_left_fen = burden_fen
        # A class or band that changed within the year may leave more due than this claim has burden.
        second_fen = min(max(0, due_fen - prior.critical_fen), burden_fen)
    else:
        raise AssertionError("an insured person has a second layer")
    relief_cost_fen = burden_fen - second_fen
    relief_wanted_fen = relief_left_fen = 0
    if terms.relief is not None:
        relief_wanted_fen = terms.relief.rate.of(relief_cost_fen)
        relief_left_fen = max(0, terms.relief.cap_fen - prior.assistance_fen)
    return Funds(
        deductible_fen,
        above_fen,
        0,
        wanted_fen,
        left_fen,
        basic_fen,
        reached_fen,
        spans,
        due_fen,
        second_left_fen,
        second_fen,
        relief_cost_fen,
        relief_wanted_fen,
        relief_left_fen,
        min(relief_wanted_fen, relief_left_fen),
    )


def _in_bands(bands: BandTerms, accumulated_fen: Fen) -> tuple[tuple[int, ...], Fen]:
    """Return the cost in each band, and the layer's debt for the year: rounded once, within its cap."""
    accumulated, edge, exact = accumulated_fen * bands.scale, bands.threshold, 0
    spans = []
    for upper, num in zip(bands.edges, bands.nums, strict=True):
        reached = accumulated if upper is None else min(accumulated, upper)
        spans.append(reached - edge)
        if reached > edge:
            exact += (reached - edge) * num
            edge = reached
    return tuple(spans), min(portion(exact, 1, bands.scale * bands.den), bands.cap_fen)


def contribution_of(terms: FundTerms, sums: Sums, funds: Funds) -> YearContribution:
    """Return the contribution to the person's year: the figures before any target."""
    if isinstance(terms, StayTerms):
        second_fen = funds.second_fen
        critical_fen, large_fen = (0, second_fen) if terms.bands is None else (second_fen, 0)
        burden_fen = sums.in_scope_fen - funds.basic_fen
        return YearContribution(funds.basic_fen, burden_fen, critical_fen, large_fen, funds.assistance_fen, 0)
    return YearContribution(
        assistance_fen=funds.assistance_fen,
        outpatient_fen=funds.basic_fen - funds.special_fen,
    )


def share_out(terms: SharingTerms, split: SplitTerms | None, sums: Sums, funds: Funds) -> Sharing:
    """Bring the funds to the combined share where a rule sets it, then give the remainder to finance or the patient."""
    whole = (funds.basic_fen, funds.second_fen, funds.assistance_fen)
    paid_fen = whole[0] + whole[1] + whole[2]
    if sums.mask_in_scope_fen == sums.in_scope_fen:
        on_mask_fen, masked = paid_fen, whole
    else:
        on_mask_fen = portion(paid_fen * sums.mask_in_scope_fen, 1, sums.in_scope_fen) if sums.in_scope_fen else 0
        masked = _three(apportion(on_mask_fen, whole))
    protected_fen = paid_fen
    if sums.protected_in_scope_fen != sums.in_scope_fen:
        protected_fen = portion(paid_fen * sums.protected_in_scope_fen, 1, sums.in_scope_fen)
    adjusted, target_fen, final, final_fen = masked, 0, whole, paid_fen
    if terms.share is not None:
        target_fen = terms.share.of(sums.mask_fen)
        adjusted = _reach(masked, target_fen)
        final = (
            whole[0] - masked[0] + adjusted[0],
            whole[1] - masked[1] + adjusted[1],
            whole[2] - masked[2] + adjusted[2],
        )
        final_fen = final[0] + final[1] + final[2]
    fiscal_fen = refund_fen = 0
    parts: tuple[Fen, ...] = ()
    if terms.by_finance:
        fiscal_fen = sums.mask_fen - adjusted[0] - adjusted[1] - adjusted[2]
        if fiscal_fen and split is not None:
            weights = split.weights
            parts = (fiscal_fen,) if len(weights) == 1 else apportion(fiscal_fen, weights)
            refund_fen = 0 if split.refund is None else split.refund.of(fiscal_fen)
    return Sharing(
        on_mask_fen,
        masked,
        target_fen,
        adjusted,
        final,
        fiscal_fen,
        sums.total_fen - final_fen - fiscal_fen,
        final_fen - (paid_fen - protected_fen),
        parts,
        refund_fen,
    )


def _reach(masked: Three, target_fen: Fen) -> Three:
    """Fill up basic, or cut assistance, then the second layer, then basic, until the three meet the target."""
    basic_fen, second_fen, assistance_fen = masked
    missing_fen = target_fen - basic_fen - second_fen - assistance_fen
    if missing_fen >= 0:
        return basic_fen + missing_fen, second_fen, assistance_fen
    cut_assistance = min(-missing_fen, assistance_fen)
    cut_second = min(-missing_fen - cut_assistance, second_fen)
    cut_basic = -missing_fen - cut_assistance - cut_second
    return basic_fen - cut_basic, second_fen - cut_second, assistance_fen - cut_assistance


def _three(parts: tuple[Fen, ...]) -> Three:
    basic_fen, second_fen, assistance_fen = parts
    return basic_fen, second_fen, assistance_fen
