"""The terms of a cell's provisions, read once and kept as integers: the parameters of the arithmetic.

Both back ends work on these terms and on nothing else of the law. Source: design.md section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

from chalicelib.adjudication.domain.deciding.rates import Rate
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, round_half_up
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Provision, Slot
from chalicelib.law.domain.resolution import Resolver
from chalicelib.law.domain.values import (
    Assistance,
    CentralRefund,
    CombinedShare,
    CriticalIllness,
    Deductible,
    FilledBy,
    LargeSum,
    LevelShare,
    LocalSplit,
    OutpatientOrdinary,
    OutpatientRule,
    PayerOfRemainder,
    PoolCap,
    Ratio,
    Remainder,
    RemoteCut,
    Scope,
    Split,
    SplitParty,
    SubsidyScope,
)
from chalicelib.registry.domain.model import NATION, Institution, Registry


@dataclass(frozen=True, slots=True)
class Limited:
    """A ratio of a cost up to a yearly limit."""

    rate: Rate
    cap_fen: Fen


@dataclass(frozen=True, slots=True)
class Cut:
    """The effect of treatment elsewhere on ratio and deductible, waived or not. `unfiled_counts`: no filing was
    required, so that unfiled treatment counts as filed (Y-05).
    """

    plain: Rate
    factor: Rate
    reduced: Rate
    deductible_fen: Fen
    times: Rate
    waived: bool
    unfiled_counts: bool


@dataclass(frozen=True, slots=True)
class BandTerms:
    """The terms of the residents' second layer. Edges are multiples of 1/`scale` fen, since a class may pay from a part
    of the threshold; every band's ratio is `num`/`den` with one `den` for all. An upper edge of None is open.
    """

    scale: int
    threshold: int
    edges: tuple[int | None, ...]
    nums: tuple[int, ...]
    den: int
    rates: tuple[Rate, ...]
    cap_fen: Fen

    @property
    def threshold_fen(self) -> Fen:
        return round_half_up(Fraction(self.threshold, self.scale))


@dataclass(frozen=True, slots=True)
class StayTerms:
    """The terms of an insured person's inpatient stay. Employees have a large sum, residents have bands."""

    standard_fen: Fen
    rate: Rate
    cap_fen: Fen
    cut: Cut | None
    large_sum: Limited | None
    bands: BandTerms | None
    relief: Limited | None


@dataclass(frozen=True, slots=True)
class VisitTerms:
    """The terms of an outpatient or emergency visit; `plan` is the ratio of plan lines by the special rule (S-03)."""

    plan: Rate | None
    ordinary: Limited


@dataclass(frozen=True, slots=True)
class UninsuredTerms:
    """The terms of an uninsured person: assistance for a stay where a provision grants it, nothing for a visit."""

    relief: Limited | None


FundTerms = StayTerms | VisitTerms | UninsuredTerms


@dataclass(frozen=True, slots=True)
class SharingTerms:
    """The terms of sharing: the covered lines, the funds' target share, and whether finance pays the rest."""

    scope: Scope
    share: Rate | None
    filled_by: FilledBy | None
    by_finance: bool
    reaches_before: bool

    @property
    def is_shared(self) -> bool:
        """Tell whether the covered costs decide any amount."""
        return self.share is not None or self.by_finance


@dataclass(frozen=True, slots=True)
class SplitTerms:
    """The fiscal part's split by whole-number weights, the area that advances the part, the centre's later refund."""

    areas: tuple[AreaCode, ...]
    weights: tuple[int, ...]
    shares: tuple[Rate, ...]
    pays_first: AreaCode
    refund: Rate | None


