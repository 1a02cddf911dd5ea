"""Signatures of policy bundles, made and proven by an asymmetric key that never leaves KMS.

The signed content is a sentence that holds the bundle's hash, so that a signature can mean nothing else. Only the
publisher is allowed to sign; every function that decides claims may verify.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.platform.aws.clients import error_code, reaching_aws

ALGORITHM = "ECDSA_SHA_256"


class KmsBundleSeal:
    """A KMS key of KeySpec ECC_NIST_P256. `kms` is a boto3 client."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    @reaching_aws
    def sign(self, bundle_hash: str) -> bytes:
        answer = self._kms.sign(
            KeyId=self._key_id, Message=_statement(bundle_hash), MessageType="RAW", SigningAlgorithm=ALGORITHM
        )
        signature: bytes = answer["Signature"]
        return signature

    @reaching_aws
    def is_valid(self, bundle_hash: str, signature: bytes) -> bool:
        """Tell whether the signature is this key's for this hash."""
        try:
            answer = self._kms.verify(
                KeyId=self._key_id,
                Message=_statement(bundle_hash),
                MessageType="RAW",
                Signature=signature,
                SigningAlgorithm=ALGORITHM,
            )
        except ClientError as error:
            if error_code(error) == "KMSInvalidSignatureException":
                return False
            raise
        return bool(answer["SignatureValid"])


def _statement(bundle_hash: str) -> bytes:
    return f"quebao policy bundle {bundle_hash}".encode()
