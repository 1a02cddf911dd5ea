"""Bearer tokens that become a principal. Real keys, real signatures; a forger has everything but the private key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import ExpiredToken, Unauthenticated, Unavailable
from chalicelib.platform.http.bearer import FixedKeys, PublishedKeys, TokenVerifier

ISSUER, AUDIENCE = "https://issuer.test", "quebao"
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FOREIGN_KEY = ec.generate_private_key(ec.SECP256R1())
P384_KEY = ec.generate_private_key(ec.SECP384R1())
SECRET = b"a secret of at least thirty-two bytes"

JWKS = json.dumps(
    {
        "keys": [
            {**jwt.algorithms.ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "ec", "use": "sig"},
            {**jwt.algorithms.RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "rsa", "use": "sig"},
            {**jwt.algorithms.ECAlgorithm.to_jwk(P384_KEY.public_key(), as_dict=True), "kid": "p384", "use": "sig"},
            {**jwt.algorithms.HMACAlgorithm.to_jwk(SECRET, as_dict=True), "kid": "secret", "alg": "HS256"},
        ]
    }
)


def claims(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "his-01",
        "role": "hospital",
        "subject": "H53010200001",
        "iat": now - timedelta(minutes=1),
        "exp": now + timedelta(hours=3),
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(payload: dict[str, Any], key: Any = EC_KEY, algorithm: str = "ES256", kid: str | None = "ec") -> str:
    return jwt.encode(payload, key, algorithm=algorithm, headers={"kid": kid} if kid else {})


def handmade(header: dict[str, Any], payload: dict[str, Any], secret: bytes = b"") -> str:
    """A token put together without the library, which refuses to forge one."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    times = {name: int(value.timestamp()) if isinstance(value, datetime) else value for name, value in payload.items()}
    text = f"{part(json.dumps(header).encode())}.{part(json.dumps(times).encode())}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), hashlib.sha256)) if secret else ''}"


def public_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture(name="verifier", scope="module")
def fixture_verifier() -> TokenVerifier:
    return TokenVerifier(ISSUER, AUDIENCE, FixedKeys(JWKS))


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(EC_KEY, "ES256", "ec"), (RSA_KEY, "RS256", "rsa")])
def test_a_genuine_token_becomes_its_principal(verifier: TokenVerifier, key: Any, algorithm: str, kid: str) -> None:
    token = signed(claims(), key, algorithm, kid)
    assert verifier.principal(f"Bearer {token}") == Principal("his-01", Role.HOSPITAL, "H53010200001")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HOSPITAL])
def test_every_other_role_acts_for_an_area(verifier: TokenVerifier, role: Role) -> None:
    token = signed(claims(role=role.value, subject="000000"))
    assert verifier.principal(f"bearer {token}") == Principal("his-01", role, "000000")


def test_clocks_may_differ_by_a_few_seconds(verifier: TokenVerifier) -> None:
    now = datetime.now(UTC)
    ahead = signed(claims(iat=now + timedelta(seconds=5), exp=now + timedelta(minutes=1)))
    assert verifier.principal(f"Bearer {ahead}").actor == "his-01"


