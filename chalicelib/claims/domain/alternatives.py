"""Alternatives to a decided claim: single changed facts under which the patient's part would differ.

The engine decides the claim again on every set of changed facts; no figure is worked out beside the engine. Only facts
that lie in somebody's hands or may be recorded wrongly are tried, one fact at a time, and only changes that move the
patient's part are told. Diagnosis codes are not tried: no notice makes a part of the bill depend on codes, so the codes
that a status asks for are told as a duty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from chalicelib.adjudication.domain.assess import Assessment, assess
from chalicelib.adjudication.domain.claim import CaseStatus, Claim, Entry, Filing, StatusEvent
from chalicelib.adjudication.domain.determination import Determination
from chalicelib.adjudication.domain.facts import Circumstances
from chalicelib.claims.domain.correction import corrected_history
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Institution, Insurance


class ChangedFact(StrEnum):
    """The changed fact. `enrolment` is the kind of insurance, `insured-area` the insured place."""

    FILING = "filing"
    STATUS = "status"
    ENROLMENT = "enrolment"
    INSURED_AREA = "insured-area"
    EMPLOYMENT = "employment"
    ASSISTANCE = "assistance"
    ENTRY = "entry"
    LEVEL = "level"
    DESIGNATION = "designation"


@dataclass(frozen=True, slots=True)
class Grounding:
    """The basis of a decision: the claim, the known circumstances and the bundle."""

    claim: Claim
    known: Circumstances
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class TriedChange:
    """A tried change: one fact with its other value, and the basis of the decision with that fact changed."""

    fact: ChangedFact
    value: str
    facts: Grounding


@dataclass(frozen=True, slots=True)
class Alternative:
    """The patient's part of a claim if one fact were different.

    `asked_by` are citations of the provisions that would then decide, or that ask about the fact; `no_longer` are
    citations of the provisions that would cease to decide. `duties` are the codes that the hospital would then still
    owe.
    """

    fact: ChangedFact
    value: str
    patient_now_fen: Fen
    patient_then_fen: Fen
    asked_by: tuple[str, ...]
    no_longer: tuple[str, ...]
    duties: tuple[Finding, ...]

    @property
    def difference_fen(self) -> Fen:
        return self.patient_then_fen - self.patient_now_fen


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The changes that would move the patient's part of one claim, by the law that decided the claim; the greatest
    relief first.
    """

    bundle: Bundle
    found: tuple[Alternative, ...]


def alternatives_of(claim: Claim, known: Circumstances, bundle: Bundle) -> Alternatives:
    """Return the changes that move the patient's part of a claim that can be decided."""
    facts = Grounding(claim, known, bundle)
    now = _decided(facts)
    found = (_alternative(now, change) for change in tried_changes(facts))
    told = [each for each in found if each is not None]
    ordered = sorted(told, key=lambda each: (each.difference_fen, each.fact, each.value))
    return Alternatives(bundle, tuple(ordered))


def tried_changes(facts: Grounding) -> Iterator[TriedChange]:
    """Yield every change to be tried. A fact that the law does not ask of the claim, such as a filing for a patient who
    is insured here, is tried too: the engine finds that the change has no effect.
    """
    yield from _filings(facts)
    yield from _statuses(facts)
    enrolment = facts.known.enrolment
    institution = facts.bundle.registry.institutions[facts.claim.institution]
    if enrolment is not None:
        yield from _enrolments(facts, enrolment, institution)
    entry = facts.known.on_record.entry or facts.claim.entry
    for other in Entry:
        if other is not entry:
            on_record = replace(facts.known.on_record, entry=None)
            known = replace(facts.known, on_record=on_record)
            yield TriedChange(
                ChangedFact.ENTRY, other, replace(facts, claim=replace(facts.claim, entry=other), known=known)
            )
    yield from _institutions(facts, institution)


def _decided(facts: Grounding) -> Assessment:
    """Decide the claim without asking for codes: the codes owed are told as duties."""
    return assess(facts.claim, facts.known, facts.bundle, again=True)


def _alternative(now: Assessment, change: TriedChange) -> Alternative | None:
    """Return the effect of a change; None where the claim could not be decided then or the patient bears the same."""
    then = _decided(change.facts)
    before, after = now.decision, then.decision
    if before is None or after is None or before.sharing.patient_fen == after.sharing.patient_fen:
        return None
    deciding_now, deciding_then = _deciding(now, change.facts.bundle), _deciding(then, change.facts.bundle)
    asks = _ASK_ABOUT.get(change.fact, frozenset())
    owed = {duty.code for duty in now.duties}
    return Alternative(
        change.fact,
        change.value,
        before.sharing.patient_fen,
        after.sharing.patient_fen,
        tuple(each for each, slot in deciding_then.items() if each not in deciding_now or slot in asks),
        tuple(each for each in deciding_now if each not in deciding_then),
        tuple(duty for duty in then.duties if duty.code not in owed),
    )


_ASK_ABOUT = {
    ChangedFact.STATUS: frozenset({Slot.PROTECTION, Slot.SUBSIDY_SCOPE, Slot.PAYER_OF_REMAINDER}),
    ChangedFact.FILING: frozenset({Slot.REMOTE_CUT, Slot.FILING_REQUIREMENT}),
    ChangedFact.EMPLOYMENT: frozenset({Slot.RATIO}),
    ChangedFact.ASSISTANCE: frozenset({Slot.ASSISTANCE, Slot.CRITICAL_ILLNESS}),
    ChangedFact.LEVEL: frozenset({Slot.RATIO, Slot.DEDUCTIBLE}),
}
"""The slots whose provisions hold a value for each case of a fact: the same provision decides before and after."""

