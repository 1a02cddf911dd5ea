"""From the funds' ordinary payments to what every payer bears: mask, combined share, fiscal part and its split.

Steps 5 to 8 of design.md section 5. Whatever happens here, the shares sum to the bill and none is negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from chalicelib.adjudication.domain.claim import Claim, Line
from chalicelib.adjudication.domain.deciding import wording_of_shares as wording
from chalicelib.adjudication.domain.deciding.funds import FundShares
from chalicelib.adjudication.domain.deciding.lines import Parts
from chalicelib.adjudication.domain.deciding.trace import Trace, less, percent
from chalicelib.adjudication.domain.determination import FiscalPart, Shares
from chalicelib.adjudication.domain.facts import first_diagnosed_on, suspicion_excluded_on
from chalicelib.kernel.money import Fen, apportion, format_yuan, round_half_up
from chalicelib.kernel.text import Text
from chalicelib.law.domain.model import Slot
from chalicelib.law.domain.resolution import Resolver
from chalicelib.law.domain.values import (
    CentralRefund,
    CombinedShare,
    FilledBy,
    LocalSplit,
    PayerOfRemainder,
    Remainder,
    Scope,
    Split,
    SplitParty,
    SubsidyScope,
)
from chalicelib.registry.domain.model import NATION, Institution, Registry


@dataclass(frozen=True, slots=True)
class Mask:
    """The lines a subsidy or target covers, by number, with their sums in fen. `protected_in_scope_fen` is the in-scope
    amount of all lines up to the day on which a suspicion was excluded, whichever of them a subsidy covers.
    """

    lines: frozenset[int]
    amount_fen: Fen
    in_scope_fen: Fen
    protected_in_scope_fen: Fen


@dataclass(frozen=True, slots=True)
class Shared:
    """What each payer bears; `filled_by` is who brought the funds up to a target and `filled_fen` by how much.
    `protected_funds_fen` is the funds' part without costs after an excluded suspicion.
    """

    shares: Shares
    protected_funds_fen: Fen
    filled_by: FilledBy | None
    filled_fen: Fen


def draw_mask(claim: Claim, parts: Mapping[int, Parts], resolver: Resolver, trace: Trace) -> Mask:
    """The lines covered: all or plan lines, none after a suspicion was excluded; earlier ones where N-08 grants it."""
    scope_resolution = resolver.resolve(Slot.SUBSIDY_SCOPE)
    scope = _scope(resolver)
    until = suspicion_excluded_on(claim.diagnosis)
    before = resolver.resolve(Slot.PRE_DIAGNOSIS_COST)
    since = None if before.granted else first_diagnosed_on(claim.diagnosis)
    by_no = {line.no: line for line in claim.lines}
    covered = [line for line in claim.lines if _covers(scope, _charged(line, by_no), parts, since, until)]
    protected = [line for line in claim.lines if _covers(Scope.ALL, _charged(line, by_no), parts, None, until)]
    mask = Mask(
        frozenset(line.no for line in covered),
        sum(line.amount_fen for line in covered),
        sum(parts[line.no].in_scope_fen for line in covered),
        sum(parts[line.no].in_scope_fen for line in protected),
    )
    if scope is not Scope.NONE and _is_shared(resolver):
        rest_fen = claim.total_fen - mask.amount_fen
        trace.add(
            "mask",
            wording.mask(mask.amount_fen, rest_fen, _COVERED[scope], None if until is None else until.isoformat()),
            before=claim.total_fen,
            after=mask.amount_fen,
            formula=less(claim.total_fen, (rest_fen,)),
            by=[scope_resolution, before],
        )
    return mask


_COVERED = {
    Scope.ALL: Text("本次就诊的费用", "the costs of this visit"),
    Scope.PLAN: Text("诊疗方案内费用", "the items of the treatment plan"),
}


def _is_shared(resolver: Resolver) -> bool:
    """Whether the covered costs decide any amount: by a target of the funds, or since finance pays what they leave."""
    target = resolver.resolve(Slot.COMBINED_SHARE).winner
    has_target = target is not None and CombinedShare.read(target.value).share is not None
    return has_target or _payer_of_remainder(resolver) is not Remainder.PATIENT


def _payer_of_remainder(resolver: Resolver) -> Remainder:
    winner = resolver.resolve(Slot.PAYER_OF_REMAINDER).winner
    return Remainder.PATIENT if winner is None else PayerOfRemainder.read(winner.value).payer


def _scope(resolver: Resolver) -> Scope:
    winner = resolver.resolve(Slot.SUBSIDY_SCOPE).winner
    scope = Scope.NONE if winner is None else SubsidyScope.read(winner.value).scope
    target = resolver.resolve(Slot.COMBINED_SHARE).winner
    if scope is Scope.NONE and target is not None and CombinedShare.read(target.value).share is not None:
        return Scope.ALL
    return scope


def _charged(line: Line, by_no: Mapping[int, Line]) -> Line:
    """A refund goes where the line it refunds goes."""
    return line if line.refunds is None else by_no[line.refunds]


def _covers(scope: Scope, line: Line, parts: Mapping[int, Parts], since: date | None, until: date | None) -> bool:
    if scope is Scope.NONE or (scope is Scope.PLAN and not parts[line.no].in_plan):
        return False
    if line.supply is not None:
        # Goods a person buys for protection are no treatment (Y-07).
        return False
    return (since is None or since <= line.on) and (until is None or line.on <= until)


def share_out(
    claim: Claim, in_scope_fen: Fen, funds: FundShares, mask: Mask, resolver: Resolver, trace: Trace
) -> Shared:
    """Bring the funds to the combined share where one stands, then give the remainder to finance or the patient."""
    paid = (funds.basic_fen, funds.critical_fen, funds.assistance_fen)
    on_mask_fen = _in_proportion(sum(paid), mask.in_scope_fen, in_scope_fen)
    unprotected_fen = sum(paid) - _in_proportion(sum(paid), mask.protected_in_scope_fen, in_scope_fen)
    masked = apportion(on_mask_fen, paid)
    names = wording.fund_names(resolver.facts.values["insurance"])
    if mask.in_scope_fen != in_scope_fen and mask.amount_fen and _is_shared(resolver):
        trace.add(
            "funds-on-mask",
            wording.funds_on_mask(sum(paid), mask.in_scope_fen, in_scope_fen, on_mask_fen),
            before=sum(paid),
            after=on_mask_fen,
            formula=f"{format_yuan(sum(paid))} × {format_yuan(mask.in_scope_fen)} ÷ {format_yuan(in_scope_fen)}",
            by=[resolver.resolve(Slot.SUBSIDY_SCOPE)],
        )
    target = resolver.resolve(Slot.COMBINED_SHARE)
    rule = CombinedShare(None, None) if target.winner is None else CombinedShare.read(target.winner.value)
    adjusted, filled_fen = masked, 0
    if rule.share is not None:
        target_fen = round_half_up(mask.amount_fen * rule.share)
        adjusted, filled_fen = _reach(masked, target_fen)
        trace.add(
            "combined-share",
            wording.combined_share(
                mask.amount_fen, rule.share, target_fen, masked, adjusted, wording.Filling(names, rule.filled_by)
            ),
            before=on_mask_fen,
            after=target_fen,
            formula=f"{format_yuan(mask.amount_fen)} × {percent(rule.share)}",
            by=[target],
        )
    final = tuple(whole - inside + new for whole, inside, new in zip(paid, masked, adjusted, strict=True))
    fiscal_fen = _fiscal(mask.amount_fen, sum(adjusted), resolver, trace)
    patient_fen = claim.total_fen - sum(final) - fiscal_fen
    trace.add(
        "patient",
        wording.patient(claim.total_fen, [*zip(names, final, strict=True), (wording.FINANCE, fiscal_fen)], patient_fen),
        before=claim.total_fen,
        after=patient_fen,
        formula=less(claim.total_fen, (*final, fiscal_fen)),
        by=[resolver.resolve(Slot.PAYER_OF_REMAINDER)],
    )
    basic_fen, critical_fen, assistance_fen = final
    shares = Shares(basic_fen, critical_fen, assistance_fen, fiscal_fen, patient_fen)
    return Shared(shares, sum(final) - unprotected_fen, rule.filled_by if filled_fen else None, filled_fen)


def _in_proportion(paid_fen: Fen, part_fen: Fen, in_scope_fen: Fen) -> Fen:
    """What the funds pay of a part of the in-scope amount, half up to the fen."""
    return round_half_up(Fraction(paid_fen * part_fen, in_scope_fen)) if in_scope_fen else 0


def _reach(masked: tuple[Fen, ...], target_fen: Fen) -> tuple[tuple[Fen, ...], Fen]:
    """Fill up basic, or cut assistance, then critical illness, then basic, until the three meet the target."""
    basic_fen, critical_fen, assistance_fen = masked
    missing_fen = target_fen - sum(masked)
    if missing_fen >= 0:
        return (basic_fen + missing_fen, critical_fen, assistance_fen), missing_fen
    surplus_fen = -missing_fen
    cut_assistance = min(surplus_fen, assistance_fen)
    cut_critical = min(surplus_fen - cut_assistance, critical_fen)
    cut_basic = surplus_fen - cut_assistance - cut_critical
    return (basic_fen - cut_basic, critical_fen - cut_critical, assistance_fen - cut_assistance), 0


def _fiscal(covered_fen: Fen, funds_fen: Fen, resolver: Resolver, trace: Trace) -> Fen:
    resolution = resolver.resolve(Slot.PAYER_OF_REMAINDER)
    if _payer_of_remainder(resolver) is Remainder.PATIENT:
        if resolver.protection.granted:
            trace.add(
                "fiscal",
                Text(
                    "先救治，后收费；财政补助 0.00 元，基金支付后的费用原则上由个人负担。",
                    "Treatment comes before payment. Public finance pays 0.00 yuan; what the funds leave is in "
                    "principle the patient's.",
                ),
                before=0,
                after=0,
                by=[resolution],
            )
        return 0
    remainder_fen = covered_fen - funds_fen
    trace.add(
        "fiscal",
        wording.fiscal(covered_fen, funds_fen, remainder_fen),
        before=0,
        after=remainder_fen,
        formula=f"{format_yuan(covered_fen)} − {format_yuan(funds_fen)}",
        by=[resolution],
    )
    return remainder_fen


@dataclass(frozen=True, slots=True)
class FiscalSplit:
    """Who bears the fiscal part, who advances it, and what the centre refunds later."""

    parts: tuple[FiscalPart, ...]
    pays_first: str | None
    central_refund_fen: Fen


def split_fiscal(fiscal_fen: Fen, institution: Institution, resolver: Resolver, trace: Trace) -> FiscalSplit:
    """Split the fiscal part by level, by largest remainder; without a split provision the pooling area bears it."""
    if fiscal_fen == 0:
        return FiscalSplit((), None, 0)
    registry = resolver.bundle.registry
    upper, local = resolver.resolve(Slot.SPLIT), resolver.resolve(Slot.LOCAL_SPLIT)
    split = (
        Split((), SplitParty.POOLING, SplitParty.POOLING) if upper.winner is None else Split.read(upper.winner.value)
    )
    on_the_spot = LocalSplit((), None) if local.winner is None else LocalSplit.read(local.winner.value)
    weights: dict[str, Fraction] = {}
    open_share = Fraction(1)
    for party, share in split.shares:
        _add(weights, _party(party, institution, registry), share)
        open_share -= share
    rest = on_the_spot.shares or ((split.rest, Fraction(1)),)
    spread = sum(share for _, share in rest)
    for party, share in rest:
        _add(weights, _party(party, institution, registry), open_share * share / spread)
    amounts = apportion(fiscal_fen, tuple(weights.values()))
    parts = tuple(FiscalPart(area, amount) for area, amount in zip(weights, amounts, strict=True))
    pays_first = _party(on_the_spot.pays_first or split.pays_first, institution, registry)
    trace.add(
        "fiscal-split",
        wording.fiscal_split(
            fiscal_fen,
            [
                (Text(registry.areas[p.area].name_zh, registry.areas[p.area].name_en), weights[p.area], p.amount_fen)
                for p in parts
            ],
        ),
        before=fiscal_fen,
        after=fiscal_fen,
        formula=" + ".join(percent(weight) for weight in weights.values()),
        by=[upper, local],
    )
    return FiscalSplit(parts, pays_first, _central_refund(fiscal_fen, resolver, trace))


def _central_refund(fiscal_fen: Fen, resolver: Resolver, trace: Trace) -> Fen:
    refund = resolver.resolve(Slot.CENTRAL_REFUND)
    share = Fraction(0) if refund.winner is None else CentralRefund.read(refund.winner.value).share
    if not share:
        return 0
    refund_fen = round_half_up(fiscal_fen * share)
    trace.add(
        "central-refund",
        wording.central_refund(fiscal_fen, share, refund_fen),
        before=0,
        after=refund_fen,
        formula=f"{format_yuan(fiscal_fen)} × {percent(share)}",
        by=[refund],
    )
    return refund_fen


def _add(weights: dict[str, Fraction], area: str, share: Fraction) -> None:
    weights[area] = weights.get(area, Fraction(0)) + share


def _party(party: SplitParty, institution: Institution, registry: Registry) -> str:
    match party:
        case SplitParty.PROVINCE:
            return registry.province(institution.area)
        case SplitParty.CITY | SplitParty.POOLING:
            return institution.pooling_area
        case SplitParty.OWN:
            return institution.area
        case SplitParty.CENTRE:
            return NATION
