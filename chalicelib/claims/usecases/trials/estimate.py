"""Decides a bill for a person who is described by the terms of insurance alone, so that two places can be compared.

Nothing about any person is read: no enrolment, filing, year or visit. The person has used nothing in the year, and a
filing is what the caller says. So an estimate can be open to offices that may not see a patient.
"""

from __future__ import annotations

from chalicelib.adjudication.domain.assess import Circumstances, assess
from chalicelib.adjudication.domain.claim import Claim, Diagnosis, Entry, Filing, Line, Visit
from chalicelib.adjudication.domain.facts import OnRecord
from chalicelib.adjudication.domain.validation import check_body
from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.access import CLAIM_ESTIMATE
from chalicelib.claims.domain.submission import Previewed
from chalicelib.claims.ports import AgreementTerms
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import NOBODY
from chalicelib.registry.domain.checks import check_area
from chalicelib.registry.domain.identity_documents import StatedDocument
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance, Registry

_NUMBER = "ESTIMATE"
_NO_DOCUMENT = StatedDocument(None, None, None)


@dataclass(frozen=True, slots=True)
class InsuranceTerms:
    """The terms under which a person would be insured; `insured_area` is None without insurance."""

    insured_area: AreaCode | None
    insurance: Insurance
    employment: Employment
    assistance: AssistanceClass


@dataclass(frozen=True, slots=True)
class DescribedBill:
    """A bill of a person of whom nothing is known but the terms. `filing` is None where none is stated."""

    institution: InstitutionCode
    terms: InsuranceTerms
    entry: Entry
    filing: Filing | None
    visit: Visit
    diagnosis: Diagnosis
    lines: tuple[Line, ...]

    def to_claim(self) -> Claim:
        """Return the bill as a claim of nobody."""
        return Claim(
            claim_no=_NUMBER,
            institution=self.institution,
            person=NOBODY,
            entry=self.entry,
            visit=self.visit,
            diagnosis=self.diagnosis,
            lines=self.lines,
            filing=None if self.filing is Filing.FILED else self.filing,
        )


@dataclass(frozen=True, slots=True)
class EstimateBill:
    bundles: BundleStore
    agreements: AgreementTerms
    clock: Clock

    def __call__(self, principal: Principal, bill: DescribedBill, *, bundle: str | None = None) -> Previewed:
        """Return the determination of a bill by the bundle in force, or by another one, published or waiting.

        Raises `NotFound` for an institution and an area that are both out of the caller's reach, and for an unknown
        bundle; `Invalid` with all errors of the body, the registry and the policy.
        """
        law = self.bundles.current() if bundle is None else self.bundles.load(bundle)
        require(principal, CLAIM_ESTIMATE, _resource(law.registry, bill))
        claim, terms = bill.to_claim(), bill.terms
        wrong = _wrong_with(claim, self.clock)
        if terms.insured_area is not None:
            wrong += check_area(terms.insured_area, law.registry, "insured.insured_area")
        if wrong:
            raise Invalid(wrong)
        on = claim.visit.admitted_on
        agreed = tuple(each for each in self.agreements.of(bill.institution).terms if each.starts_on <= on)
        circumstances = Circumstances(
            enrolment=Enrolment(NOBODY, terms.insured_area, terms.insurance, terms.employment, terms.assistance),
            filing_on_record=bill.filing is Filing.FILED,
            prior=PersonYear(NOBODY, claim.visit.discharged_on.year).to_date(),
            settled_on=self.clock.today(),
            on_record=OnRecord(agreements=agreed),
        )
        assessment = assess(claim, circumstances, law)
        if assessment.document is None:
            raise Invalid(assessment.findings)
        return Previewed(assessment.document, assessment.warnings)


def _resource(registry: Registry, bill: DescribedBill) -> Resource:
    """Return the bill as the resource of an access check: the institution's, and that of every area around the
    institution and around the insured place.
    """
    institution = registry.institutions.get(bill.institution)
    treated = () if institution is None else (*registry.chain(institution.area), institution.agency)
    insured = () if bill.terms.insured_area is None else registry.chain(bill.terms.insured_area)
    return Resource("estimate", institution=bill.institution, areas=frozenset({*treated, *insured}))


def _wrong_with(claim: Claim, clock: Clock) -> list[Finding]:
    """Return the errors of a bill's body; a bill of nobody has no document to be checked."""
    found = check_body(claim, clock.today(), _NO_DOCUMENT)
    return [each for each in found if not each.field.startswith("patient")]
