"""Access: every route but the public ones asks for a good token, and a role that may never call a route is refused."""

from __future__ import annotations

import base64
import json

from chalicelib.kernel.access import Role
from chalicelib.main.commands.access import calls_by_action
from chalicelib.platform.http.docs.openapi import operation_of
from infra.local.issuer import AUDIENCE, NAME, Issuer
from tests.kit.desk import HOSPITAL, Caller, Desk
from tests.kit.over_all import over_all

ROUTES = [
    (method, path, operation_of(entry))
    for path, entries in Caller(Desk()).app.routes.items()
    for method, entry in entries.items()
    if method != "HEAD"
]
GUARDED = [(method, path, operation) for method, path, operation in ROUTES if operation.action is not None]
SUBJECTS = {"hospital": HOSPITAL, "centre": "530000", "policy": "000000", "auditor": "000000"}


def named(method: str, path: str, _operation: object) -> str:
    return f"{method} {path}"


def unsigned() -> str:
    """A token that says it needs no signature."""

    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    claims = {
        "iss": NAME, "aud": AUDIENCE, "sub": "x", "role": "auditor", "subject": "000000", "iat": 1, "exp": 9999999999,
    }  # fmt: skip
    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': 'local'})}.{part(claims)}."


@over_all(("method", "path", "operation"), GUARDED, ids=named)
def test_without_a_good_token_there_is_nothing(caller: Caller, method: str, path: str, operation: object) -> None:
    expired = caller.issuer.token("auditor", "000000", lifetime_s=-60)
    foreign = Issuer.new().token("auditor", "000000")
    for authorization in ("", "Basic eDp5", f"Bearer {expired}", f"Bearer {foreign}", f"Bearer {unsigned()}"):
        challenge = 'Bearer realm="quebao"' + (', error="invalid_token"' if authorization else "")
        got = caller.call(method, path, headers={"Authorization": authorization})
        assert got.status == 401
        assert got.headers["WWW-Authenticate"] == challenge
        assert got.headers["Content-Type"] == "application/problem+json"
        assert got.json["code"] == "unauthenticated"
        told = (
            "token-missing" if not authorization else "token-expired" if expired in authorization else "token-invalid"
        )
        assert [each["code"] for each in got.json["errors"]] == [told]
        assert not authorization or authorization.split()[-1] not in got.text


@over_all(("method", "path", "operation"), GUARDED, ids=named)
def test_a_role_without_the_grant_is_refused(caller: Caller, method: str, path: str, operation: object) -> None:
    rule = next(action for action, calls in calls_by_action().items() if f"{method} {path}" in calls)
    for role in Role:
        got = caller.call(method, path, role=role.value, subject=SUBJECTS.get(role.value, "530100"))
        assert (got.status == 403) == (role not in rule.grants), (role, got.status)


def test_only_health_the_description_the_consoles_files_and_public_lists_are_public() -> None:
    public = {f"{method} {path}" for method, path, operation in ROUTES if operation.action is None}
    assert public == {
        "GET /v1/health", "GET /v1/openapi.json", "GET /docs", "GET /docs/app.js", "GET /docs/style.css",
        "GET /docs/problems", "GET /v1/agreements/public", "GET /v1/internet-institutions", "GET /", "GET /console",
        "GET /console/settings", "GET /console/words.js", "GET /console/words/{name}", "GET /console/{name}",
        "GET /console/pages/{name}", "GET /console/vendor/{name}", "GET /console/services.js",
        "GET /console/services/{name}", "GET /docs/guides.js", "GET /docs/try.js",
    }  # fmt: skip
