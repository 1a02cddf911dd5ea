"""Examines claims: gathers the facts of a decision, decides, and finds what a claim still waits for. Writes nothing.

The preview and the state machine's tasks both use this module, so a claim that is previewed and then submitted under
the same circumstances gets the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.adjudication.domain.assess import Assessment, Circumstances, assess
from chalicelib.adjudication.domain.claim import Claim, Entry, OnlineVisit, Visit
from chalicelib.adjudication.domain.facts import OnRecord
from chalicelib.adjudication.domain.requirements import unknown_person
from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.record import CLOSED, ClaimRecord, ClaimStatus
from chalicelib.claims.domain.visits import years_of
from chalicelib.claims.ports import (
    AgreementTerms,
    ClaimStore,
    EntryRegister,
    OnlineLists,
    PersonFacts,
    PersonStore,
    RequireClaim,
    UpdateClaim,
)
from chalicelib.claims.usecases.alike import Alike, Resemblance
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Part, Require
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.agreements import AgreementTerm, InstitutionTerms
from chalicelib.registry.domain.enrolments import enrolment_queue, period_on, recognised
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Institution, Insurance, Registry
from chalicelib.registry.domain.resources import of_claim

ENROLMENT_MISSING = "enrolment-missing"
SENDER_UNSETTLED = "transfer-sender-unsettled"
DEPENDENCY_UNAVAILABLE = "dependency-unavailable"

PERSON_UNKNOWN = "person-unknown"
TRANSFER_UNKNOWN = "transfer-unknown"

_TRANSFER_UNKNOWN = Finding(
    TRANSFER_UNKNOWN,
    "visit.transfer_from",
    Text(
        "未找到该患者的转出医院结算申请，请核对其编号。",
        "Correct the id of the sending hospital's claim: none of this patient is known under it.",
    ),
)
_TRANSFER_CYCLE = Finding(
    "transfer-cycle",
    "visit.transfer_from",
    Text(
        "本次转院的各结算申请互指对方为转出医院的申请，均无法先行结算。请核对转出医院结算申请的编号，更正后重新申报。",
        "Correct the id of the sending hospital's claim and submit again: the claims of this transfer name each other "
        "as senders in a circle, so that none could settle first.",
    ),
    citation="cq-2020-3.4.4",
)
"""Source: row C-16, by which the sending hospital's claim settles before the receiving one's."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The wait of a claim: the public reason, the queue, and the conditions that must still hold when the claim is
    queued.
    """

    reason: str
    key: str
    still: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """The examination of a claim on one day. The claim can be settled now when the examination has no findings and no
    wait; `assessment.determination` is then present. `enrolments` must still hold when the claim is posted.
    """

    bundle: Bundle
    institution: Institution | None
    enrolment: Enrolment | None
    enrolments: Require
    year: PersonYear
    circumstances: Circumstances
    assessment: Assessment
    findings: tuple[Finding, ...]
    wait: Wait | None
    names_episode: bool
    resemblance: Resemblance

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The oddities of the claim, none of which stops the claim."""
        return (*self.assessment.warnings, *self.resemblance.warnings)

    @property
    def is_met(self) -> bool:
        """Tell whether number, name and sending hospital's claim belong together as one patient's."""
        return self.enrolment is not None and all(found.code != TRANSFER_UNKNOWN for found in self.findings)

    @property
    def agency(self) -> AreaCode | None:
        return None if self.institution is None else self.institution.agency

    @property
    def areas(self) -> tuple[AreaCode, ...]:
        """The areas that the claim concerns and that may see the claim."""
        insured_area = None if self.enrolment is None else self.enrolment.insured_area
        return areas_of(self.institution, insured_area, self.bundle.registry)


def areas_of(
    institution: Institution | None, insured_area: AreaCode | None, registry: Registry
) -> tuple[AreaCode, ...]:
    """Return all areas a claim at an institution concerns, sorted; none where the institution is unknown."""
    return () if institution is None else tuple(sorted(of_claim(institution, insured_area, registry).areas))


def transfer_queue(institution: InstitutionCode, claim_no: str) -> str:
    """Return the queue of claims that wait until a sending hospital's claim, in whichever version, is settled."""
    return f"transfer#{institution}#{claim_no}"


