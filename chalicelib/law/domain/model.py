"""The policy set as data: notices, provisions, the slots they decide, and the conditions under which they do.

A provision is a frozen record; nothing in it is code. Conditions are sets of values over the dimensions below, never
expressions, so that `proof.py` can enumerate every case. Combining provisions is `resolution.py`'s business.

Source: design.md section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.services.businesses import BUSINESSES
from chalicelib.registry.domain.model import Registry

T = TypeVar("T")


class Combination(StrEnum):
    """The way in which provisions that decide the same slot combine."""

    ANY = "any"
    MOST_SPECIFIC = "most-specific"
    ALL = "all"


class Place(StrEnum):
    """The places whose notices decide a slot: the treatment place, the insured place, or either."""

    TREATMENT = "treatment"
    INSURED = "insured"
    EITHER = "either"


class Anchor(StrEnum):
    """The day of a claim an interval is compared with. Outpatients: all but settlement are the service date."""

    ADMISSION = "admission"
    SERVICE = "service"
    DISCHARGE = "discharge"
    SETTLEMENT = "settlement"


class Slot(StrEnum):
    """The matter a provision decides. `SLOTS` says how provisions of a slot combine and which place governs."""

    PROTECTION = "protection"
    PLAN_CATALOGUE = "plan-catalogue"
    CATALOGUE_STOP = "catalogue-stop"
    REMOTE_CUT_WAIVER = "remote-cut-waiver"
    PRE_DIAGNOSIS_COST = "pre-diagnosis-cost"
    UNINSURED_ASSISTANCE = "uninsured-assistance"
    PERSONAL_ACCOUNT = "personal-account"
    AGREEMENT = "agreement"
    DEDUCTIBLE = "deductible"
    RATIO = "ratio"
    POOL_CAP = "pool-cap"
    LARGE_SUM = "large-sum"
    CRITICAL_ILLNESS = "critical-illness"
    ASSISTANCE = "assistance"
    REMOTE_CUT = "remote-cut"
    OUTPATIENT_ORDINARY = "outpatient-ordinary"
    OUTPATIENT_RULE = "outpatient-rule"
    COMBINED_SHARE = "combined-share"
    SUBSIDY_SCOPE = "subsidy-scope"
    PAYER_OF_REMAINDER = "payer-of-remainder"
    SPLIT = "split"
    LOCAL_SPLIT = "local-split"
    CENTRAL_REFUND = "central-refund"
    DIAGNOSIS_CODES = "diagnosis-codes"
    DISEASE_CODE = "disease-code"
    BUDGET_KIND = "budget-kind"
    PAYMENT_METHOD = "payment-method"
    CLEARING_TIER = "clearing-tier"
    CLEARING_TERMS = "clearing-terms"
    ADVANCE = "advance"
    PATIENT_ADVANCE = "patient-advance"
    RETENTION_CLAIMS = "retention-claims"
    RETENTION_ENROLMENTS = "retention-enrolments"
    CLOCK = "clock"
    POSTPONEMENT = "postponement"
    TOWNSHIP_DESK = "township-desk"
    FILING_REQUIREMENT = "filing-requirement"
    EPIDEMIC_LIFTED = "epidemic-lifted"
    AFTER_EPIDEMIC = "after-epidemic"
    BLACKLIST = "blacklist"
    PRESCRIPTION_SUPPLY = "prescription-supply"
    PRESCRIPTION_MAKE_UP = "prescription-make-up"
    PRESCRIPTION_CIRCULATION = "prescription-circulation"
    INTERNET_VISIT = "internet-visit"
    INTERNET_LIST = "internet-list"
    BED_FILING = "bed-filing"
    BED_RESERVE = "bed-reserve"
    ISSUE_REPORT = "issue-report"
    PROGRESS_REPORT = "progress-report"
    FUND_REQUISITION = "fund-requisition"
    FUND_DEFICIT = "fund-deficit"
    FISCAL_BUDGET = "fiscal-budget"
    CODING_DUTY = "coding-duty"
    CODING_SUPERVISION = "coding-supervision"
    WATCH_REPEATED_ITEM = "watch-repeated-item"
    WATCH_HOURS = "watch-hours"
    WATCH_OVERLAP = "watch-overlap"
    WATCH_PRICE = "watch-price"
    WATCH_EPISODE = "watch-episode"
    WATCH_RESEMBLING_BILL = "watch-resembling-bill"
    JOINT_INSPECTION = "joint-inspection"
    LATE_FEE = "late-fee"
    PREMIUM_DEFERRAL = "premium-deferral"
    WAITING_PERIOD = "waiting-period"
    ARRIVAL_WATCH = "arrival-watch"
    ARRIVAL_TRANSFER = "arrival-transfer"
    ACCOUNT_ITEMS = "account-items"
    MANUAL_REIMBURSEMENT = "manual-reimbursement"
    REMOTE_NETWORK = "remote-network"
    SERVICE_CHANNELS = "service-channels"
    SERVICE_HANDLING = "service-handling"
    DEADLINE_RELIEF = "deadline-relief"
    SUPPLY_WATCH = "supply-watch"
    HOTLINE = "hotline"
    PROVISIONAL_REVIEW = "provisional-review"
    DRUG_STOCK = "drug-stock"
    FUND_CONTINGENCY = "fund-contingency"
    REGIME = "regime"
    RECORD = "record"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class SlotRule:
    combination: Combination
    place: Place
    of_line: bool = False
    """True where the slot is decided for each line, with the item's dimensions known."""
    of_tier: bool = False
    """True where the slot is asked for a tier (the nation, a province) and not for a claim."""
    of_place: bool = False
    """True where the slot is asked for any area and one business of its offices (`business`), and not for a claim."""