MONEY_SLOTS = frozenset(
    {
        Slot.PROTECTION,
        Slot.PLAN_CATALOGUE,
        Slot.CATALOGUE_STOP,
        Slot.PRE_DIAGNOSIS_COST,
        Slot.UNINSURED_ASSISTANCE,
        Slot.REMOTE_CUT,
        Slot.REMOTE_CUT_WAIVER,
        Slot.FILING_REQUIREMENT,
        Slot.DEDUCTIBLE,
        Slot.RATIO,
        Slot.POOL_CAP,
        Slot.LARGE_SUM,
        Slot.CRITICAL_ILLNESS,
        Slot.ASSISTANCE,
        Slot.OUTPATIENT_RULE,
        Slot.OUTPATIENT_ORDINARY,
        Slot.COMBINED_SHARE,
        Slot.SUBSIDY_SCOPE,
        Slot.PAYER_OF_REMAINDER,
    }
)
"""The slots that decide how much the patient bears; codes, budgets and methods of payment are not among them."""


def _deciding(assessment: Assessment, bundle: Bundle) -> dict[str, Slot]:
    """Return the provisions that a determination cites for its money, with their slots, in the order of citation."""
    told: Determination | None = assessment.determination
    if told is None:
        return {}
    cited = [citation for step in told.steps for citation in step.decided_by]
    cited += [citation for line in told.lines for citation in line.citations]
    slots = {citation: bundle.by_citation[citation].slot for citation in cited}
    return {citation: slot for citation, slot in slots.items() if slot in MONEY_SLOTS}


def _filings(facts: Grounding) -> Iterator[TriedChange]:
    """Yield the changes of a claim without a filing on record: a filing on record, and the emergency that the hospital
    may assert.
    """
    if facts.known.filing_on_record:
        return
    recorded = replace(facts, known=replace(facts.known, filing_on_record=True))
    yield TriedChange(ChangedFact.FILING, Filing.FILED, recorded)
    if facts.claim.filing is not Filing.EMERGENCY:
        asserted = replace(facts, claim=replace(facts.claim, filing=Filing.EMERGENCY))
        yield TriedChange(ChangedFact.FILING, Filing.EMERGENCY, asserted)


def _statuses(facts: Grounding) -> Iterator[TriedChange]:
    """Yield the changes of status that the health side may make, from the first day of any stated status or, without a
    status, the day of admission. The patient's present status is tried as well: from that day on the status may protect
    more of the visit.
    """
    claim, diagnosis = facts.claim, facts.claim.diagnosis
    on = min((event.on for event in diagnosis.history), default=claim.visit.admitted_on)
    for status in (CaseStatus.CONFIRMED, CaseStatus.SUSPECTED, CaseStatus.NONE):
        changed = corrected_history(claim, StatusEvent(status, on))
        yield TriedChange(ChangedFact.STATUS, status, replace(facts, claim=changed))


def _enrolments(facts: Grounding, enrolment: Enrolment, institution: Institution) -> Iterator[TriedChange]:
    """Yield the changes of enrolment that an agency may have recorded wrongly; an uninsured patient might be insured at
    the treatment place.
    """

    def changed(fact: ChangedFact, value: str, other: Enrolment) -> TriedChange:
        return TriedChange(fact, value, replace(facts, known=replace(facts.known, enrolment=other)))

    area = enrolment.insured_area or institution.pooling_area
    for insurance, employment in ((Insurance.EMPLOYEE, Employment.ACTIVE), (Insurance.RESIDENT, Employment.NONE)):
        if insurance is not enrolment.insurance:
            insured = replace(enrolment, insured_area=area, insurance=insurance, employment=employment)
            yield changed(ChangedFact.ENROLMENT, insurance, insured)
    pooling = None if enrolment.insured_area is None else facts.bundle.registry.pooling_area(enrolment.insured_area)
    if pooling not in (None, institution.pooling_area):
        here = replace(enrolment, insured_area=institution.pooling_area)
        yield changed(ChangedFact.INSURED_AREA, institution.pooling_area, here)
    if enrolment.insurance is Insurance.EMPLOYEE:
        retired = enrolment.employment is Employment.RETIRED
        employment = Employment.ACTIVE if retired else Employment.RETIRED
        yield changed(ChangedFact.EMPLOYMENT, employment, replace(enrolment, employment=employment))
    for assistance in AssistanceClass:
        if assistance is not enrolment.assistance:
            yield changed(ChangedFact.ASSISTANCE, assistance, replace(enrolment, assistance=assistance))


LEVELS = (1, 2, 3)


def _institutions(facts: Grounding, institution: Institution) -> Iterator[TriedChange]:
    """Yield the same treatment in a hospital of another level or designation, by changes to the register of
    institutions.
    """

    def changed(fact: ChangedFact, value: str, other: Institution) -> TriedChange:
        held = facts.bundle.registry.with_institution(other)
        return TriedChange(fact, value, replace(facts, bundle=replace(facts.bundle, registry=held)))

    if institution.level is not None:
        for level in LEVELS:
            if level != institution.level:
                yield changed(ChangedFact.LEVEL, str(level), replace(institution, level=level))
    designated = not institution.treatment_designated
    value = "designated" if designated else "not-designated"
    yield changed(ChangedFact.DESIGNATION, value, replace(institution, treatment_designated=designated))
