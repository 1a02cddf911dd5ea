"""The facts of one claim that policy conditions can ask about: a value for each dimension, the two places, the days.

A fact is what the notices distinguish and nothing more; amounts are not facts. Source: design.md section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.domain.claims import CaseStatus, Claim, Diagnosis, Filing
from chalicelib.domain.policy import Anchor
from chalicelib.domain.registry import (
    NATION,
    AreaLevel,
    CatalogueItem,
    Enrolment,
    FiscalStatus,
    Institution,
    Insurance,
    Registry,
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days an effective interval may be anchored to. Outpatients: the first three are the service date."""

    admission: date
    service: date
    discharge: date
    settlement: date

    def at(self, anchor: Anchor) -> date:
        match anchor:
            case Anchor.ADMISSION:
                return self.admission
            case Anchor.SERVICE:
                return self.service
            case Anchor.DISCHARGE:
                return self.discharge
            case Anchor.SETTLEMENT:
                return self.settlement


@dataclass(frozen=True, slots=True)
class Facts:
    """`values` maps dimensions to values; the chains run from the narrowest area up to the nation. `illness_days` are
    those of a later claim whose diagnosis covers this visit, where its own days do not protect the patient yet.
    """

    values: Mapping[str, str]
    treatment_chain: tuple[str, ...]
    insured_chain: tuple[str, ...]
    days: Days
    illness_days: Days | None = None

    def days_of(self, *, of_illness: bool) -> Days:
        """The days on which a provision is asked: one that speaks of the illness is asked on the days of the claim that
        brought the diagnosis, where that reached back to this visit (N-08).
        """
        return self.illness_days if of_illness and self.illness_days is not None else self.days

    def with_values(self, **values: str) -> Facts:
        """The same facts with some dimensions set; underscores in names stand for hyphens."""
        return replace(
            self, values={**self.values, **{name.replace("_", "-"): value for name, value in values.items()}}
        )

    def of_line(self, item: CatalogueItem, day: date) -> Facts:
        """The facts as one line sees them: its item's kind, class and place in the treatment plan, its own day."""
        plan = "in" if item.in_plan_on(day) else "left" if item.left_plan_before(day) else "never"
        known = self.with_values(item_kind=item.kind.value, item_class=item.item_class.value, plan=plan)
        return known.on(day)

    def on(self, day: date) -> Facts:
        """The same facts on the day of one line."""
        return replace(self, days=replace(self.days, service=day))


def facts_of_tier(registry: Registry, tier: str, day: date) -> Facts:
    """What is known of a tier of clearing: its own place and the nation's, and one day for every anchor; nothing of a
    claim. A province that the registry does not know stands under the nation alone.
    """
    chain = registry.chain(tier) or (NATION,)
    return Facts({}, chain, chain, Days(day, day, day, day))


def gravest_status(diagnosis: Diagnosis) -> str:
    """Confirmed, suspected or none: the gravest in the history, else what a later claim of the episode brought."""
    own = own_status(diagnosis)
    return diagnosis.later.status.value if own == "none" and diagnosis.later is not None else own


def own_status(diagnosis: Diagnosis) -> str:
    """The gravest status in the visit's own history."""
    seen = {event.status for event in diagnosis.history}
    if CaseStatus.CONFIRMED in seen:
        return "confirmed"
    return "suspected" if CaseStatus.SUSPECTED in seen else "none"


def suspicion_excluded_on(diagnosis: Diagnosis) -> date | None:
    """The day on which a suspicion ended as excluded, or None. A later suspicion or any confirmation undoes it."""
    if own_status(diagnosis) != "suspected":
        return None
    last = max(enumerate(diagnosis.history), key=lambda pair: (pair[1].on, pair[0]))[1]
    return last.on if last.status is CaseStatus.EXCLUDED else None


def first_diagnosed_on(diagnosis: Diagnosis) -> date | None:
    """The first day with a suspicion or confirmation, of the visit itself or else of what reaches back to it."""
    days = [event.on for event in diagnosis.history if event.status is not CaseStatus.EXCLUDED]
    return min(days, default=None if diagnosis.later is None else diagnosis.later.on)


def distance(registry: Registry, insured_area: str | None, institution: Institution) -> str:
    """`local`, `within-province` or `cross-province`, between pooling areas; an uninsured person is never remote."""
    if insured_area is None or registry.pooling_area(insured_area) == institution.pooling_area:
        return "local"
    same = registry.province(insured_area) == registry.province(institution.area)
    return "within-province" if same else "cross-province"


def establish_facts(
    claim: Claim,
    enrolment: Enrolment,
    institution: Institution,
    registry: Registry,
    *,
    filing_on_record: bool,
    settled_on: date,
) -> Facts:
    """The facts of a claim before anything is decided; `protected` is added once protection is resolved."""
    insured_area = enrolment.insured_area if enrolment.insurance is not Insurance.NONE else None
    away = distance(registry, insured_area, institution)
    treatment_chain = registry.chain(institution.area)
    values = {
        "status": gravest_status(claim.diagnosis),
        "suspicion-excluded": "yes" if suspicion_excluded_on(claim.diagnosis) else "no",
        "visit": claim.visit.kind.value,
        "insurance": enrolment.insurance.value,
        "employment": enrolment.employment.value if enrolment.insurance is Insurance.EMPLOYEE else "none",
        "assistance": enrolment.assistance.value,
        "entry": claim.entry.value,
        "distance": away,
        "filing": "none" if away == "local" else _filing(claim, filing_on_record=filing_on_record).value,
        "level": str(institution.level) if institution.level else "none",
        "institution-kind": institution.kind.value,
        "designated": "yes" if institution.treatment_designated else "no",
        "agency": "provincial" if is_provincial(registry, institution) else "local",
        "area-status": registry.areas[institution.area].fiscal_status.value,
    }
    visit = claim.visit
    return Facts(
        values=values,
        treatment_chain=treatment_chain,
        insured_chain=treatment_chain if insured_area is None else registry.chain(insured_area),
        days=Days(visit.admitted_on, visit.discharged_on, visit.discharged_on, settled_on),
    )


def _filing(claim: Claim, *, filing_on_record: bool) -> Filing:
    if filing_on_record:
        return Filing.FILED
    return claim.filing or Filing.UNFILED


def is_provincial(registry: Registry, institution: Institution) -> bool:
    """Whether a province's agency settles with the institution, not that of its pooling area."""
    agency = registry.areas.get(institution.agency)
    return (
        agency is not None
        and agency.level is AreaLevel.PROVINCE
        and agency.fiscal_status is not FiscalStatus.MUNICIPALITY
        and agency.code != institution.pooling_area
    )
