"""Callers: the bearer token of a request, verified into a principal.

Permissions of a principal are decided by `kernel/access.py`, except that a role which may never do a thing is refused
before its body is read. The check stands in the view and not in an authorizer of the gateway: the check is the same in
the cloud, locally and in tests, and its refusals are problem documents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from chalicelib.kernel.access import Action, Principal, Role, scope_of
from chalicelib.kernel.errors import ExpiredToken, Finding, Forbidden, InstitutionNotYours, Unauthenticated
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import InstitutionCode

TokenVerifier: TypeAlias = Callable[[str | None], Principal]
"""A function that verifies the value of an `Authorization` header. Raises `Unauthenticated` for every faulty token."""


class NoToken(Unauthenticated):
    challenge = 'Bearer realm="quebao"'


class BadToken(Unauthenticated):
    challenge = 'Bearer realm="quebao", error="invalid_token"'


def principal_of(authorization: str | None, verify: TokenVerifier) -> Principal:
    """Return the caller. Raises `NoToken` for a missing token and `BadToken` for an invalid token (RFC 6750, 3.1)."""
    try:
        return verify(authorization)
    except ExpiredToken as expired:
        # Reported only for a token signed by the issuer: a forger learns nothing beyond the token's own text.
        raise BadToken([_finding(expired.code)]) from None
    except Unauthenticated:
        raise (
            BadToken([_finding("token-invalid")]) if authorization else NoToken([_finding("token-missing")])
        ) from None


_TEXTS = {
    "token-missing": Text(
        "请求没有访问令牌，请在 Authorization 头中填写 Bearer 令牌。",
        "The request has no token; send one as `Authorization: Bearer …`.",
    ),
    "token-expired": Text(
        "访问令牌已过期，请重新获取后再发送同一请求。",
        "The token has expired; get a new one and send the request again.",
    ),
    "token-invalid": Text(
        "访问令牌无效，请从身份提供方重新获取。", "The token is not valid; get a new one from the identity provider."
    ),
}


def _finding(code: str) -> Finding:
    return Finding(code, "Authorization", _TEXTS[code])


def require_own(principal: Principal, institution: InstitutionCode) -> None:
    """Refuse a hospital's body that names another institution than its token, whether or not the institution exists."""
    if principal.role is Role.HOSPITAL and institution != principal.subject:
        raise InstitutionNotYours([Finding(InstitutionNotYours.code, "institution", InstitutionNotYours.message)])


def require_role(principal: Principal, action: Action) -> None:
    """Refuse a role that may never do this. Raises `Forbidden`; the owner of the record is checked by the use case."""
    if scope_of(principal.role, action) is None:
        raise Forbidden
