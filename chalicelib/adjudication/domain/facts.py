"""The facts of a claim that policy conditions refer to: status, distance, filing and place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from chalicelib.adjudication.domain.claim import CaseStatus, Claim, Diagnosis, Entry, Filing, VisitKind
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.domain.facts import Days, Facts
from chalicelib.registry.domain.agreements import AgreementTerm, read_agreements, write_agreements
from chalicelib.registry.domain.model import (
    AreaLevel,
    AssistanceClass,
    Employment,
    Enrolment,
    FiscalStatus,
    Institution,
    Insurance,
    Registry,
)


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The records on a claim in the registers of an agency's services. `agreements` are the institution's terms
    recorded since the register of institutions, as far as they count for the visit; `listed_online` tells whether the
    health side lists the institution for internet visits on the day of a first visit there. `entry` is the entry by the
    register of arrivals where the hospital states another, None where both agree or no provision has a register kept.
    """

    agreements: tuple[AgreementTerm, ...] = ()
    listed_online: bool = False
    entry: Entry | None = None

    def write(self) -> dict[str, Any]:
        """Write plain values; empty records are left out, so that most claims keep the receipts that they had."""
        agreed = {"agreements": write_agreements(self.agreements)} if self.agreements else {}
        listed = {"listed_online": True} if self.listed_online else {}
        return {**agreed, **listed, **({} if self.entry is None else {"entry": self.entry.value})}

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> OnRecord:
        """Read the records from the values of `write`."""
        entry = Entry(values["entry"]) if "entry" in values else None
        return cls(read_agreements(values.get("agreements", ())), values.get("listed_online", False), entry)


NOTHING_ON_RECORD = OnRecord()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The facts about a claim beside its body. `prior` is the person's year without this claim; `settled_on` the
    Asia/Shanghai day of the decision.
    """

    enrolment: Enrolment | None
    filing_on_record: bool
    prior: YearToDate
    settled_on: date
    on_record: OnRecord = NOTHING_ON_RECORD


def gravest_status(diagnosis: Diagnosis) -> str:
    """Return the gravest of confirmed, suspected, none in the history, else the status that a later claim brought."""
    own = own_status(diagnosis)
    return diagnosis.later.status.value if own == "none" and diagnosis.later is not None else own


def own_status(diagnosis: Diagnosis) -> str:
    """Return the gravest status in the visit's own history."""
    gravest = "none"
    for event in diagnosis.history:
        if event.status is _CONFIRMED:
            return "confirmed"
        if event.status is _SUSPECTED:
            gravest = "suspected"
    return gravest


_CONFIRMED, _SUSPECTED, _EXCLUDED, _UNINSURED = (
    CaseStatus.CONFIRMED,
    CaseStatus.SUSPECTED,
    CaseStatus.EXCLUDED,
    Insurance.NONE,
)


def suspicion_excluded_on(diagnosis: Diagnosis) -> date | None:
    """Return the day on which a suspicion was excluded, or None. A later suspicion or a confirmation voids the day."""
    if own_status(diagnosis) != "suspected":
        return None
    last = max(enumerate(diagnosis.history), key=lambda pair: (pair[1].on, pair[0]))[1]
    return last.on if last.status is _EXCLUDED else None


def first_diagnosed_on(diagnosis: Diagnosis) -> date | None:
    """Return the first day of a suspicion or confirmation, of the visit itself or else of the later diagnosis."""
    days = [event.on for event in diagnosis.history if event.status is not _EXCLUDED]
    return min(days, default=None if diagnosis.later is None else diagnosis.later.on)


def distance(registry: Registry, insured_area: AreaCode | None, institution: Institution) -> str:
    """Return `local`, `within-province` or `cross-province` between pooling areas; always `local` for the uninsured."""
    if insured_area is None or registry.pooling_area(insured_area) == institution.pooling_area:
        return "local"
    same = registry.province(insured_area) == registry.province(institution.area)
    return "within-province" if same else "cross-province"


class CaseKind(NamedTuple):
    """The facts of a claim that the law depends on, beside its days: the same cell decides claims of the same kind and
    of the same intervals of days. `insured_area` is None without insurance.
    """

    institution: InstitutionCode
    insured_area: AreaCode | None
    insurance: Insurance
    employment: Employment
    assistance: AssistanceClass
    entry: Entry
    filing: Filing
    status: str
    suspicion_excluded: bool
    visit: VisitKind


def kind_of(claim: Claim, enrolment: Enrolment, *, filing_on_record: bool, entry: Entry | None = None) -> CaseKind:
    """Return the kind of a claim; `entry` is the entry by the register of arrivals against the hospital's word."""
    diagnosis, insurance = claim.diagnosis, enrolment.insurance
    status = own_status(diagnosis)
    return CaseKind(
        claim.institution,
        enrolment.insured_area if insurance is not _UNINSURED else None,
        insurance,
        enrolment.employment,
        enrolment.assistance,
        entry or claim.entry,
        filing_of(claim, filing_on_record=filing_on_record),
        diagnosis.later.status.value if status == "none" and diagnosis.later is not None else status,
        status == "suspected" and suspicion_excluded_on(diagnosis) is not None,
        claim.visit.kind,
    )


def establish_facts(kind: CaseKind, registry: Registry, days: Days, illness: Days | None = None) -> Facts:
    """Establish the facts of a kind on its days before a decision; `protected` follows when protection is resolved."""
    institution = registry.institutions[kind.institution]
    away = distance(registry, kind.insured_area, institution)
    treatment_chain = registry.chain(institution.area)
    values = {
        "status": kind.status,
        "suspicion-excluded": "yes" if kind.suspicion_excluded else "no",
        "visit": kind.visit.value,
        "insurance": kind.insurance.value,
        "employment": kind.employment.value if kind.insurance is Insurance.EMPLOYEE else "none",
        "assistance": kind.assistance.value,
        "entry": kind.entry.value,
        "distance": away,
        "filing": "none" if away == "local" else kind.filing.value,
        "level": str(institution.level) if institution.level else "none",
        "institution-kind": institution.kind.value,
        "designated": "yes" if institution.treatment_designated else "no",
        "agency": "provincial" if is_provincial(registry, institution) else "local",
        "area-status": registry.areas[institution.area].fiscal_status.value,
    }
    return Facts(
        values=values,
        treatment_chain=treatment_chain,
        insured_chain=treatment_chain if kind.insured_area is None else registry.chain(kind.insured_area),
        days=days,
        illness_days=illness,
    )


def filing_of(claim: Claim, *, filing_on_record: bool) -> Filing:
    """Return the filing of treatment elsewhere: a filing on record wins over the hospital's assertion."""
    if filing_on_record:
        return Filing.FILED
    return claim.filing or Filing.UNFILED


def is_provincial(registry: Registry, institution: Institution) -> bool:
    """Tell whether a province's agency settles with the institution, not that of its pooling area."""
    agency = registry.areas.get(institution.agency)
    return (
        agency is not None
        and agency.level is AreaLevel.PROVINCE
        and agency.fiscal_status is not FiscalStatus.MUNICIPALITY
        and agency.code != institution.pooling_area
    )
