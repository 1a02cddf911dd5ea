"""What is known of a person by token: enrolments, filings and years, read from the state table."""

from __future__ import annotations

from chalicelib.adjudication.domain.year import PersonYear
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.tables import items
from chalicelib.claims.tables import visits as visit_items
from chalicelib.kernel.pages import every, read_all, read_page
from chalicelib.platform.aws.table import BASE, Span, Table
from chalicelib.registry import tables as registry
from chalicelib.registry.domain.enrolments import EnrolmentVersion, PersonEnrolments
from chalicelib.registry.domain.filings import FilingRecord


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
        span = Span(prefix=registry.VERSION_PREFIX)
        return tuple(read_all(registry.person_pk(person), self._table.reader(BASE, span, registry.VERSIONS.read)))

    def filings(self, person: str) -> tuple[FilingRecord, ...]:
        reader = self._table.reader(BASE, Span(prefix=registry.FILING_PREFIX), registry.FILINGS.read)
        return tuple(every(lambda page: read_page((registry.person_pk(person),), page, reader)))

    def years(self, person: str) -> tuple[PersonYear, ...]:
        reader = self._table.reader(
            BASE, Span(prefix=items.YEAR_PREFIX), lambda item: items.read_any_year_item(person, item)
        )
        return tuple(read_all(registry.person_pk(person), reader))

    def visits(self, person: str, year: int) -> PersonVisits:
        item = self._table.get(registry.person_pk(person), visit_items.visits_sk(year))
        return PersonVisits(person, year) if item is None else visit_items.read_visits_item(person, year, item)

    def visit_years(self, person: str) -> tuple[PersonVisits, ...]:
        reader = self._table.reader(
            BASE, Span(prefix=visit_items.VISITS_PREFIX), lambda item: visit_items.read_any_visits_item(person, item)
        )
        return tuple(read_all(registry.person_pk(person), reader))

    def year(self, person: str, year: int) -> PersonYear:
        item = self._table.get(registry.person_pk(person), items.year_sk(year))
        return PersonYear(person, year) if item is None else items.read_year_item(person, year, item)
