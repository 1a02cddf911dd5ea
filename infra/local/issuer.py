"""The token issuer of the local stack: a stand-in for Cognito or any other OIDC provider, trusted nowhere else.

Its key lives in a file outside the repository, made on first use: `make token`, in a process of its own, then signs
tokens that a running stack accepts.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

NAME = "https://issuer.quebao.local"
AUDIENCE = "quebao"
KEY_FILE = Path(__file__).resolve().parent.parent.parent / ".local" / "issuer.pem"
LIFETIME_S = 8 * 3600

_KEY_ID = "local"


class Issuer:
    """An issuer of tokens, signed with an ES256 key."""

    name = NAME

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    @classmethod
    def new(cls) -> Issuer:
        """Return an issuer whose key is kept nowhere."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def kept(cls, path: Path = KEY_FILE) -> Issuer:
        """Return the issuer whose key is in `path`; make the key when `path` holds none.

        Two processes that start at once end up with the same key: the first to link its file under the name wins.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            mine = path.with_suffix(f".{os.getpid()}")
            mine.touch(mode=0o600)
            mine.write_bytes(_pem(ec.generate_private_key(ec.SECP256R1())))
            try:
                path.hardlink_to(mine)
            except FileExistsError:
                pass
            finally:
                mine.unlink()
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{path} holds a key of another kind; delete it to have a new one made")
        return cls(key)

    @property
    def jwks(self) -> str:
        """Return the public key, as the JSON text of a JWK set."""
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return json.dumps({"keys": [{**public, "kid": _KEY_ID, "alg": "ES256", "use": "sig"}]})

    def token(self, role: str, subject: str, actor: str | None = None, lifetime_s: int = LIFETIME_S) -> str:
        """Return a bearer token for a role and a subject; without `actor`, for their only person.

        A negative lifetime makes a token that has expired.
        """
        now = int(time.time())
        claims = {
            "iss": self.name,
            "aud": AUDIENCE,
            "sub": actor or f"{role}@{subject}",
            "role": role,
            "subject": subject,
            "iat": now,
            "exp": now + lifetime_s,
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": _KEY_ID})


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
