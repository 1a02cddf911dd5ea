"""Values an author may write for the slots that are asked of a claim, a place or a hospital's advance: one closed model
per slot. The slots that the agency's services ask are in `services.py`.

Money is written in yuan and compiled to fen under a `_fen` key; `chalicelib.law.domain.values` reads the result.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from chalicelib.kernel.clocks import ClockKind
from chalicelib.law.authoring.fields import KEBAB_PATTERN, Day, Factor, Money, Ratio, Strict, wrong
from chalicelib.law.domain.services.vocabulary import Basis, ProtectiveSupply
from chalicelib.law.domain.values import BudgetKind, FilledBy, Remainder, Scope, SplitParty
from chalicelib.platform.http.reading import Choice

PaysFirst = Literal["own", "city", "pooling", "province"]
DiagnosisCodeText = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}(\.[0-9]{1,3}(x[0-9]{3})?)?$")]
Kebab = Annotated[str, Field(pattern=KEBAB_PATTERN)]


class MoneyByLevel(Strict):
    one: Money = Field(alias="1")
    two: Money = Field(alias="2")
    three: Money = Field(alias="3")


class RatioByLevel(Strict):
    one: Ratio = Field(alias="1")
    two: Ratio = Field(alias="2")
    three: Ratio = Field(alias="3")


class FactorByFiling(Strict):
    filed: Factor
    emergency: Factor
    unfiled: Factor


class RatioByFiling(Strict):
    filed: Ratio
    emergency: Ratio
    unfiled: Ratio


class EmptyValue(Strict):
    """An empty value: the slot's provision says all."""


class PreDiagnosisCostValue(Strict):
    """The costs covered: the stay's, from its admission; `earlier_visits`: earlier visits of the illness as well."""

    earlier_visits: bool | None = None


class DeductibleValue(Strict):
    by_level: MoneyByLevel = Field(serialization_alias="by_level_fen")


class RatioValue(Strict):
    by_level: RatioByLevel
    retired_add: Ratio | None = None
    retired_by_level: RatioByLevel | None = None

    @model_validator(mode="after")
    def _one_way_for_the_retired(self) -> Self:
        if self.retired_add is not None and self.retired_by_level is not None:
            raise wrong(
                "value",
                "retired_add 与 retired_by_level 只能写一个，请删去另一个。",
                "write either retired_add or retired_by_level, not both.",
            )
        return self


class PoolCapValue(Strict):
    cap: Money = Field(serialization_alias="cap_fen")


class LargeSumValue(Strict):
    ratio: Ratio | None = None
    cap: Money | None = Field(default=None, serialization_alias="cap_fen")

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.ratio is None) != (self.cap is None):
            raise wrong("value", "ratio 与 cap 须同时写或都不写。", "write both ratio and cap, or neither.")
        return self


class BandValue(Strict):
    to: Money | None = Field(default=None, serialization_alias="to_fen")
    ratio: Ratio


class CriticalIllnessValue(Strict):
    threshold: Money | None = Field(default=None, serialization_alias="threshold_fen")
    bands: list[BandValue] | None = Field(default=None, min_length=1)
    cap: Money | None = Field(default=None, serialization_alias="cap_fen")

    @model_validator(mode="after")
    def _bands_ascend_and_end_open(self) -> Self:
        given = [self.threshold is not None, self.bands is not None, self.cap is not None]
        if any(given) and not all(given):
            raise wrong(
                "value",
                "threshold、bands、cap 须同时写或都不写。",
                "write threshold, bands and cap together, or none of them.",
            )
        edges = [band.to for band in self.bands or ()]
        closed = [edge for edge in edges[:-1] if edge is not None]
        if edges and (len(closed) != len(edges) - 1 or edges[-1] is not None or closed != sorted(set(closed))):
            raise wrong(
                "value",
                "各段 to 须递增，且只有最后一段不写 to。",
                "let the bands' `to` rise, and leave it out in the last band only.",
            )
        return self


class RatioByClass(Strict):
    extreme_poverty: Ratio = Field(alias="extreme-poverty")
    subsistence: Ratio
    near_subsistence: Ratio = Field(alias="near-subsistence")


class AssistanceValue(Strict):
    by_class: RatioByClass
    cap: Money = Field(serialization_alias="cap_fen")
    critical_threshold_factor: Ratio
    critical_ratio_add: Ratio


class RemoteCutValue(Strict):
    ratio_factor: RatioByFiling
    deductible_factor: FactorByFiling


class OutpatientOrdinaryValue(Strict):
    ratio: Ratio
    cap: Money = Field(serialization_alias="cap_fen")


class OutpatientRuleValue(Strict):
    plan_ratio: Ratio | None = None


class CombinedShareValue(Strict):
    share: Ratio | None = None
    filled_by: Choice[FilledBy] | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.share is None) != (self.filled_by is None):
            raise wrong("value", "share 与 filled_by 须同时写或都不写。", "write both share and filled_by, or neither.")
        return self