NOW = datetime.now(UTC)
REFUSED: dict[str, str | None] = {
    "no header": None,
    "an empty header": "",
    "another scheme": f"Basic {signed(claims())}",
    "two tokens": f"Bearer {signed(claims())} {signed(claims())}",
    "not a token": "Bearer nonsense",
    "only dots": "Bearer ..",
    "an endless token": "Bearer " + "a" * 5000,
    "alg none": f"Bearer {handmade({'alg': 'none', 'kid': 'ec'}, claims())}",
    "alg None": f"Bearer {handmade({'alg': 'None', 'kid': 'ec'}, claims())}",
    "no alg": f"Bearer {handmade({'kid': 'ec'}, claims())}",
    "a public EC key as a secret": f"Bearer {handmade({'alg': 'HS256', 'kid': 'ec'}, claims(), public_pem(EC_KEY))}",
    "a public RSA key as a secret": f"Bearer {handmade({'alg': 'HS256', 'kid': 'rsa'}, claims(), public_pem(RSA_KEY))}",
    "a published secret": f"Bearer {handmade({'alg': 'HS256', 'kid': 'secret'}, claims(), SECRET)}",
    "another curve": f"Bearer {signed(claims(), P384_KEY, 'ES384', 'p384')}",
    "RS512": f"Bearer {signed(claims(), RSA_KEY, 'RS512', 'rsa')}",
    "PS256": f"Bearer {signed(claims(), RSA_KEY, 'PS256', 'rsa')}",
    "another's key": f"Bearer {signed(claims(), FOREIGN_KEY)}",
    "the key of another id": f"Bearer {signed(claims(), EC_KEY, kid='rsa')}",
    "an unknown key id": f"Bearer {signed(claims(), kid='unknown')}",
    "no key id": f"Bearer {signed(claims(), kid=None)}",
    "a key id that is no text": f"Bearer {handmade({'alg': 'ES256', 'kid': ['ec']}, claims(), SECRET)}",
    "expired": f"Bearer {signed(claims(iat=NOW - timedelta(hours=2), exp=NOW - timedelta(hours=1)))}",
    "expired beyond the leeway": f"Bearer {signed(claims(exp=NOW - timedelta(minutes=1)))}",
    "issued in the future": f"Bearer {signed(claims(iat=NOW + timedelta(hours=1), exp=NOW + timedelta(hours=2)))}",
    "not yet valid": f"Bearer {signed(claims(nbf=NOW + timedelta(hours=1)))}",
    "another issuer": f"Bearer {signed(claims(iss='https://else.test'))}",
    "another audience": f"Bearer {signed(claims(aud='else'))}",
    "our audience among others": f"Bearer {signed(claims(aud=['else', AUDIENCE]))}",
    "an unknown role": f"Bearer {signed(claims(role='root'))}",
    "a role in capitals": f"Bearer {signed(claims(role='AUDITOR', subject='000000'))}",
    "several roles": f"Bearer {signed(claims(role=['hospital', 'auditor']))}",
    "an area for a hospital": f"Bearer {signed(claims(subject='530100'))}",
    "an institution for an agency": f"Bearer {signed(claims(role='agency'))}",
    "a subject that is no text": f"Bearer {signed(claims(role='agency', subject=530100))}",
    "several subjects": f"Bearer {signed(claims(subject=['H53010200001', 'H53010200003']))}",
    "an actor with a line break": f"Bearer {signed(claims(sub='his' + chr(10) + 'forged'))}",
    "an empty actor": f"Bearer {signed(claims(sub=''))}",
    "another payload under the signature": "Bearer "
    + ".".join(
        [
            signed(claims()).split(".")[0],
            signed(claims(role="auditor", subject="000000")).split(".")[1],
            signed(claims()).split(".")[2],
        ]
    ),
    **{
        f"no {name}": f"Bearer {signed(claims(**{name: None}))}"
        for name in ("iss", "aud", "exp", "iat", "sub", "role", "subject")
    },
}


EXPIRED = {REFUSED["expired"], REFUSED["expired beyond the leeway"]}


@pytest.mark.parametrize("header", REFUSED.values(), ids=REFUSED.keys())
def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(verifier: TokenVerifier, header: str | None) -> None:
    with pytest.raises(Unauthenticated) as caught:
        verifier.principal(header)
    told = (type(caught.value), caught.value.message, caught.value.findings)
    # That its time is over is told of a token whose signature holds, and whose owner can read it anyway.
    kind = ExpiredToken if header in EXPIRED else Unauthenticated
    assert told == (kind, Unauthenticated.message, ())


class PublishedIssuer:
    """A real HTTP server that publishes `document` and counts how often it was asked."""

    def __init__(self) -> None:
        self.document = JWKS.encode()
        self.status = 200
        self.asked = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(issuer.status)
                self.end_headers()
                self.wfile.write(issuer.document)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class names it so
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks.json"


@pytest.fixture(name="issuer")
def fixture_issuer() -> Iterator[PublishedIssuer]:
    issuer = PublishedIssuer()
    thread = threading.Thread(target=issuer.server.serve_forever)
    thread.start()
    yield issuer
    issuer.server.shutdown()
    issuer.server.server_close()
    thread.join()


def test_published_keys_are_fetched_once_and_kept(issuer: PublishedIssuer) -> None:
    verifier = TokenVerifier(ISSUER, AUDIENCE, PublishedKeys(issuer.url))
    for _ in range(3):
        assert verifier.principal(f"Bearer {signed(claims())}").role is Role.HOSPITAL
    assert issuer.asked == 1


def test_keys_that_were_never_published_are_refused_and_guessing_does_not_flood_the_issuer(
    issuer: PublishedIssuer,
) -> None:
    verifier = TokenVerifier(ISSUER, AUDIENCE, PublishedKeys(issuer.url))
    for guess in range(5):
        with pytest.raises(Unauthenticated):
            verifier.principal(f"Bearer {signed(claims(), FOREIGN_KEY, kid=f'guess-{guess}')}")
    assert issuer.asked <= 2


def test_a_published_secret_is_no_key(issuer: PublishedIssuer) -> None:
    verifier = TokenVerifier(ISSUER, AUDIENCE, PublishedKeys(issuer.url))
    with pytest.raises(Unauthenticated):
        verifier.principal(f"Bearer {handmade({'alg': 'HS256', 'kid': 'secret'}, claims(), SECRET)}")


@pytest.mark.parametrize(("status", "document"), [(500, b""), (200, b"<html>")])
def test_an_issuer_that_does_not_answer_is_not_the_callers_fault(
    issuer: PublishedIssuer, status: int, document: bytes
) -> None:
    issuer.status, issuer.document = status, document
    verifier = TokenVerifier(ISSUER, AUDIENCE, PublishedKeys(issuer.url))
    with pytest.raises(Unavailable):
        verifier.principal(f"Bearer {signed(claims())}")
