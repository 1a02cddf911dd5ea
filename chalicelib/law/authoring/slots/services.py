"""Values an author may write for the slots that the agency's services ask for an area on a day."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.kernel.access import Office
from chalicelib.law.authoring.fields import Day, Ratio, Strict, wrong
from chalicelib.law.domain.services.vocabulary import (
    EmployerSize,
    FundMeasure,
    InsuranceBenefit,
    PaperKind,
    SupplyMeasure,
)
from chalicelib.platform.http.reading import Choice
from chalicelib.registry.domain.model import InstitutionKind, ItemKind

Goods = Literal["drug", "material", "preparation"]
Upper = Literal["city", "province"]


class PrescriptionSupplyValue(Strict):
    """The most that may be prescribed at once, in days or in months, and the days a prescription may be filled."""

    days_max: Annotated[int, Field(ge=1, le=366)] | None = None
    months_max: Annotated[int, Field(ge=1, le=12)] | None = None
    valid_days: Annotated[int, Field(ge=1, le=366)]

    @model_validator(mode="after")
    def _days_or_months(self) -> Self:
        if (self.days_max is None) == (self.months_max is None):
            raise wrong(
                "value",
                "days_max 与 months_max 须写且只写一个。",
                "write exactly one of days_max and months_max.",
            )
        return self


class PrescriptionMakeUpValue(Strict):
    """The days whose missed prescriptions may be made up, and the reason."""

    missed_from: Day
    missed_to: Day
    reason: Literal["holiday-extended"]


class InternetVisitValue(Strict):
    """The internet visits paid: at institutions on the health side's list only or at all, for given statuses or all."""

    listed_only: bool
    statuses: Annotated[list[Literal["confirmed", "suspected"]], Field(min_length=1)] | None = None


class PrescriptionCirculationValue(Strict):
    """Prescription circulation; `electronic`: electronic prescriptions and certificate, and mobile payment, as well."""

    electronic: bool


class BedFilingValue(Strict):
    wards: Annotated[list[Literal["infectious"]], Field(min_length=1)]


class FundRequisitionValue(Strict):
    """The level whose finance pays a district's requisitions."""

    payer: Upper


class IssueReportValue(Strict):
    """The level that is told of a problem, and its offices that may answer."""

    to: Literal["district", "city"]
    offices: Annotated[list[Office], Field(min_length=1)]


class ReportingUnitValue(Strict):
    """A unit that reports although no area code is its own: the ending of its id, and its name."""

    id: Annotated[str, Field(pattern=r"^[a-z]{2,20}$")]
    zh: Annotated[str, Field(min_length=1, max_length=100)]
    en: Annotated[str, Field(min_length=1, max_length=100)]


class ProgressReportValue(Strict):
    """The hour by which the districts of the area report every day, and the further units without an area code."""

    by: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    units: Annotated[list[ReportingUnitValue], Field(max_length=50)]


class CodingDutyValue(Strict):
    """The party that owes the coding, its limit to designated treatment hospitals, and the codes mapped one by one."""

    by: Literal["institution", "agency"]
    designated: bool
    codes: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1)] | None = None


class CodingSupervisionValue(Strict):
    """The supervisor of coding: the bureau of the district, or the agency that settles with the institution."""

    by: Literal["district", "agency"]


class WatchRepeatedItemValue(Strict):
    """The most times a day an item of these kinds may be charged."""

    kinds: Annotated[list[Choice[ItemKind]], Field(min_length=1)]
    times_max: Annotated[int, Field(ge=1, le=100)]


class WatchHoursValue(Strict):
    """The most hours a day that the items charged by the hour may come to."""

    items: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1)]
    hours_max: Annotated[int, Field(ge=1, le=24)]


class WatchOverlapValue(Strict):
    """The fewest shared days that are a sign, on two stays of a person at two places."""

    days_min: Annotated[int, Field(ge=1, le=365)]


