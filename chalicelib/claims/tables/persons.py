"""What is known of a person by token: enrolments, filings and years, read from the state table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.tables import visits
from chalicelib.kernel.pages import read_all
from chalicelib.platform.aws.table import BASE, Span, Table
from chalicelib.registry import tables as registry
from chalicelib.registry.domain.enrolments import EnrolmentVersion, PersonEnrolments
from chalicelib.registry.domain.filings import FilingRecord

T = TypeVar("T")


class DynamoPersonStore:
    """Persons on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def known_as(self, token: str) -> str:
        item = self._table.get(*registry.same_person_key(token))
        return token if item is None else str(item["person"])

    def enrolments(self, person: str) -> PersonEnrolments:
        item = self._table.get(*registry.enrolments_key(person))
        return PersonEnrolments(person) if item is None else registry.ENROLMENTS.read(item)

    def enrolment_history(self, person: str) -> tuple[EnrolmentVersion, ...]:
        return self._all(person, registry.VERSION_PREFIX, registry.VERSIONS.read)

    def filings(self, person: str) -> tuple[FilingRecord, ...]:
        return self._all(person, registry.FILING_PREFIX, registry.FILINGS.read)

    def years(self, person: str) -> tuple[PersonYear, ...]:
        return self._all(person, visits.YEAR_PREFIX, visits.YEARS.read)

    def year(self, person: str, year: int) -> PersonYear:
        item = self._table.get(*visits.year_key(person, year))
        return PersonYear(person, year) if item is None else visits.YEARS.read(item)

    def visits(self, person: str, year: int) -> PersonVisits:
        item = self._table.get(*visits.visits_key(person, year))
        return PersonVisits(person, year) if item is None else visits.VISITS.read(item)

    def visit_years(self, person: str) -> tuple[PersonVisits, ...]:
        return self._all(person, visits.VISITS_PREFIX, visits.VISITS.read)

    def _all(self, person: str, prefix: str, decode: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
        return tuple(read_all(registry.person_pk(person), self._table.reader(BASE, Span(prefix=prefix), decode)))
