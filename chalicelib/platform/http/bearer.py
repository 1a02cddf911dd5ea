"""Turns a bearer token into a principal. Decides only whether a token is genuine and complete, never the token's
rights.

Every faulty token gets the same `Unauthenticated`: a guessing caller learns nothing from the answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn, Protocol, TypeAlias

import jwt

from chalicelib.kernel.access import Principal, Role, can_be_subject
from chalicelib.kernel.errors import ExpiredToken, Unauthenticated, Unavailable
from chalicelib.kernel.persons.acts import is_system
from chalicelib.kernel.persons.personal_data import personal_data

ALGORITHMS = ("RS256", "ES256")
"""The accepted algorithms, asymmetric only: as no shared secret is allowed, a published key can never pass for a
secret.
"""

LEEWAY_S = 10
"""The tolerated difference between two clocks, in seconds."""

TOKEN_LENGTH_MAX = 4096

ROLES = frozenset(role.value for role in Role)

_REQUIRED_CLAIMS = ("aud", "exp", "iat", "iss", "sub", "role", "subject")
_AUTHORIZATION = re.compile(r"Bearer +([A-Za-z0-9_=.-]+)", re.IGNORECASE)
_ACTOR = re.compile(r"[A-Za-z0-9@._:|/-]{1,128}")


class SigningKeys(Protocol):
    """The source of the issuer's public keys."""

    def key(self, key_id: str) -> jwt.PyJWK:
        """Return the key of an id. Raises `LookupError` for an unknown id, `Unavailable` if the issuer is silent."""
        ...


class FixedKeys:
    """The keys of a JWKS document given as text. Keys for other than the accepted algorithms are left out."""

    def __init__(self, jwks: str) -> None:
        self._keys = {
            key.key_id: key
            for key in jwt.PyJWKSet.from_dict(json.loads(jwks)).keys
            if key.key_id is not None and key.algorithm_name in ALGORITHMS
        }

    def key(self, key_id: str) -> jwt.PyJWK:
        return self._keys[key_id]


class PublishedKeys:
    """The keys that the issuer publishes at a URL, kept for a while; an unknown id means a new fetch: keys change."""

    def __init__(self, url: str, lifespan_s: int = 300, timeout_s: int = 3) -> None:
        self._client = jwt.PyJWKClient(url, cache_jwk_set=True, lifespan=lifespan_s, timeout=timeout_s)

    def key(self, key_id: str) -> jwt.PyJWK:
        try:
            return self._client.get_signing_key(key_id)
        except (jwt.PyJWKClientConnectionError, json.JSONDecodeError) as error:
            raise Unavailable from error
        except jwt.PyJWTError as error:
            raise LookupError(key_id) from error


Claims: TypeAlias = Mapping[str, Any]


class TokenVerifier:
    """The verifier of an issuer's tokens for an audience."""

    def __init__(self, issuer: str, audience: str, keys: SigningKeys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys

    def principal(self, authorization: str | None) -> Principal:
        """Return the principal of an `Authorization` header's value.

        Raises `Unauthenticated` for a missing, malformed, forged, expired or incomplete token, and `Unavailable` when
        the issuer's keys cannot be fetched.
        """
        match = _AUTHORIZATION.fullmatch(authorization or "")
        if match is None or len(match[1]) > TOKEN_LENGTH_MAX:
            raise Unauthenticated
        return _principal(self._verified_claims(match[1]))

    def _verified_claims(self, token: str) -> Claims:
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.key(header.get("kid", ""))
            # The algorithm is the key's, not the token's: a token cannot choose its own check.
            if key.algorithm_name not in ALGORITHMS:
                _refuse()
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_S,
                options={"require": list(_REQUIRED_CLAIMS), "strict_aud": True},
            )
        except jwt.ExpiredSignatureError as error:
            raise ExpiredToken from error
        except (jwt.PyJWTError, LookupError, ValueError) as error:
            raise Unauthenticated from error


def _principal(claims: Claims) -> Principal:
    actor, role, subject = (claims[name] for name in ("sub", "role", "subject"))
    if not (isinstance(actor, str) and isinstance(role, str) and isinstance(subject, str)):
        _refuse()
    if personal_data(actor):  # the actor is kept permanently in the record of an act
        _refuse()
    if role not in ROLES or not _ACTOR.fullmatch(actor) or is_system(actor) or not can_be_subject(Role(role), subject):
        _refuse()
    return Principal(actor, Role(role), subject)


def _refuse() -> NoReturn:
    raise Unauthenticated
