"""What an author may write as the value of the slots that the agency's services ask for an area on a day."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.law.authoring.fields import Day, Ratio, Strict, wrong


class PrescriptionSupplyValue(Strict):
    """How much may be prescribed at once, in days or in months, and how many days a prescription may be filled."""

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
    """Which days' missed prescriptions may be made up, and for which reason."""

    missed_from: Day
    missed_to: Day
    reason: Literal["holiday-extended"]


class InternetVisitValue(Strict):
    """Whether only institutions on the health side's list are paid, and patients of which status; without one, all."""

    listed_only: bool
    statuses: Annotated[list[Literal["confirmed", "suspected"]], Field(min_length=1)] | None = None


class PrescriptionCirculationValue(Strict):
    """Whether electronic prescriptions, the electronic certificate and mobile payment are provided for as well."""

    electronic: bool


class BedFilingValue(Strict):
    wards: Annotated[list[Literal["infectious"]], Field(min_length=1)]


class FundRequisitionValue(Strict):
    """The level whose finance pays a district's requisitions."""

    payer: Literal["city", "province"]


class IssueReportValue(Strict):
    """Which level is told of a problem, and its offices that may answer."""

    to: Literal["district", "city"]
    offices: Annotated[list[Literal["agency", "finance", "health"]], Field(min_length=1)]


class ReportingUnitValue(Strict):
    """A unit that reports although no area code is its own: what its id ends with, and its name."""

    id: Annotated[str, Field(pattern=r"^[a-z]{2,20}$")]
    zh: Annotated[str, Field(min_length=1, max_length=100)]
    en: Annotated[str, Field(min_length=1, max_length=100)]


class ProgressReportValue(Strict):
    """By which hour the districts of the area report every day, and which units without an area code do as well."""

    by: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    units: Annotated[list[ReportingUnitValue], Field(max_length=50)]


class CodingDutyValue(Strict):
    """Who owes it, whether only designated treatment hospitals do, and the codes that are mapped, each by itself."""

    by: Literal["institution", "agency"]
    designated: bool
    codes: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1)] | None = None


class CodingSupervisionValue(Strict):
    """Who sees to it: the bureau of the district, or the agency that settles with the institution."""

    by: Literal["district", "agency"]


class WatchRepeatedItemValue(Strict):
    """How often an item of these kinds may be charged a day."""

    kinds: Annotated[list[Literal["drug", "service", "material", "preparation"]], Field(min_length=1)]
    times_max: Annotated[int, Field(ge=1, le=100)]


class WatchHoursValue(Strict):
    """How many hours a day the items that are charged by the hour may come to."""

    items: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1)]
    hours_max: Annotated[int, Field(ge=1, le=24)]


class WatchOverlapValue(Strict):
    """From how many shared days on two stays of one person at two places are a sign."""

    days_min: Annotated[int, Field(ge=1, le=365)]


class WatchPriceValue(Strict):
    """How many per cent of the median a price may be, or the median of a price, where so many prices make it."""

    percent: Annotated[int, Field(ge=101, le=10000)]
    least: Annotated[int, Field(ge=1, le=100000)]


class WatchEpisodeValue(Strict):
    """Within how many days another visit of the same episode lies."""

    days_max: Annotated[int, Field(ge=0, le=365)]


class JointInspectionValue(Strict):
    """The offices that have to take part."""

    offices: Annotated[list[Literal["agency", "finance", "health"]], Field(min_length=2)]


class ManualReimbursementValue(Strict):
    """For which visits a bill is reimbursed by hand, on what documents; `full`: a protected patient is paid in full."""

    visits: Literal["any", "elsewhere", "elsewhere-unfiled"]
    full: bool
    documents: Annotated[list[Literal["invoice", "itemised-list", "diagnosis"]], Field(min_length=1)]


class RemoteNetworkValue(Strict):
    """How far a place settles online with other pooling areas: within its province, in the whole nation, not at all."""

    reach: Literal["nation", "province", "none"]


class BedReserveValue(Strict):
    """How many other institutions stand behind a hospital's reserve at least."""

    backup_min: Annotated[int, Field(ge=0, le=20)]


class SupplyWatchValue(Strict):
    """Which items' purchases are watched, by which figures, and what is odd: further from the median than so many
    median distances, each at least `spread_min` of the median, among at least `reports_min` other reports of so many
    days before and after. `report_to`: the level that is told.
    """

    kinds: Annotated[list[Literal["drug", "material", "preparation"]], Field(min_length=1)]
    plan_only: bool
    measures: Annotated[list[Literal["price", "volume", "delivery"]], Field(min_length=1)]
    spreads_max: Annotated[int, Field(ge=1, le=20)]
    spread_min: Ratio
    reports_min: Annotated[int, Field(ge=3, le=1000)]
    days: Annotated[int, Field(ge=1, le=183)]
    report_to: Literal["city", "province"]


class DrugStockValue(Strict):
    """Which institutions are encouraged to hold a stock of which kinds of the plan's items, `additions`: also of what
    the province adds to them; for how many days of use it should last, and for how many a report says what there is.
    """

    levels: Annotated[list[Literal["1", "2", "3", "none"]], Field(min_length=1)]
    institution_kinds: Annotated[list[Literal["hospital", "fever-clinic", "pharmacy"]], Field(min_length=1)]
    kinds: Annotated[list[Literal["drug", "material", "preparation"]], Field(min_length=1)]
    additions: bool
    days_min: Annotated[int, Field(ge=1, le=90)]
    reported_within_days: Annotated[int, Field(ge=1, le=30)]


class FundContingencyValue(Strict):
    """Which figures of a month a contingency plan may name, and with how many months before it is compared."""

    measures: Annotated[list[Literal["epidemic-amount", "epidemic-share", "growth"]], Field(min_length=1)]
    months_before: Annotated[int, Field(ge=1, le=24)]


class LateFeeValue(Strict):
    """What a day's delay costs, as a part of what is owed."""

    per_day: Ratio


class PremiumDeferralValue(Strict):
    """Which employers may pay later, whether all must be paid at once to be free of the fee, and what cover goes on."""

    sizes: Annotated[list[Literal["micro", "small", "medium", "large"]], Field(min_length=1)]
    whole: bool
    benefits: Annotated[list[Literal["medical", "maternity"]], Field(min_length=1)]


class WaitingPeriodValue(Strict):
    """How many months after the first payment of a flexible worker cover begins; 0: with the payment."""

    months: Annotated[int, Field(ge=0, le=24)]


class ArrivalWatchValue(Strict):
    """How long an arrival is isolated, and up to and from which age somebody may be at home after assessment."""

    isolation_days: Annotated[int, Field(ge=1, le=60)]
    home_age_max: Annotated[int, Field(ge=0, le=30)]
    home_age_min: Annotated[int, Field(ge=31, le=120)]