@dataclass(frozen=True, slots=True)
class Decider:
    bundles: BundleStore
    persons: PersonStore
    claims: ClaimStore
    agreements: AgreementTerms
    online: OnlineLists
    entries: EntryRegister
    alike: Alike
    clock: Clock

    def examine(
        self,
        claim: Claim,
        known: PersonFacts | None = None,
        terms: InstitutionTerms | None = None,
        *,
        bundle: Bundle | None = None,
    ) -> Examination:
        """Decide a claim whose body is valid, on the facts known now; `known` and `terms` are the facts already read of
        its person and of its institution's agreements. `bundle` is another bundle than the one in force.
        """
        bundle = bundle or self.bundles.current()
        institution = bundle.registry.institutions.get(claim.institution)
        year_of = claim.visit.discharged_on.year
        facts = known or self.persons.facts(claim.person, year_of, years_of(claim.visit))
        enrolments, year = facts.enrolments, facts.year
        enrolment = _enrolled(enrolments.periods, claim)
        if enrolment is None:
            # The year of a person of another name, or not insured then, is read like everybody's and not used.
            year = PersonYear(claim.person, year.year)
        filed = is_filed(self.persons, claim, enrolment, institution, bundle.registry)
        circumstances = Circumstances(
            enrolment=enrolment,
            filing_on_record=filed,
            prior=year.to_date(excluding=(claim.institution, claim.claim_no)),
            settled_on=self.clock.today(),
            on_record=self._on_record(claim, bundle, institution, terms or self.agreements.of(claim.institution)),
        )
        assessment = assess(claim, circumstances, bundle)
        resemblance = self.alike.look(claim, facts.visits, lambda each: is_recognised(enrolments.periods, each))
        sender = self._named_sender(claim)
        sender_findings, sender_wait = ((), None) if enrolment is None else self._sender(claim, sender)
        still = Require(enrolments)
        missing = Wait(ENROLMENT_MISSING, enrolment_queue(claim.person), (still,))
        return Examination(
            bundle=bundle,
            institution=institution,
            enrolment=enrolment,
            enrolments=still,
            year=year,
            circumstances=circumstances,
            assessment=assessment,
            findings=(
                *(f for f in assessment.findings if f.code != PERSON_UNKNOWN),
                *sender_findings,
                *resemblance.findings,
            ),
            wait=missing if enrolment is None else sender_wait,
            names_episode=claim.visit.episode is not None,
            resemblance=resemblance,
        )

    def _on_record(
        self, claim: Claim, bundle: Bundle, institution: Institution | None, terms: InstitutionTerms
    ) -> OnRecord:
        first = claim.visit.online is OnlineVisit.FIRST
        return OnRecord(
            agreements=_agreed(claim, terms),
            listed_online=first and self.online.lists(claim.institution, claim.visit.admitted_on),
            entry=None if institution is None else entry_on_record(self.entries, claim, bundle, institution),
        )

    def findings_of_preview(self, claim: Claim, examination: Examination) -> tuple[Finding, ...]:
        """Return every finding that would stop the claim, an unknown person among them.

        Without a person no policy has been examined; the policy's demands on the claim itself are then found by
        examining the claim as an uninsured patient's. A number under which nobody is enrolled, a wrong name, and a
        sending hospital's claim that is another person's or unknown are answered alike, and nothing is said of any
        visit.
        """
        if examination.is_met:
            return examination.findings
        nobody = Enrolment(claim.person, None, Insurance.NONE, Employment.NONE, AssistanceClass.NONE)
        circumstances = replace(
            examination.circumstances,
            enrolment=nobody,
            filing_on_record=False,
            prior=PersonYear(claim.person, examination.year.year).to_date(),
        )
        return (*assess(claim, circumstances, examination.bundle).findings, unknown_person())

    def _named_sender(self, claim: Claim) -> ClaimRecord | None:
        """Return the claim that is named as the sending hospital's. The claim is read for everybody, but only a caller
        who knows the patient learns whose the claim is: for others the transfer waits, too, and nothing more is read
        than for a claim of nobody.
        """
        named = claim.visit.transfer_from
        return None if named is None else self.claims.get(named)

    def _sender(self, claim: Claim, sender: ClaimRecord | None) -> tuple[tuple[Finding, ...], Wait | None]:
        """Return the findings and the wait from the sending hospital's claim, which settles first, in whichever
        version.
        """
        if claim.visit.transfer_from is None:
            return (), None
        if sender is None or sender.person != claim.person or _same_number(sender, claim):
            return (_TRANSFER_UNKNOWN,), None
        current = self._current(sender)
        if current.person != claim.person:
            # The sending hospital has put another patient under that number: the claim of the transfer is gone.
            return (_TRANSFER_UNKNOWN,), None
        if current.status is ClaimStatus.SETTLED:
            return (), None
        if self._leads_back(current, claim):
            return (_TRANSFER_CYCLE,), None
        queue = transfer_queue(current.institution, current.claim_no)
        still: Part = RequireClaim(current.claim_id, current.revision)
        if not current.awaited:
            # The settlement of the sending claim then knows, without a search, that a claim waits.
            still = UpdateClaim(replace(current, awaited=True, revision=current.revision + 1))
        return (), Wait(SENDER_UNSETTLED, queue, (still,))

    def _current(self, record: ClaimRecord) -> ClaimRecord:
        """Return the version of a claim that counts: a version that is over gives way to its successor."""
        if record.status not in CLOSED:
            return record
        return self.claims.successor(record.institution, record.claim_no) or record

    def _leads_back(self, sender: ClaimRecord, claim: Claim) -> bool:
        """Tell whether the chain of open claims and their named sending claims comes back to this claim.

        No claim is looked at twice, so the walk ends, also in a circle that this claim is not part of: the claims of
        that circle are refused when they are looked at. A claim that is settled, or refused and not yet sent again,
        waits for nobody. The claim of a circle that is recorded last finds the circle whole.
        """
        seen: set[str] = set()
        following: ClaimRecord | None = sender
        while following is not None and _waits(following, claim) and following.claim_id not in seen:
            if _same_number(following, claim):
                return True
            seen.add(following.claim_id)
            named = None if following.transfer_from is None else self.claims.get(following.transfer_from)
            following = None if named is None else self._current(named)
        return False