class WatchPriceValue(Strict):
    """The most per cent of the median for a price, or of a price for the median; `least` prices make a median."""

    percent: Annotated[int, Field(ge=101, le=10000)]
    least: Annotated[int, Field(ge=1, le=100000)]


class WatchEpisodeValue(Strict):
    """The most days within which another visit of the same episode lies."""

    days_max: Annotated[int, Field(ge=0, le=365)]


class JointInspectionValue(Strict):
    """The offices that have to take part in a joint inspection."""

    offices: Annotated[list[Office], Field(min_length=2)]


class ManualReimbursementValue(Strict):
    """The visits whose bills are reimbursed by hand, and the documents; `full`: a protected patient is paid in full."""

    visits: Literal["any", "elsewhere", "elsewhere-unfiled"]
    full: bool
    documents: Annotated[list[Choice[PaperKind]], Field(min_length=1)]


class RemoteNetworkValue(Strict):
    """The reach of online settlement with other pooling areas: the place's province, the whole nation, or none."""

    reach: Literal["nation", "province", "none"]


class BedReserveValue(Strict):
    """The fewest other institutions that stand behind a hospital's reserve."""

    backup_min: Annotated[int, Field(ge=0, le=20)]


class SupplyWatchValue(Strict):
    """The items whose purchases are watched, the figures, and the bounds: a figure is odd further from the median than
    so many median distances, each at least `spread_min` of the median, among at least `reports_min` other reports of so
    many days before and after. `report_to`: the level that is told.
    """

    kinds: Annotated[list[Goods], Field(min_length=1)]
    plan_only: bool
    measures: Annotated[list[Choice[SupplyMeasure]], Field(min_length=1)]
    spreads_max: Annotated[int, Field(ge=1, le=20)]
    spread_min: Ratio
    reports_min: Annotated[int, Field(ge=3, le=1000)]
    days: Annotated[int, Field(ge=1, le=183)]
    report_to: Upper


class DrugStockValue(Strict):
    """The institutions encouraged to hold a stock, and the kinds of the plan's items; `additions`: also of the
    province's additions to them. A stock should last for `days_min` days of use, and a report counts for
    `reported_within_days`.
    """

    levels: Annotated[list[Literal["1", "2", "3", "none"]], Field(min_length=1)]
    institution_kinds: Annotated[list[Choice[InstitutionKind]], Field(min_length=1)]
    kinds: Annotated[list[Goods], Field(min_length=1)]
    additions: bool
    days_min: Annotated[int, Field(ge=1, le=90)]
    reported_within_days: Annotated[int, Field(ge=1, le=30)]


class FundContingencyValue(Strict):
    """The figures of a month a contingency plan may name, and the number of months before it to compare with."""

    measures: Annotated[list[Choice[FundMeasure]], Field(min_length=1)]
    months_before: Annotated[int, Field(ge=1, le=24)]


class LateFeeValue(Strict):
    """The cost of a day's delay, as a part of what is owed."""

    per_day: Ratio


class PremiumDeferralValue(Strict):
    """The employers that may pay later, and the cover kept; `whole`: only payment of all at once is free of the fee."""

    sizes: Annotated[list[Choice[EmployerSize]], Field(min_length=1)]
    whole: bool
    benefits: Annotated[list[Choice[InsuranceBenefit]], Field(min_length=1)]


class WaitingPeriodValue(Strict):
    """The months from a flexible worker's first payment to the beginning of cover; 0: with the payment."""

    months: Annotated[int, Field(ge=0, le=24)]


class ArrivalWatchValue(Strict):
    """The days of an arrival's isolation, and the ages up to and from which assessment may allow a stay at home."""

    isolation_days: Annotated[int, Field(ge=1, le=60)]
    home_age_max: Annotated[int, Field(ge=0, le=30)]
    home_age_min: Annotated[int, Field(ge=31, le=120)]