def read_fund_terms(resolver: Resolver) -> FundTerms:
    """Read the terms of the funds' ordinary payments. Raises `Invalid` where the insured place published no rule."""
    values = resolver.facts.values
    uninsured = values["insurance"] == "none"
    if values["visit"] != "inpatient":
        return UninsuredTerms(None) if uninsured else _visit(resolver)
    if uninsured:
        granted = resolver.resolve(Slot.UNINSURED_ASSISTANCE).granted
        return UninsuredTerms(_relief(resolver) if granted else None)
    return _stay(resolver)


def _decider(resolver: Resolver, slot: Slot) -> Provision:
    winner = resolver.resolve(slot).winner
    if winner is None:
        raise Invalid([_undecided(slot)])
    return winner


def _visit(resolver: Resolver) -> VisitTerms:
    rule = OutpatientRule.read(_decider(resolver, Slot.OUTPATIENT_RULE).value)
    ordinary = OutpatientOrdinary.read(_decider(resolver, Slot.OUTPATIENT_ORDINARY).value)
    plan = None if rule.plan_ratio is None else Rate.read(rule.plan_ratio)
    return VisitTerms(plan, Limited(Rate.read(ordinary.ratio), ordinary.cap_fen))


def _stay(resolver: Resolver) -> StayTerms:
    values = resolver.facts.values
    level = values["level"]
    standard_fen = Deductible.read(_decider(resolver, Slot.DEDUCTIBLE).value).by_level_fen[level]
    ratio = Ratio.read(_decider(resolver, Slot.RATIO).value).of(level, retired=values["employment"] == "retired")
    cut = None if values["distance"] == "local" else _cut(resolver, ratio, standard_fen)
    if cut is not None and not cut.waived:
        ratio, standard_fen = cut.reduced.exact, cut.times.of(standard_fen)
    cap_fen = PoolCap.read(_decider(resolver, Slot.POOL_CAP).value).cap_fen
    large_sum, bands = None, None
    if values["insurance"] == "employee":
        layer = LargeSum.read(_decider(resolver, Slot.LARGE_SUM).value)
        large_sum = Limited(Rate.read(layer.ratio), layer.cap_fen)
    else:
        bands = _bands(resolver)
    return StayTerms(standard_fen, Rate.read(ratio), cap_fen, cut, large_sum, bands, _relief(resolver))


def _cut(resolver: Resolver, ratio: Fraction, deductible_fen: Fen) -> Cut:
    rule = RemoteCut.read(_decider(resolver, Slot.REMOTE_CUT).value)
    filing = resolver.facts.values["filing"]
    requirement = resolver.resolve(Slot.FILING_REQUIREMENT).winner
    unfiled_counts = filing == "unfiled" and requirement is not None and not requirement.value["required"]
    counted = "filed" if unfiled_counts else filing
    factor, times = rule.ratio_factor[counted], rule.deductible_factor[counted]
    waived = resolver.resolve(Slot.REMOTE_CUT_WAIVER).granted
    plain, reduced = Rate.read(ratio), Rate.read(ratio * factor)
    return Cut(plain, Rate.read(factor), reduced, deductible_fen, Rate.read(times), waived, unfiled_counts)


def _bands(resolver: Resolver) -> BandTerms:
    layer = CriticalIllness.read(_decider(resolver, Slot.CRITICAL_ILLNESS).value)
    threshold, added = Fraction(layer.threshold_fen), Fraction(0)
    if resolver.facts.values["assistance"] != "none":
        relief = Assistance.read(_decider(resolver, Slot.ASSISTANCE).value)
        threshold *= relief.critical_threshold_factor
        added = relief.critical_ratio_add
    ratios = [min(Fraction(1), band.ratio + added) for band in layer.bands]
    scale, den = threshold.denominator, lcm(*(ratio.denominator for ratio in ratios))
    return BandTerms(
        scale,
        threshold.numerator,
        tuple(None if band.to_fen is None else band.to_fen * scale for band in layer.bands),
        tuple(int(ratio * den) for ratio in ratios),
        den,
        tuple(Rate.read(ratio) for ratio in ratios),
        layer.cap_fen,
    )