_T, _I = Place.TREATMENT, Place.INSURED
_ANY, _ONE, _ALL = Combination.ANY, Combination.MOST_SPECIFIC, Combination.ALL

SLOTS: Mapping[Slot, SlotRule] = {
    Slot.PROTECTION: SlotRule(_ANY, _T),
    Slot.PLAN_CATALOGUE: SlotRule(_ANY, _T, of_line=True),
    Slot.CATALOGUE_STOP: SlotRule(_ANY, _T, of_line=True),
    Slot.REMOTE_CUT_WAIVER: SlotRule(_ANY, Place.EITHER),
    Slot.PRE_DIAGNOSIS_COST: SlotRule(_ANY, _T),
    Slot.UNINSURED_ASSISTANCE: SlotRule(_ANY, _T),
    Slot.PERSONAL_ACCOUNT: SlotRule(_ANY, _I),
    Slot.AGREEMENT: SlotRule(_ANY, _T),
    Slot.DEDUCTIBLE: SlotRule(_ONE, _I),
    Slot.RATIO: SlotRule(_ONE, _I),
    Slot.POOL_CAP: SlotRule(_ONE, _I),
    Slot.LARGE_SUM: SlotRule(_ONE, _I),
    Slot.CRITICAL_ILLNESS: SlotRule(_ONE, _I),
    Slot.ASSISTANCE: SlotRule(_ONE, _I),
    Slot.REMOTE_CUT: SlotRule(_ONE, _I),
    Slot.OUTPATIENT_ORDINARY: SlotRule(_ONE, _I),
    Slot.OUTPATIENT_RULE: SlotRule(_ONE, _I),
    Slot.COMBINED_SHARE: SlotRule(_ONE, _I),
    Slot.SUBSIDY_SCOPE: SlotRule(_ONE, _T),
    Slot.PAYER_OF_REMAINDER: SlotRule(_ONE, _T),
    Slot.SPLIT: SlotRule(_ONE, _T),
    Slot.LOCAL_SPLIT: SlotRule(_ONE, _T),
    Slot.CENTRAL_REFUND: SlotRule(_ONE, _T),
    Slot.DIAGNOSIS_CODES: SlotRule(_ONE, _T),
    Slot.DISEASE_CODE: SlotRule(_ONE, _T),
    Slot.BUDGET_KIND: SlotRule(_ONE, _T),
    Slot.PAYMENT_METHOD: SlotRule(_ONE, _T),
    Slot.CLEARING_TIER: SlotRule(_ONE, _T),
    Slot.CLEARING_TERMS: SlotRule(_ONE, _T, of_tier=True),
    Slot.ADVANCE: SlotRule(_ONE, _T),
    Slot.PATIENT_ADVANCE: SlotRule(_ANY, _I),
    Slot.RETENTION_CLAIMS: SlotRule(_ONE, _I, of_tier=True),
    Slot.RETENTION_ENROLMENTS: SlotRule(_ONE, _I, of_tier=True),
    Slot.CLOCK: SlotRule(_ONE, _I, of_place=True),
    Slot.POSTPONEMENT: SlotRule(_ONE, _I, of_place=True),
    Slot.TOWNSHIP_DESK: SlotRule(_ONE, _I, of_place=True),
    Slot.FILING_REQUIREMENT: SlotRule(_ONE, _I),
    Slot.EPIDEMIC_LIFTED: SlotRule(_ONE, _I, of_place=True),
    Slot.AFTER_EPIDEMIC: SlotRule(_ONE, _I, of_place=True),
    Slot.BLACKLIST: SlotRule(_ONE, _I, of_place=True),
    Slot.PRESCRIPTION_SUPPLY: SlotRule(_ONE, _I, of_place=True),
    Slot.PRESCRIPTION_MAKE_UP: SlotRule(_ONE, _I, of_place=True),
    Slot.PRESCRIPTION_CIRCULATION: SlotRule(_ONE, _I, of_place=True),
    Slot.INTERNET_VISIT: SlotRule(_ONE, _I, of_place=True),
    Slot.INTERNET_LIST: SlotRule(_ONE, _I, of_place=True),
    Slot.BED_FILING: SlotRule(_ONE, _I, of_place=True),
    Slot.BED_RESERVE: SlotRule(_ONE, _I, of_place=True),
    Slot.ISSUE_REPORT: SlotRule(_ONE, _I, of_place=True),
    Slot.PROGRESS_REPORT: SlotRule(_ONE, _I, of_place=True),
    Slot.FUND_REQUISITION: SlotRule(_ONE, _I, of_place=True),
    Slot.FUND_DEFICIT: SlotRule(_ONE, _I, of_place=True),
    Slot.FISCAL_BUDGET: SlotRule(_ONE, _I, of_place=True),
    Slot.CODING_DUTY: SlotRule(_ONE, _I, of_place=True),
    Slot.CODING_SUPERVISION: SlotRule(_ONE, _I, of_place=True),
    Slot.WATCH_REPEATED_ITEM: SlotRule(_ONE, _I, of_place=True),
    Slot.WATCH_HOURS: SlotRule(_ONE, _I, of_place=True),
    Slot.WATCH_OVERLAP: SlotRule(_ONE, _I, of_place=True),
    Slot.WATCH_PRICE: SlotRule(_ONE, _I, of_place=True),
    Slot.WATCH_EPISODE: SlotRule(_ONE, _I, of_place=True),
    Slot.WATCH_RESEMBLING_BILL: SlotRule(_ONE, _I, of_place=True),
    Slot.JOINT_INSPECTION: SlotRule(_ONE, _I, of_place=True),
    Slot.LATE_FEE: SlotRule(_ONE, _I, of_place=True),
    Slot.PREMIUM_DEFERRAL: SlotRule(_ONE, _I, of_place=True),
    Slot.WAITING_PERIOD: SlotRule(_ONE, _I, of_place=True),
    Slot.ARRIVAL_WATCH: SlotRule(_ONE, _I, of_place=True),
    Slot.ARRIVAL_TRANSFER: SlotRule(_ONE, _I, of_place=True),
    Slot.ACCOUNT_ITEMS: SlotRule(_ONE, _I, of_place=True),
    Slot.MANUAL_REIMBURSEMENT: SlotRule(_ONE, _I, of_place=True),
    Slot.REMOTE_NETWORK: SlotRule(_ONE, _I, of_place=True),
    Slot.SERVICE_CHANNELS: SlotRule(_ONE, _I, of_place=True),
    Slot.SERVICE_HANDLING: SlotRule(_ONE, _I, of_place=True),
    Slot.DEADLINE_RELIEF: SlotRule(_ONE, _I, of_place=True),
    Slot.SUPPLY_WATCH: SlotRule(_ONE, _I, of_place=True),
    Slot.HOTLINE: SlotRule(_ONE, _I, of_place=True),
    Slot.PROVISIONAL_REVIEW: SlotRule(_ONE, _I, of_place=True),
    Slot.DRUG_STOCK: SlotRule(_ONE, _I, of_place=True),
    Slot.FUND_CONTINGENCY: SlotRule(_ONE, _I, of_place=True),
    Slot.REGIME: SlotRule(_ALL, _T),
    Slot.RECORD: SlotRule(_ALL, _T),
    Slot.NOTHING: SlotRule(_ALL, _T),
}

DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "status": ("confirmed", "suspected", "none"),
    "suspicion-excluded": ("yes", "no"),
    "protected": ("yes", "no"),
    "visit": ("inpatient", "outpatient", "emergency"),
    "insurance": ("employee", "resident", "none"),
    "employment": ("active", "retired", "none"),
    "assistance": ("extreme-poverty", "subsistence", "near-subsistence", "none"),
    "entry": ("overseas-returnee", "none"),
    "distance": ("local", "within-province", "cross-province"),
    "filing": ("filed", "emergency", "unfiled", "none"),
    "level": ("1", "2", "3", "none"),
    "institution-kind": ("hospital", "fever-clinic", "pharmacy"),
    "designated": ("yes", "no"),
    "agency": ("provincial", "local"),
    "area-status": ("province", "municipality", "city", "county", "directly-managed-county"),
    "item-kind": ("drug", "service", "material", "preparation"),
    "item-class": ("A", "B", "C"),
    "plan": ("in", "left", "never"),
    "business": BUSINESSES,
}
"""Every dimension a condition may name, with all its values. `protected` follows from the slot `protection`;
`item-kind`, `item-class` and `plan` are known for a line only, `business` where no claim is asked about but an area's
offices. `filing` is `none` where the claim is local."""

LINE_DIMENSIONS = frozenset({"item-kind", "item-class", "plan"})
BUSINESS = "business"
"""The dimension of businesses: the services of an area's offices to people and institutions, each with its clock."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The claims for which a slot is asked at all."""

    inpatient: bool = True
    outpatient: bool = True
    insured: bool = True
    uninsured: bool = True
    remote_only: bool = False
    gaps_allowed: bool = False


