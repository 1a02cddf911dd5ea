"""The local stack's token issuer: one ES256 key in .local/, made on first use, that signs what `make token` prints.

It stands for the OpenID provider of a deployment. The key never leaves this machine and opens nothing but a local
stack.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.domain.access import Principal

ISSUER = "https://issuer.quebao.local"
AUDIENCE = "quebao"
ALGORITHM = "ES256"
LIFETIME = timedelta(hours=12)
KEY_PATH = Path(__file__).resolve().parents[2] / ".local" / "issuer.pem"


class Issuer:
    """Signs tokens with a private key (PEM) and publishes its public half."""

    def __init__(self, private_key_pem: bytes) -> None:
        key = serialization.load_pem_private_key(private_key_pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the local issuer's key is an elliptic-curve key")
        self._key = key
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._key_id = public[-8:].hex()

    def jwks(self) -> str:
        """The public key as a JWKS document, for QUEBAO_JWKS."""
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return json.dumps({"keys": [{**public, "kid": self._key_id, "alg": ALGORITHM, "use": "sig"}]})

    def token(self, principal: Principal, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """A bearer token for a principal, from `now` until `lifetime` later."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": principal.actor,
            "role": principal.role.value,
            "subject": principal.subject,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": self._key_id})


def local_issuer(path: Path = KEY_PATH) -> Issuer:
    """The issuer of this checkout; its key is made when there is none.

    The key is written aside with mode 0600 and then linked into place, so that of two processes starting at once both
    use the key of the first, and neither ever reads half of one.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_new_key())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # another process was first, and its key is the one in use
        finally:
            aside.unlink()
    return Issuer(path.read_bytes())


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
