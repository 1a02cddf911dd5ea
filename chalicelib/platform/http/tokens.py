"""Who is calling: the bearer token of a request, verified into a principal.

Decides nothing about what a principal may do (`kernel/access.py` does), except that a role which may never do a thing
is refused before its body is read. The check stands in the view and not in an authorizer of the gateway: it is the
same in the cloud, locally and in tests, and its refusals are problem documents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from chalicelib.kernel.access import Action, Principal, Role, scope_of
from chalicelib.kernel.errors import ExpiredToken, Finding, Forbidden, InstitutionNotYours, Unauthenticated
from chalicelib.kernel.text import Text

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
    except ExpiredToken as expired:
        # Told only of a token that the issuer signed: a forger learns nothing that it could not read in it.
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


def require_own(principal: Principal, institution: str) -> None:
    """Refuse a hospital's body that names another institution than its token, whether or not there is such a one."""
    if principal.role is Role.HOSPITAL and institution != principal.subject:
        raise InstitutionNotYours([Finding(InstitutionNotYours.code, "institution", InstitutionNotYours.message)])


def require_role(principal: Principal, action: Action) -> None:
    """Refuse a role that may never do this. Raises `Forbidden`; whose the thing is, the use case asks."""
    if scope_of(principal.role, action) is None:
        raise Forbidden
