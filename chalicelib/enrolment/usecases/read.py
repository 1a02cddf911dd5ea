"""Shows a person's standing insurance and every version of it, to the areas that stated them and to the auditor."""

from __future__ import annotations

from chalicelib.claims.ports import PersonStore
from chalicelib.enrolment.access import ENROLMENT_READ
from chalicelib.kernel.access import Principal, Resource, allowed, require
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.enrolments import EnrolmentVersion
from chalicelib.registry.domain.model import Enrolment, Registry
from chalicelib.registry.domain.resources import of_area, own


@dataclass(frozen=True, slots=True)
class EnrolmentsView:
    """A person's standing periods, by day, and the versions, oldest first, as far as the caller may see them."""

    person: PersonToken
    periods: tuple[Enrolment, ...]
    versions: tuple[EnrolmentVersion, ...]


@dataclass(frozen=True, slots=True)
class ReadEnrolments:
    persons: PersonStore
    bundles: BundleStore
    looking_up: LookingUp

    def __call__(self, principal: Principal, person: PersonToken) -> EnrolmentsView:
        """Return an agency's view: its own area's periods and its own recordings. Raises `NotFound` for an empty view,
        whether or not the person is insured elsewhere.
        """
        require(principal, ENROLMENT_READ, own(principal, "enrolment"))
        registry = self.bundles.current().registry
        periods = tuple(each for each in self.persons.enrolments(person).periods if _is_seen(principal, each, registry))
        versions = tuple(
            each
            for each in self.persons.enrolment_history(person)
            if _is_seen(principal, each.stated, registry) or _stood(principal, each, registry)
        )
        if not periods and not versions:
            raise NotFound
        self.looking_up.note(principal, person, "GET /v1/enrolments", Purpose.RECORDS)
        return EnrolmentsView(person, periods, versions)


def _is_seen(principal: Principal, period: Enrolment, registry: Registry) -> bool:
    areas = frozenset[AreaCode]()
    for area in (period.insured_area, period.recorded_by):
        if area is not None:
            areas |= of_area(registry, area, "enrolment").areas
    return allowed(principal, ENROLMENT_READ, Resource("enrolment", areas=areas))


def _stood(principal: Principal, version: EnrolmentVersion, registry: Registry) -> bool:
    """Tell whether a release ended a period of the caller's area."""
    return version.transfer_id is not None and any(
        _is_seen(principal, period, registry) for period in version.periods if period.insured_area is not None
    )