def _agreed(claim: Claim, known: InstitutionTerms) -> tuple[AgreementTerm, ...]:
    """Return the terms that count for the visit: no end that is confirmed later begins before the next day."""
    return tuple(each for each in known.terms if each.starts_on <= claim.visit.admitted_on)


def entry_on_record(register: EntryRegister, claim: Claim, bundle: Bundle, institution: Institution) -> Entry | None:
    """Return a patient's entry by the register of arrivals where the hospital says otherwise; None where they agree,
    and where no provision of the place has arrivals registered on the day of admission: then the hospital's word
    stands. Source: X-07, 山西 2020-03-26 发布会 卫健.
    """
    on = claim.visit.admitted_on
    if decider(bundle, Slot.ARRIVAL_WATCH, institution.area, on) is None:
        return None
    returned = register.returned(claim.person, claim.name_key, on)
    entry = Entry.OVERSEAS_RETURNEE if returned else Entry.NONE
    return None if entry is claim.entry else entry


def _enrolled(periods: Sequence[Enrolment], claim: Claim) -> Enrolment | None:
    """Return the enrolment under which a claim is settled, where the claim's number and name are that person's."""
    return recognised(periods, enrolment_for(periods, claim.visit), claim.name_key)


def is_recognised(periods: Sequence[Enrolment], claim: Claim) -> bool:
    """Tell whether number and name of a claim are an enrolled person's at the visit."""
    return _enrolled(periods, claim) is not None


def is_filed(
    persons: PersonStore, claim: Claim, enrolment: Enrolment | None, institution: Institution | None, registry: Registry
) -> bool:
    """Tell whether a filing for the treatment is on record. The filing matters only where the patient is insured
    elsewhere, so filings are read for nobody else.
    """
    if institution is None or enrolment is None or enrolment.insured_area is None:
        return False
    if registry.pooling_area(enrolment.insured_area) == institution.pooling_area:
        return False
    return has_filing(persons.filings(claim.person), claim.visit, institution, registry)


def known_under(persons: PersonStore, claim: Claim, known: Circumstances, registry: Registry) -> Circumstances:
    """Return the circumstances of a settled claim for a decision by another registry: a visit that is elsewhere by that
    registry may have a filing on record that nobody asked for before.
    """
    institution = registry.institutions.get(claim.institution)
    filed = known.filing_on_record or is_filed(persons, claim, known.enrolment, institution, registry)
    return replace(known, filing_on_record=filed)


def enrolment_for(periods: Sequence[Enrolment], visit: Visit) -> Enrolment | None:
    """Return the enrolment under which a visit is settled: in force on the day of discharge (or service), else at
    admission.

    Periods never overlap, so at most one period holds on a day.
    """
    return period_on(periods, visit.discharged_on) or period_on(periods, visit.admitted_on)


def has_filing(filings: Sequence[FilingRecord], visit: Visit, institution: Institution, registry: Registry) -> bool:
    """Tell whether treatment at the institution was filed for its area or an area above, so that the filing counts."""
    around = {*registry.chain(institution.area), institution.pooling_area}
    return any(
        filing.treatment_area in around and filing.counts_for(visit.admitted_on, visit.discharged_on)
        for filing in filings
    )


def _waits(record: ClaimRecord, claim: Claim) -> bool:
    """Tell whether a record is an open claim of the same patient: a transfer from another person's claim is refused by
    itself.
    """
    return record.is_open and record.person == claim.person


def _same_number(record: ClaimRecord, claim: Claim) -> bool:
    return (record.institution, record.claim_no) == (claim.institution, claim.claim_no)
