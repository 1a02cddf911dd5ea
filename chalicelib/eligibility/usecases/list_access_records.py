"""Lists the look-ups of a person, for the person's agency and the auditor."""

from __future__ import annotations

from datetime import date, timedelta

from chalicelib.claims.ports import PersonStore
from chalicelib.eligibility.access import ACCESS_RECORDS_READ
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.time import start_of
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Lookup, Purpose
from chalicelib.lookups.ports import AccessRecords
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.resources import of_area


@dataclass(frozen=True, slots=True)
class ReadAccessRecords:
    """The use case that lists the look-ups of a person."""

    records: AccessRecords
    persons: PersonStore
    bundles: BundleStore
    looking_up: LookingUp

    def __call__(
        self, principal: Principal, person: PersonToken, from_on: date | None, to_on: date | None, page: PageRequest
    ) -> Page[Lookup]:
        """Return the look-ups of a person in a span of Asia/Shanghai days (both inside), oldest first. Raises
        `NotFound` for an agency that insures the person at no time.
        """
        require(principal, ACCESS_RECORDS_READ, self._resource(principal, person))
        self.looking_up.note(principal, person, "GET /v1/access-records", Purpose.RECORDS)
        from_at = None if from_on is None else start_of(from_on)
        before_at = None if to_on is None else start_of(to_on + timedelta(days=1))
        return self.records.of_person(person, from_at, before_at, page)

    def _resource(self, principal: Principal, person: PersonToken) -> Resource:
        if principal.role is not Role.AGENCY:
            return Resource("access-records")
        registry = self.bundles.current().registry
        insured = {each.insured_area for each in self.persons.enrolments(person).periods if each.insured_area}
        areas = frozenset[AreaCode]().union(*(of_area(registry, area, "enrolment").areas for area in insured))
        return Resource("access-records", areas=areas)
