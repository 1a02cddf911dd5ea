"""Turns an identity number into the token that stands for the person everywhere outside the vault.

The token is an HMAC under a key that never leaves KMS: who holds the tables cannot try numbers against them. Nothing is
kept here, not even for the length of a request.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.identity import normalise

_TOKEN_BYTES = 16


class KmsPersonTokens:
    """Person tokens under one KMS HMAC key (KeySpec HMAC_256). `kms` is a boto3 client."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    def token(self, id_no: str) -> str:
        """`prs_` and the first 128 bits of the number's HMAC-SHA-256 in hexadecimal; `x` and `X` are one person.

        Raises `Unavailable` when KMS does not answer.
        """
        try:
            answer = self._kms.generate_mac(
                KeyId=self._key_id, MacAlgorithm="HMAC_SHA_256", Message=normalise(id_no).encode()
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable from error
        mac: bytes = answer["Mac"]
        return f"prs_{mac[:_TOKEN_BYTES].hex()}"
