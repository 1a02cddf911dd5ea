"""Facts about persons by token: enrolments, filings and years, read from the state table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.domain.years import SettledYear
from chalicelib.claims.ports import ClaimNumber, PersonFacts, Reception
from chalicelib.claims.tables import items, visits
from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.kernel.words.ids import AreaCode, ClaimId, PersonToken
from chalicelib.platform.aws.table import BASE, Span, Table
from chalicelib.registry import tables as registry
from chalicelib.registry.domain.enrolments import (
    AscribedDocument,
    EnrolmentVersion,
    KnownDocument,
    PersonEnrolments,
)
from chalicelib.registry.domain.filings import FilingRecord

T = TypeVar("T")
Place: TypeAlias = tuple[str, str]
"""An item's key."""
Found: TypeAlias = Mapping[Place, Mapping[str, Any]]


class DynamoPersonStore:
    """Persons on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def known_as(self, token: PersonToken) -> PersonToken:
        item = self._table.get(*registry.same_person_key(token))
        return token if item is None else PersonToken(item["person"])

    def document(self, token: PersonToken) -> KnownDocument:
        link, ascribed = registry.same_person_key(token), registry.ascribed_document_key(token)
        found = self._table.get_many((link, ascribed))
        return KnownDocument(_leads_to(token, found), _ascribed(token, found))

    def reception(self, token: PersonToken, years: Iterable[int], number: ClaimNumber) -> Reception:
        years, first = tuple(years), (items.claim_pk(number.first_id), items.CLAIM)
        link = registry.same_person_key(token)
        ascribed, visited = registry.ascribed_document_key(token), _places_of_visits(token, years)
        found = self._table.get_many((link, ascribed, first, *visited, registry.enrolments_key(token)))
        person = _leads_to(token, found)
        if person != token:
            found |= self._table.get_many((*_places_of_visits(person, years), registry.enrolments_key(person)))
        return Reception(
            person,
            _ascribed(token, found),
            _enrolments(person, found),
            tuple(_visits(person, year, found) for year in years),
            self._current(number) if first in found else None,
        )

    def _current(self, number: ClaimNumber) -> ClaimId:
        head = self._table.get(items.head_pk(number.institution, number.claim_no), items.HEAD)
        return number.first_id if head is None else ClaimId(head["claim_id"])

    def facts(self, person: PersonToken, year: int, years: Iterable[int]) -> PersonFacts:
        years = tuple(years)
        return read_facts(self._table.get_many(places_of_facts(person, year, years)), person, year, years)

    def enrolments(self, person: PersonToken) -> PersonEnrolments:
        item = self._table.get(*registry.enrolments_key(person))
        return PersonEnrolments(person) if item is None else registry.ENROLMENTS.read(item)

    def enrolment_history(self, person: PersonToken) -> tuple[EnrolmentVersion, ...]:
        return self._all(person, registry.VERSION_PREFIX, registry.VERSIONS.read)

    def filings(self, person: PersonToken) -> tuple[FilingRecord, ...]:
        return self._all(person, registry.FILING_PREFIX, registry.FILINGS.read)

    def years(self, person: PersonToken) -> tuple[PersonYear, ...]:
        return self._all(person, visits.YEAR_PREFIX, visits.YEARS.read)

    def year(self, person: PersonToken, year: int) -> PersonYear:
        item = self._table.get(*visits.year_key(person, year))
        return PersonYear(person, year) if item is None else visits.YEARS.read(item)

    def settled_years(self, agency: AreaCode, part: str, page: PageRequest) -> Page[SettledYear]:
        reader = self._table.reader(BASE, Span(), visits.SETTLED_YEARS.read)
        return read_page((visits.settled_pk(agency, part),), page, reader)

    def visits(self, person: PersonToken, year: int) -> PersonVisits:
        item = self._table.get(*visits.visits_key(person, year))
        return PersonVisits(person, year) if item is None else visits.VISITS.read(item)

    def visit_years(self, person: PersonToken) -> tuple[PersonVisits, ...]:
        return self._all(person, visits.VISITS_PREFIX, visits.VISITS.read)

    def _all(self, person: PersonToken, prefix: str, decode: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
        return tuple(read_all(registry.person_pk(person), self._table.reader(BASE, Span(prefix=prefix), decode)))


def places_of_facts(person: PersonToken, year: int, years: Iterable[int]) -> tuple[Place, ...]:
    """Return the keys of all items that deciding a claim reads of its person."""
    return (
        registry.enrolments_key(person),
        visits.year_key(person, year),
        *_places_of_visits(person, years),
    )


def read_facts(found: Found, person: PersonToken, year: int, years: Iterable[int]) -> PersonFacts:
    """Read the facts of a person from the items found under the keys of `places_of_facts`."""
    item = found.get(visits.year_key(person, year))
    return PersonFacts(
        _enrolments(person, found),
        PersonYear(person, year) if item is None else visits.YEARS.read(item),
        tuple(_visits(person, each, found) for each in years),
    )


def _places_of_visits(person: PersonToken, years: Iterable[int]) -> tuple[Place, ...]:
    return tuple(visits.visits_key(person, year) for year in years)


def _leads_to(token: PersonToken, found: Found) -> PersonToken:
    item = found.get(registry.same_person_key(token))
    return token if item is None else PersonToken(item["person"])


def _ascribed(token: PersonToken, found: Found) -> AscribedDocument:
    item = found.get(registry.ascribed_document_key(token))
    return AscribedDocument(token) if item is None else registry.ASCRIBED_DOCUMENTS.read(item)


def _enrolments(person: PersonToken, found: Found) -> PersonEnrolments:
    item = found.get(registry.enrolments_key(person))
    return PersonEnrolments(person) if item is None else registry.ENROLMENTS.read(item)


def _visits(person: PersonToken, year: int, found: Found) -> PersonVisits:
    item = found.get(visits.visits_key(person, year))
    return PersonVisits(person, year) if item is None else visits.VISITS.read(item)
