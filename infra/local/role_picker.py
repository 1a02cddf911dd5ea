"""The role picker of the local stack: the roles and subjects to choose from, and a token for each, without a password.

The picker stands in the local server, before the app and apart from it, so that no deployed route can ever give a
token: the packaged app has no part of the picker.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from chalicelib.kernel.access import Role, can_be_subject
from chalicelib.registry.domain.model import NATION, AreaLevel, Registry
from infra.local.issuer import Issuer

SUBJECTS_PATH, TOKEN_PATH = "/local/subjects", "/local/token"
PICKED = frozenset({("GET", SUBJECTS_PATH), ("POST", TOKEN_PATH)})

_NATIONAL = (Role.CENTRE, Role.POLICY, Role.AUDITOR, Role.OPERATOR)
_OF_AREAS = (Role.AGENCY, Role.FINANCE, Role.HEALTH, Role.TOWNSHIP)
_BODY = {"role", "subject", "actor"}

Answered = tuple[int, Mapping[str, Any]]


class RolePicker:
    """The answers to the two paths; `registry` gives the places of the published bundle."""

    def __init__(self, issuer: Issuer, registry: Callable[[], Registry]) -> None:
        self._issuer = issuer
        self._registry = registry

    def answer(self, path: str, body: bytes) -> Answered:
        """Return the answer to one of the two requests of `PICKED`."""
        if path == SUBJECTS_PATH:
            return HTTPStatus.OK, {"items": self._subjects()}
        return self._token(body)

    def _subjects(self) -> list[dict[str, Any]]:
        registry = self._registry()
        found = [
            _subject(Role.HOSPITAL, each.code, each.name_zh, each.name_zh)
            for _, each in registry.institutions_by_code()
        ]
        for area in sorted(registry.areas.values(), key=lambda each: each.code):
            roles = _OF_AREAS if area.level is not AreaLevel.NATION else ()
            tiers = _NATIONAL if area.code == NATION else ()
            provinces = (Role.CENTRE,) if area.level is AreaLevel.PROVINCE else ()
            found += [_subject(role, area.code, area.name_zh, area.name_en) for role in (*roles, *tiers, *provinces)]
        return found

    def _token(self, body: bytes) -> Answered:
        try:
            asked = json.loads(body)
            role, subject, actor = Role(asked["role"]), str(asked["subject"]), asked.get("actor")
        except (ValueError, KeyError, TypeError, AttributeError):
            return _refused("The body is an object with role, subject and perhaps actor.")
        if not asked.keys() <= _BODY or not (actor is None or isinstance(actor, str)):
            return _refused("The body is an object with role, subject and perhaps actor.")
        if not can_be_subject(role, subject):
            return _refused("A hospital acts for an institution's code, every other role for an area's.")
        return HTTPStatus.OK, {"token": self._issuer.token(role.value, subject, actor or None)}


def _subject(role: Role, code: str, zh: str, en: str) -> dict[str, Any]:
    return {"role": role.value, "subject": code, "name": {"zh": zh, "en": en}}


def _refused(detail: str) -> Answered:
    return HTTPStatus.BAD_REQUEST, {"status": 400, "title": "Bad Request", "detail": detail}