def _relief(resolver: Resolver) -> Limited | None:
    """Read medical assistance by the patient's class; None for a patient without a class."""
    kind = resolver.facts.values["assistance"]
    if kind == "none":
        return None
    rule = Assistance.read(_decider(resolver, Slot.ASSISTANCE).value)
    return Limited(Rate.read(rule.by_class.get(kind, Fraction(0))), rule.cap_fen)


def read_sharing_terms(resolver: Resolver) -> SharingTerms:
    """Read the funds' target and the payer of the remainder."""
    subsidy = resolver.resolve(Slot.SUBSIDY_SCOPE).winner
    target = resolver.resolve(Slot.COMBINED_SHARE).winner
    remainder = resolver.resolve(Slot.PAYER_OF_REMAINDER).winner
    scope = Scope.NONE if subsidy is None else SubsidyScope.read(subsidy.value).scope
    rule = CombinedShare() if target is None else CombinedShare.read(target.value)
    if scope is Scope.NONE and rule.share is not None:
        scope = Scope.ALL
    payer = Remainder.PATIENT if remainder is None else PayerOfRemainder.read(remainder.value).payer
    return SharingTerms(
        scope,
        None if rule.share is None else Rate.read(rule.share),
        rule.filled_by,
        by_finance=payer is not Remainder.PATIENT,
        reaches_before=resolver.resolve(Slot.PRE_DIAGNOSIS_COST).granted,
    )


def read_split_terms(institution: Institution, resolver: Resolver) -> SplitTerms:
    """Read the split of the fiscal part by level; without a split provision the pooling area bears all."""
    registry = resolver.bundle.registry
    upper, local = resolver.resolve(Slot.SPLIT).winner, resolver.resolve(Slot.LOCAL_SPLIT).winner
    split = Split(SplitParty.POOLING, SplitParty.POOLING) if upper is None else Split.read(upper.value)
    on_the_spot = LocalSplit() if local is None else LocalSplit.read(local.value)
    shares: dict[AreaCode, Fraction] = {}
    open_share = Fraction(1)
    for each in split.shares:
        _add(shares, _area(each.party, institution, registry), each.share)
        open_share -= each.share
    rest = on_the_spot.shares or (LevelShare(split.rest, Fraction(1)),)
    spread = sum(each.share for each in rest)
    for each in rest:
        _add(shares, _area(each.party, institution, registry), open_share * each.share / spread)
    whole = lcm(*(share.denominator for share in shares.values()))
    refund = resolver.resolve(Slot.CENTRAL_REFUND).winner
    refunded = Fraction(0) if refund is None else CentralRefund.read(refund.value).share
    return SplitTerms(
        tuple(shares),
        tuple(int(share * whole) for share in shares.values()),
        tuple(Rate.read(share) for share in shares.values()),
        _area(on_the_spot.pays_first or split.pays_first, institution, registry),
        Rate.read(refunded) if refunded else None,
    )


def _add(shares: dict[AreaCode, Fraction], area: AreaCode, share: Fraction) -> None:
    shares[area] = shares.get(area, Fraction(0)) + share


def _area(party: SplitParty, institution: Institution, registry: Registry) -> AreaCode:
    areas: Mapping[SplitParty, AreaCode] = {
        SplitParty.PROVINCE: registry.province(institution.area),
        SplitParty.CITY: institution.pooling_area,
        SplitParty.POOLING: institution.pooling_area,
        SplitParty.OWN: institution.area,
        SplitParty.CENTRE: NATION,
    }
    return areas[party]


def _undecided(slot: Slot) -> Finding:
    return Finding(
        "benefits-missing",
        "patient",
        Text(
            f"参保地没有已发布的普通待遇（{slot.value}），无法核定；请联系参保地经办机构发布。",
            f"No ordinary benefits are published for the insured place ({slot.value}); ask its agency to publish them.",
        ),
    )
