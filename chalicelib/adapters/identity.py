"""Turns a document into the token that stands for the person everywhere outside the vault.

The token is an HMAC under a key that never leaves KMS: who holds the tables cannot try numbers against them. Nothing is
kept here, not even for the length of a request.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.identity_documents import Document

_TOKEN_BYTES = 16


class KmsPersonTokens:
    """Person tokens under one KMS HMAC key (KeySpec HMAC_256). `kms` is a boto3 client."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    def token(self, document: Document) -> str:
        """`prs_` and the first 128 bits, in hexadecimal, of the HMAC-SHA-256 of type, issuer and number.

        Raises `Unavailable` when KMS does not answer.
        """
        try:
            answer = self._kms.generate_mac(
                KeyId=self._key_id, MacAlgorithm="HMAC_SHA_256", Message=document.key.encode()
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable from error
        mac: bytes = answer["Mac"]
        return f"prs_{mac[:_TOKEN_BYTES].hex()}"
