"""Turns a document into the person's token (used everywhere outside the vault), a name into a key, and a hospital's
claim number into the claim's id.

All are HMACs under keys that never leave KMS: a holder of the tables cannot try numbers against them. Nothing of a
person is kept here, not even for the length of a request. The secret behind claim ids is asked of KMS once by a
process: the secret is a MAC too, and tells nothing of a person.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.persons.names import fold_name
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode, PersonToken
from chalicelib.registry.domain.identity_documents import Document

_BYTES = 16
_CLAIM_IDS = "ids of claims, 1"


class KmsPersonTokens:
    """Person tokens under one KMS HMAC key (KeySpec HMAC_256). `kms` is a boto3 client."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    def token(self, document: Document) -> PersonToken:
        """Return `prs_` and the first 128 bits, in hexadecimal, of the HMAC-SHA-256 of type, issuer and number.

        Raises `Unavailable` when KMS does not answer.
        """
        return PersonToken(f"prs_{_mac(self._kms, self._key_id, document.key)[:_BYTES].hex()}")


class KmsNameKeys:
    """Keys of names under a second KMS HMAC key: a party able to make tokens of numbers cannot try names."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    def key(self, person: PersonToken, name: str) -> str:
        """Return the first 128 bits, in hexadecimal, of the HMAC-SHA-256 of person and folded name, so that two people
        of the same name have two keys. Raises `Unavailable` when KMS does not answer.
        """
        return _mac(self._kms, self._key_id, f"{person}|{fold_name(name)}")[:_BYTES].hex()


class KmsClaimIds:
    """Claim ids under a third key: another hospital that knows the form of a number cannot compute the ids."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id
        self._made_under: bytes | None = None

    def claim_id(self, institution: InstitutionCode, claim_no: str, version: int) -> ClaimId:
        """Return `clm_` and 130 bits of an HMAC-SHA-256 in Base32, under the MAC that KMS makes of a text for this
        purpose alone.

        Raises `Unavailable` when KMS does not answer a process that has made no id yet.
        """
        if self._made_under is None:
            self._made_under = _mac(self._kms, self._key_id, _CLAIM_IDS)
        mac = hmac.digest(self._made_under, f"{institution}|{claim_no}|{version}".encode(), "sha256")
        return ClaimId("clm_" + b32encode(mac).decode().lower()[:26])


def _mac(kms: Any, key_id: str, message: str) -> bytes:
    try:
        answer = kms.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=message.encode())
    except (BotoCoreError, ClientError) as error:
        raise Unavailable from error
    mac: bytes = answer["Mac"]
    return mac
