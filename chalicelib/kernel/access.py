"""Access decisions: actions with the roles they are granted to, denying by default, and the scope of each grant.

Every call of the API and every use case asks this module and nothing else. Nothing in this module reads a token or a
store: the caller names the principal (from the verified token only) and the owner of the resource (from the registry or
the record, never from the request's own words).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Literal

from chalicelib.kernel.errors import Forbidden, NotFound, OwnAct
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import is_same_person
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode


class Role(StrEnum):
    HOSPITAL = "hospital"
    AGENCY = "agency"
    FINANCE = "finance"
    HEALTH = "health"
    CENTRE = "centre"
    POLICY = "policy"
    AUDITOR = "auditor"
    TOWNSHIP = "township"
    OPERATOR = "operator"


Office = Literal["agency", "finance", "health"]
"""The roles of an area's offices that provisions name as taking part or answering."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of an action. `actor` is the acting person or system as the issuer names it, `subject` the one
    institution or area the actor acts for: an institution's code for a hospital, an area's for everyone else (the
    nation is `000000`). A township office acts for its district and sees what offices of that district did themselves.
    """

    actor: str
    role: Role
    subject: str

    @property
    def institution(self) -> InstitutionCode:
        """The subject of a hospital or a pharmacy."""
        return InstitutionCode(self.subject)

    @property
    def area(self) -> AreaCode:
        """The subject of an office."""
        return AreaCode(self.subject)


@dataclass(frozen=True, slots=True)
class Resource:
    """The owners of the thing acted on. A field left out matches nobody, so a caller that forgets a field denies.

    `institution`: the hospital the thing belongs to. `areas`: the areas the thing concerns. `agency`: the area that
    settles with the institution, narrower than `areas` where money is moved. `tier`: the tier of clearing the thing
    belongs to. `acted`: the actors of the matter's earlier steps, who never take a step that needs another person.
    """

    kind: str
    institution: str | None = None
    areas: frozenset[AreaCode] = frozenset()
    agency: AreaCode | None = None
    tier: AreaCode | None = None
    acted: tuple[str, ...] = ()


class Scope(Enum):
    """The reach of a grant; the value is its wording in the generated table."""

    ANY = "all"
    OWN = "own"
    AREA = "own area"
    AGENCY = "institutions it settles with"
    TIER = "own tier"


class Decision(Enum):
    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    OWN_ACT = "own-act"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """An action a principal may take, declared once in the `access` module of its capability: its name, the roles it is
    granted to with their scope, and whether it needs another person than those who took the earlier steps. A role that
    is not named is refused.
    """

    value: str
    grants: Mapping[Role, Scope]
    another_person: bool = False

    def __str__(self) -> str:
        return self.value


PARTIES: Mapping[Role, Scope] = {Role.AGENCY: Scope.AREA, Role.FINANCE: Scope.AREA}
"""An area's agency and its treasury."""

MONEY_READERS: Mapping[Role, Scope] = {Role.HOSPITAL: Scope.OWN, **PARTIES, Role.AUDITOR: Scope.ANY}
"""The readers of a hospital's money: the hospital, the area's agency and treasury, the auditor."""


_INSTITUTION = re.compile(r"[A-Z][0-9]{11}")
_AREA = re.compile(r"[0-9]{6}")


def can_be_subject(role: Role, subject: str) -> bool:
    """Tell whether a subject has the form the role acts for: an institution's code, or an area's."""
    form = _INSTITUTION if role is Role.HOSPITAL else _AREA
    return form.fullmatch(subject) is not None


def scope_of(role: Role, action: Action) -> Scope | None:
    """Return the scope of a role's grant of an action, so that a list can be narrowed; None where there is no grant."""
    return action.grants.get(role)


def decide(principal: Principal, action: Action, resource: Resource) -> Decision:
    """Decide whether the principal may do the action. A role without the grant is forbidden. A foreign subject's thing
    is not found, so that nobody learns it exists. An actor of an earlier step is told so where two people are needed.
    """
    scope = action.grants.get(principal.role)
    if scope is None:
        return Decision.FORBIDDEN
    if not _reaches(scope, principal, resource):
        return Decision.NOT_FOUND
    if action.another_person and any(is_same_person(principal.actor, actor) for actor in resource.acted):
        return Decision.OWN_ACT
    return Decision.ALLOWED


def allowed(principal: Principal, action: Action, resource: Resource) -> bool:
    """Tell whether the principal may do the action to the resource."""
    return decide(principal, action, resource) is Decision.ALLOWED


def require(principal: Principal, action: Action, resource: Resource) -> None:
    """Return when the action is allowed. Raises `Forbidden` when the role may never do it, `OwnAct` when the person
    took an earlier step of a matter that needs two people, `NotFound` when the thing is another subject's.
    """
    match decide(principal, action, resource):
        case Decision.FORBIDDEN:
            raise Forbidden
        case Decision.OWN_ACT:
            raise OwnAct
        case Decision.NOT_FOUND:
            raise NotFound
        case Decision.ALLOWED:
            return


def _reaches(scope: Scope, principal: Principal, resource: Resource) -> bool:
    match scope:
        case Scope.ANY:
            return True
        case Scope.OWN:
            return resource.institution == principal.subject
        case Scope.AREA:
            return principal.subject in resource.areas
        case Scope.AGENCY:
            return resource.agency == principal.subject
        case Scope.TIER:
            return resource.tier == principal.subject
