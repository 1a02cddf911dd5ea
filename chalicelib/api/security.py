"""Who is calling: the bearer token of a request, verified into a principal.

Decides nothing about what a principal may do (`domain/access.py` does), except that a role which may never do a thing
is refused before its body is read. The check stands in the view and not in an authorizer of the gateway: it is the
same in the cloud, locally and in tests, and its refusals are problem documents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from chalicelib.domain.access import Action, Principal, scope_of
from chalicelib.domain.errors import Forbidden, Unauthenticated

TokenVerifier: TypeAlias = Callable[[str | None], Principal]
"""Verifies the value of an `Authorization` header. Raises `Unauthenticated`, whatever is wrong with it."""


class NoToken(Unauthenticated):
    challenge = 'Bearer realm="quebao"'


class BadToken(Unauthenticated):
    challenge = 'Bearer realm="quebao", error="invalid_token"'


def principal_of(authorization: str | None, verify: TokenVerifier) -> Principal:
    """The caller. Raises `NoToken` where none was sent and `BadToken` where one does not hold (RFC 6750, 3.1)."""
    try:
        return verify(authorization)
    except Unauthenticated:
        raise (BadToken if authorization else NoToken) from None


def require_role(principal: Principal, action: Action) -> None:
    """Refuse a role that may never do this. Raises `Forbidden`; whose the thing is, the use case asks."""
    if scope_of(principal.role, action) is None:
        raise Forbidden