class SubsidyScopeValue(Strict):
    scope: Choice[Scope]


class PayerOfRemainderValue(Strict):
    payer: Choice[Remainder]


class ShareValue(Strict):
    party: Choice[SplitParty]
    share: Ratio


def _refuse_shares_over_one(shares: list[ShareValue]) -> None:
    if sum((Fraction(row.share) for row in shares), Fraction(0)) > 1:
        raise wrong(
            "ratio-over-one",
            "shares 之和大于 1；各方比例合计不得超过 1。",
            "the shares sum to more than 1; reduce them to 1 or less together.",
        )


class SplitValue(Strict):
    shares: list[ShareValue]
    rest: Choice[SplitParty]
    pays_first: PaysFirst

    @model_validator(mode="after")
    def _at_most_the_whole(self) -> Self:
        _refuse_shares_over_one(self.shares)
        return self


class LocalSplitValue(Strict):
    shares: list[ShareValue] | None = None
    pays_first: PaysFirst | None = None

    @model_validator(mode="after")
    def _exactly_the_whole(self) -> Self:
        if self.shares:
            _refuse_shares_over_one(self.shares)
            if sum((Fraction(row.share) for row in self.shares), Fraction(0)) != 1:
                raise wrong(
                    "value",
                    "local-split 的 shares 合计须等于 1，请更正。",
                    "the shares of a local-split sum to exactly 1; correct them.",
                )
        return self


class CentralRefundValue(Strict):
    share: Ratio


class DiagnosisCodesValue(Strict):
    main_any_of: list[DiagnosisCodeText] | None = None
    additional_all_of: list[DiagnosisCodeText] | None = None
    never_main: list[DiagnosisCodeText] | None = None
    any_position_of: list[DiagnosisCodeText] | None = None
    or_main_any_of: list[DiagnosisCodeText] | None = None


class DiseaseCodeValue(Strict):
    code: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    refuses: bool | None = None


class BudgetKindValue(Strict):
    kind: Choice[BudgetKind]


class PaymentMethodValue(Strict):
    method: Literal["by-item", "single-disease", "ordinary"]


class ClearingTierValue(Strict):
    tier: Literal["national", "province", "none"]


class ClearingTermsValue(Strict):
    """The terms of clearing, both written, so that a narrower notice never leaves half of a wider notice standing."""

    confirm_within_days: Annotated[int, Field(ge=1, le=180)]
    silence_is_consent: bool


class RetentionValue(Strict):
    """The years of retention: whole years after the year in which something ended."""

    years: Annotated[int, Field(ge=1, le=100)]


class ClockValue(Strict):
    """The time a business may take: hours round the clock, working days of China, or no figure."""

    kind: Choice[ClockKind]
    length: Annotated[int, Field(ge=1, le=1000)] | None = None

    @model_validator(mode="after")
    def _a_length_unless_there_is_none(self) -> Self:
        if (self.kind == "none") != (self.length is None):
            raise wrong(
                "value",
                "kind 为 none 时不写 length，其他时须写。",
                "leave out `length` where kind is none, and write it otherwise.",
            )
        return self


class FilingRequirementValue(Strict):
    required: bool


class EpidemicLiftedValue(Strict):
    day: Day


class AfterEpidemicValue(Strict):
    """The months, from the day the epidemic is lifted, within which a waiting business is due, or no figure."""

    within_months: Annotated[int, Field(ge=1, le=60)] | None = None


class PlanCatalogueValue(Strict):
    becomes_class_a: bool
    items: dict[str, Day] | None = None


class PersonalAccountValue(Strict):
    supplies: Annotated[list[Choice[ProtectiveSupply]], Field(min_length=1)]


class AgreementValue(Strict):
    """An extension of agreements that ended on `ending_from` or later, or the honouring of temporary agreements."""

    extended_to: Day | None = None
    ending_from: Day | None = None
    honours_temporary: bool | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.extended_to is None) == (self.honours_temporary is None):
            raise wrong(
                "value",
                "extended_to 与 honours_temporary 须写且只写一个。",
                "write exactly one of extended_to and honours_temporary.",
            )
        return self


class AdvanceValue(Strict):
    basis: Choice[Basis]
    months_min: Annotated[int, Field(ge=0, le=24)] | None = None
    months_max: Annotated[int, Field(ge=0, le=24)] | None = None
    amount: Money | None = Field(default=None, serialization_alias="amount_fen")
    earmarked: bool | None = None
    top_up: bool | None = None
    top_up_below: Ratio | None = None

    @model_validator(mode="after")
    def _months_ascend(self) -> Self:
        if self.months_min is not None and self.months_max is not None and self.months_min > self.months_max:
            raise wrong("value", "months_min 大于 months_max；请对调。", "months_min is over months_max; swap them.")
        return self


class RecordValue(Strict):
    """A record of what is owed (`what`); further keys describe it and are open, since each record has its own."""

    model_config = ConfigDict(strict=True, extra="allow")
    what: Kebab
