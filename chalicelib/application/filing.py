"""Registers that a person will be, or is being, treated outside the insured place (异地就医备案)."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.commits import AddFiling
from chalicelib.application.identifying import Identifying
from chalicelib.application.ports import BundleStore, Clock, Commits, PersonStore
from chalicelib.application.requests import FilingRequest
from chalicelib.application.times import instant
from chalicelib.domain.access import Action, Principal, Resource, Role, of_area, require
from chalicelib.domain.canonical import fingerprint
from chalicelib.domain.errors import Invalid
from chalicelib.domain.identity_documents import read_document
from chalicelib.domain.registration import check_area, check_period
from chalicelib.domain.registry import FilingRecord, Registry


@dataclass(frozen=True, slots=True)
class FileTreatment:
    identifying: Identifying
    persons: PersonStore
    bundles: BundleStore
    commits: Commits
    clock: Clock

    def __call__(self, principal: Principal, request: FilingRequest) -> FilingRecord:
        """Keep a filing; the same one again is the first one, with the instant it was made at.

        A hospital files for its own patients, an agency where it insures the person or where the treatment is.
        """
        registry = self.bundles.current().registry
        document, wrong = read_document(request.document, self.clock.today())
        person = self.identifying.person(document)
        require(principal, Action.FILING_RECORD, self._resource(principal, person, request, registry))
        wrong = (
            *wrong,
            *check_area(request.treatment_area, registry, "treatment_area"),
            *check_period(request.starts_on, request.ends_on),
        )
        if wrong:
            raise Invalid(wrong)
        filing_id = _filing_id(person, request)
        known = next((kept for kept in self.persons.filings(person) if kept.filing_id == filing_id), None)
        if known is not None:
            return known
        filing = FilingRecord(
            filing_id=filing_id,
            person=person,
            treatment_area=request.treatment_area,
            kind=request.kind,
            channel=request.channel,
            starts_on=request.starts_on,
            ends_on=request.ends_on,
            filed_at=instant(self.clock.now()),
        )
        self.commits.commit([AddFiling(filing)])
        return filing

    def _resource(self, principal: Principal, person: str, request: FilingRequest, registry: Registry) -> Resource:
        if principal.role is Role.HOSPITAL:
            return Resource("filing", institution=principal.subject)
        areas = of_area(registry, request.treatment_area, "filing").areas
        for period in self.persons.enrolments(person).periods:
            if period.insured_area is not None:
                areas |= of_area(registry, period.insured_area, "filing").areas
        return Resource("filing", areas=areas)


def _filing_id(person: str, request: FilingRequest) -> str:
    """The same registration has the same id, so trying again makes no second one."""
    digest = fingerprint(
        {
            "person": person,
            "treatment_area": request.treatment_area,
            "kind": request.kind.value,
            "from": request.starts_on.isoformat(),
            "to": None if request.ends_on is None else request.ends_on.isoformat(),
        }
    )
    return f"fil_{digest[:26]}"
