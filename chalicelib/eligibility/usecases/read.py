"""Reads the facts of a patient for a hospital's desk before billing: the cover of a day, the filings, and the routing
of the visit.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date

from chalicelib.adjudication.domain.requirements import unknown_person
from chalicelib.claims.ports import AgreementTerms, PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.eligibility.access import ELIGIBILITY_READ
from chalicelib.eligibility.domain import Routing, routed
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.agreements import InstitutionTerms
from chalicelib.registry.domain.enrolments import is_named, period_on
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.identity_documents import StatedDocument, read_document
from chalicelib.registry.domain.model import Enrolment, Insurance

CALL = "POST /v1/eligibility"


@dataclass(frozen=True, slots=True)
class EligibilityRequest:
    document: StatedDocument
    name: str = field(repr=False)
    on: date


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The eligibility of a day. `insurance` is None where nothing is recorded for the day. `filings` are those in force
    on the day for treatment at this hospital's place. `routing` is None where the settling side is unknown.
    """

    on: date
    insurance: Insurance | None
    insured_area: AreaCode | None
    filings: tuple[FilingRecord, ...]
    routing: Routing | None


@dataclass(frozen=True, slots=True)
class ReadEligibility:
    identifying: Identifying
    persons: PersonStore
    agreements: AgreementTerms
    bundles: BundleStore
    looking_up: LookingUp
    clock: Clock

    def __call__(self, principal: Principal, request: EligibilityRequest) -> Eligibility:
        """Return the cover of a person identified by number and name. Raises `Invalid` with `person-unknown` for an
        unknown number and for a wrong name alike, and `TooManyRequests`.
        """
        require(principal, ELIGIBILITY_READ, Resource("eligibility", institution=principal.subject))
        document, wrong = read_document(request.document, self.clock.today())
        if wrong:
            raise Invalid(wrong)
        person = self.identifying.holder(document, request.name)
        name_key = self.identifying.name_key(person, request.name)
        periods = self.persons.enrolments(person).periods
        filings = self.persons.filings(person)
        # Read for every person, so that an unknown number and a wrong name take as long.
        terms = self.agreements.of(principal.institution)
        period = period_on(periods, request.on)
        matched = is_named(periods, period, name_key)
        self.looking_up.count(principal, person, CALL, Purpose.ELIGIBILITY, matched=matched)
        if not matched:
            raise Invalid([unknown_person("id_no")])
        counting = tuple(each for each in filings if self._counts(each, principal.institution, request.on))
        return Eligibility(
            on=request.on,
            insurance=None if period is None else period.insurance,
            insured_area=None if period is None else period.insured_area,
            filings=counting,
            routing=self._routing(terms, period, request.on, filed=bool(counting)),
        )

    def _routing(self, terms: InstitutionTerms, period: Enrolment | None, on: date, *, filed: bool) -> Routing | None:
        bundle = self.bundles.current()
        here = bundle.registry.institutions.get(terms.institution)
        if here is None or period is None:
            return None
        return routed(bundle, here, terms.terms, period, on, filed=filed)

    def _counts(self, filing: FilingRecord, institution: InstitutionCode, day: date) -> bool:
        registry = self.bundles.current().registry
        here = registry.institutions.get(institution)
        around = set() if here is None else {*registry.chain(here.area), here.pooling_area}
        return filing.treatment_area in around and filing.counts_for(day, day)