EVERYONE = Scope()
_INSURED_STAY = Scope(outpatient=False, uninsured=False)
SCOPES: Mapping[Slot, Scope] = {
    Slot.DEDUCTIBLE: _INSURED_STAY,
    Slot.RATIO: _INSURED_STAY,
    Slot.POOL_CAP: _INSURED_STAY,
    Slot.LARGE_SUM: _INSURED_STAY,
    Slot.CRITICAL_ILLNESS: _INSURED_STAY,
    Slot.ASSISTANCE: Scope(outpatient=False),
    Slot.REMOTE_CUT: replace(_INSURED_STAY, remote_only=True),
    Slot.OUTPATIENT_ORDINARY: Scope(inpatient=False, uninsured=False),
    Slot.ADVANCE: Scope(gaps_allowed=True),
    Slot.CLEARING_TERMS: Scope(gaps_allowed=True),
    **{slot: Scope(gaps_allowed=True) for slot, rule in SLOTS.items() if rule.of_place},
    Slot.FILING_REQUIREMENT: replace(_INSURED_STAY, remote_only=True, gaps_allowed=True),
}
"""Scopes of slots that are not asked for every claim. An advance is asked by hospitals, and an area may have no rule
for it; a clearing run has terms of its own where no notice sets any. Few areas provide for what their offices are asked
about.
"""


@dataclass(frozen=True, slots=True)
class Effective:
    """An interval with both days inside; an open end is None. Compared with the claim's day named by `anchor`."""

    from_on: date | None
    to_on: date | None
    anchor: Anchor

    def covers(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)


class Standing(StrEnum):
    """A notice's standing. A base notice's ordinary rules yield to any notice; illustrative figures are no agency's."""

    NOTICE = "notice"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class Notice:
    """A published document. `confidence`: `text` (read in full), `reported`, or `illustrative`."""

    id: str
    document_no: str
    title: Text
    issued_on: date
    issuer: str
    area: AreaCode
    standing: Standing
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Provision:
    """A rule of a notice. `value` is plain JSON (ratios as "9/10", money as `_fen` integers); `values.py` reads it.

    `area` is the notice's unless the provision names another. `pending` marks a record whose executing code is to come.
    """

    notice: str
    id: str
    article: str
    rows: tuple[str, ...]
    says: Text
    slot: Slot
    when: Mapping[str, frozenset[str]]
    value: Mapping[str, Any]
    effective: Effective
    area: AreaCode
    overrides: tuple[str, ...] = ()
    interpretation: Text | None = None
    why_not_executed: Text | None = None
    pending: bool = False

    @property
    def citation(self) -> str:
        """Return `notice.provision`, the name the provision is cited by."""
        return f"{self.notice}.{self.id}"

    @property
    def of_illness(self) -> bool:
        """Tell whether the provision speaks of patients of the illness: it is asked on the days of their diagnosis."""
        return "status" in self.when or "protected" in self.when


@dataclass(frozen=True)
class Bundle:
    """A published policy set, named by the hash of its canonical JSON. Indexes are derived, not part of the hash."""

    hash: str
    notices: Mapping[str, Notice]
    provisions: tuple[Provision, ...]
    registry: Registry
    by_slot: Mapping[Slot, tuple[Provision, ...]] = field(init=False)
    by_citation: Mapping[str, Provision] = field(init=False)
    _compiled: dict[Any, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        by_slot: dict[Slot, list[Provision]] = {slot: [] for slot in Slot}
        for provision in self.provisions:
            by_slot[provision.slot].append(provision)
        object.__setattr__(self, "by_slot", {slot: tuple(found) for slot, found in by_slot.items()})
        object.__setattr__(self, "by_citation", {provision.citation: provision for provision in self.provisions})

    def compiled(self, kind: Callable[[Bundle], T]) -> T:
        """Return the object that a type makes of the bundle: made at the first request, kept as long as the bundle."""
        found: T | None = self._compiled.get(kind)
        return self._compiled.setdefault(kind, kind(self)) if found is None else found
