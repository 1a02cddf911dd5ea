"""Resources of the registry for the rules of access: an institution's, an area's, a case's, a claim's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.registry.domain.model import Institution, Registry

T = TypeVar("T")


def own(principal: Principal, kind: str) -> Resource:
    """Return the caller's own resource, for lists that are then narrowed to the caller's subject."""
    if principal.role in (Role.HOSPITAL, Role.TOWNSHIP):
        return Resource(kind, institution=principal.subject)
    if principal.role is Role.CENTRE:
        return Resource(kind, tier=principal.area)
    return Resource(kind, areas=frozenset({principal.area}))


def require_found(principal: Principal, action: Action, kind: str, found: T | None) -> T:
    """Return the record found; the caller still checks its owner. For None, raises `NotFound` as for a foreign record,
    and `Forbidden` for a role that may never do the action.
    """
    if found is None:
        require(principal, action, own(principal, kind))
        raise NotFound
    return found


def permitted(
    principal: Principal, action: Action, kind: str, found: T | None, resource_of: Callable[[T], Resource]
) -> T:
    """Return the record found where the principal may do the action to it. Raises as `require_found` and `require`."""
    record = require_found(principal, action, kind, found)
    require(principal, action, resource_of(record))
    return record


def of_institution(institution: Institution, kind: str = "institution", acted: tuple[str, ...] = ()) -> Resource:
    """Return the resource of an institution, visible to the area that settles with it and to its pooling area."""
    return Resource(
        kind,
        institution=institution.code,
        areas=frozenset({institution.agency, institution.pooling_area}),
        agency=institution.agency,
        acted=acted,
    )


def of_claim(institution: Institution, insured_area: AreaCode | None, registry: Registry) -> Resource:
    """Return the resource of a claim: its institution's, and the insured place's, whose fund pays. `insured_area` is
    None for an uninsured patient.
    """
    areas = {institution.agency, institution.pooling_area}
    if insured_area is not None:
        areas |= {insured_area, registry.pooling_area(insured_area)}
    return Resource("claim", institution=institution.code, areas=frozenset(areas), agency=institution.agency)


def of_area(registry: Registry, code: AreaCode, kind: str) -> Resource:
    """Return the resource of an area, such as an enrolment or a report: the area's own, its pooling area's, and its
    province's tier. The centre of the nation reads the nation's.
    """
    return Resource(kind, areas=frozenset({code, registry.pooling_area(code)}), tier=registry.province(code))


def area_to_read(
    principal: Principal, action: Action, registry: Registry, area: AreaCode | None, kind: str
) -> AreaCode:
    """Return the area to read: the caller's own where none is named. Raises as `require` for a foreign area."""
    whose = principal.area if area is None else area
    require(principal, action, of_area(registry, whose, kind))
    return whose


@dataclass(frozen=True, slots=True)
class Lists:
    """The names of the lists that hold a kind of record: a desk's own list, and an area's. `desks` are the roles of
    desks, which read their own list and no area's.
    """

    kind: str
    of_desk: Callable[[InstitutionCode], str]
    of_area: Callable[[AreaCode], str]
    desks: frozenset[Role] = frozenset({Role.HOSPITAL})

    def asked_for(
        self, principal: Principal, action: Action, registry: Registry, area: AreaCode | None
    ) -> tuple[str, ...]:
        """Return the list of the calling desk, or of the area to read. Raises as `area_to_read`."""
        if principal.role in self.desks:
            require(principal, action, own(principal, self.kind))
            return (self.of_desk(principal.institution),)
        return (self.of_area(area_to_read(principal, action, registry, area, self.kind)),)


def of_case(registry: Registry, area: AreaCode) -> Resource:
    """Return the resource of a patient's status, for the health commissions of the area and everything above it to
    correct.
    """
    return Resource("case", areas=frozenset(registry.chain(area)))
