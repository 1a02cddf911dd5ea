"""Finds a person by document and name for an office that works on the person's records, or for the auditor, who were
told no token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus
from chalicelib.claims.domain.visits import PersonVisits, VisitEntry
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.identify import Identifying, names_on_record
from chalicelib.claims.usecases.reading import resource_of
from chalicelib.eligibility.access import PERSON_FIND
from chalicelib.kernel.access import Principal, Resource, Role, allowed, require
from chalicelib.kernel.errors import Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.identity_documents import StatedDocument, read_document
from chalicelib.registry.domain.model import Registry
from chalicelib.registry.domain.resources import of_area, of_case, own

CALL = "POST /v1/persons/search"

SHOWN_MAX = 100
"""The number of claims that an answer holds, those with the latest discharge."""

_UNKNOWN = finding(
    "person-unknown",
    "id_no",
    "本单位职责范围内没有与所填证件、姓名相符的人员，请核对证件类型、号码和姓名。",
    "Check the document's type, its number and the name: no person within your office's reach matches all of them.",
)


@dataclass(frozen=True, slots=True)
class PersonSearch:
    document: StatedDocument
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A claim of the person within the caller's reach."""

    visit: VisitEntry
    status: ClaimStatus


@dataclass(frozen=True, slots=True)
class PersonFound:
    """The person of a document and a name, with the claims within the caller's reach, the latest discharge first.
    `more` tells that further claims are left out.
    """

    person: PersonToken
    claims: tuple[FoundClaim, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class FindPerson:
    identifying: Identifying
    persons: PersonStore
    claims: ClaimStore
    bundles: BundleStore
    looking_up: LookingUp
    clock: Clock

    def __call__(self, principal: Principal, request: PersonSearch) -> PersonFound:
        """Return the person of a document and a name. Raises `Invalid` with `person-unknown` for an unknown number, a
        wrong name and a person of whom the caller's office has nothing, alike; and `TooManyRequests`.
        """
        require(principal, PERSON_FIND, own(principal, "person"))
        document, wrong = read_document(request.document, self.clock.today())
        if wrong:
            raise Invalid(wrong)
        registry = self.bundles.current().registry
        area = registry.pooling_area(principal.area) if principal.role is Role.AGENCY else None
        person = self.identifying.holder(document, request.name, area)
        name_key = self.identifying.name_key(person, request.name)
        # Read for every person, so that an unknown number and a wrong name take as long.
        enrolments, history = self.persons.enrolments(person), self.persons.enrolment_history(person)
        visits, filings = self.persons.visit_years(person), self.persons.filings(person)
        matched = name_key in names_on_record(enrolments, history, visits)
        self.looking_up.count(principal, person, CALL, Purpose.SEARCH, matched=matched)
        if not matched:
            raise Invalid([_UNKNOWN])
        claims = self._claims(principal, visits, registry)
        stated = (*enrolments.periods, *(version.stated for version in history))
        places = [area for each in stated for area in (each.insured_area, each.recorded_by)]
        places += [each.treatment_area for each in filings]
        if not claims and not _has_any(principal, places, registry):
            raise Invalid([_UNKNOWN])
        return PersonFound(person, tuple(claims[:SHOWN_MAX]), more=len(claims) > SHOWN_MAX)

    def _claims(self, principal: Principal, visits: Iterable[PersonVisits], registry: Registry) -> list[FoundClaim]:
        """Return the claims of visits within the caller's reach, the latest discharge first."""
        entries = {each.claim_id: each for year in visits for each in year.entries if not each.is_by_hand}
        records = self.claims.get_many(entries)
        seen = [
            FoundClaim(entries[each.claim_id], each.status)
            for each in records.values()
            if allowed(principal, PERSON_FIND, _resource(principal, each, registry))
        ]
        return sorted(seen, key=lambda each: (each.visit.discharged_on, each.visit.claim_id), reverse=True)


def _resource(principal: Principal, record: ClaimRecord, registry: Registry) -> Resource:
    """Return a claim as the caller sees it: as a patient's case, or as an agency's business."""
    institution = registry.institutions.get(record.institution)
    if principal.role is Role.HEALTH:
        return Resource("case") if institution is None else of_case(registry, institution.area)
    return resource_of(record)


def _has_any(principal: Principal, places: Sequence[AreaCode | None], registry: Registry) -> bool:
    """Tell whether an insurance or a filing of the person is the caller's to read; a health commission reads none."""
    if principal.role is Role.HEALTH:
        return False
    areas = {area for area in places if area is not None}
    return any(allowed(principal, PERSON_FIND, of_area(registry, area, "person")) for area in areas)
