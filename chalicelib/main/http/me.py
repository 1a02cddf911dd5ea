"""The caller's identity, by the token alone: role, subject with its name, and all actions the role may perform."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal, Role, scope_of
from chalicelib.kernel.text import Text, render_text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.ports import BundleStore
from chalicelib.main.access import ME_READ
from chalicelib.platform.http.answers import Answer, TextPair
from chalicelib.platform.http.docs.openapi import Routes, operations_of
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.registry.domain.model import Registry


class MeDocument(Answer):
    """The caller. `name` is the subject's name, null where the registers do not hold it; `area` is the subject's area,
    an institution's the area that settles with the institution. `actions` are those granted to the caller's role,
    however far the grant reaches.
    """

    role: Role
    subject: str
    actor: str
    name: TextPair | None
    area: AreaCode | None
    actions: list[str]


READ = Operation(
    id="readMe",
    tag=Tag.SYSTEM,
    summary=Text("查询调用方身份", "Read the caller"),
    detail=Text(
        "访问令牌所示的角色、主体和经办人，主体的名称，以及该角色有权执行的操作。",
        "The answer holds the token's role, subject and actor, the subject's name, and the actions that the role "
        "may take.",
    ),
    action=ME_READ,
    answers={200: Success(Text("调用方", "The caller"), MeDocument)},
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the route of the caller itself."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/me", READ)
    def read_me(call: Call, principal: Principal) -> Response:
        registry = call.use(BundleStore).current().registry
        name = _name_of(principal, registry)
        document = {
            "role": principal.role.value,
            "subject": principal.subject,
            "actor": principal.actor,
            "name": None if name is None else render_text(name),
            "area": _area_of(principal, registry),
            "actions": granted_to(principal.role, endpoints.blueprint.current_app.routes),
        }
        return answer(document)

    return endpoints.blueprint


def granted_to(role: Role, routes: Routes) -> list[str]:
    """Return the actions of the routes that a role is granted, by name."""
    actions = {action for _, _, operation in operations_of(routes) for action in operation.actions}
    return sorted(action.value for action in actions if scope_of(role, action) is not None)


def _name_of(principal: Principal, registry: Registry) -> Text | None:
    if principal.role is Role.HOSPITAL:
        institution = registry.institutions.get(principal.subject)
        return None if institution is None else Text(institution.name_zh, institution.name_zh)
    area = registry.areas.get(principal.area)
    return None if area is None else Text(area.name_zh, area.name_en)


def _area_of(principal: Principal, registry: Registry) -> AreaCode | None:
    if principal.role is not Role.HOSPITAL:
        return principal.area
    institution = registry.institutions.get(principal.subject)
    return None if institution is None else institution.agency
