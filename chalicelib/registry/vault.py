"""The only place where identity numbers and names are kept: a table of ciphertexts, an item per person token.

Every item is sealed with its own data key (envelope encryption) and bound to the tenant and the person, so an item
copied under another token, or into another tenant's table, does not open.
"""

from __future__ import annotations

import io
import json
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel.errors import IntegrityError, Unavailable, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import PersonRequestId, PersonToken
from chalicelib.registry.domain.identity_documents import Document
from chalicelib.registry.ports import Revealed

_NEVER_THERE = "kept_by_nobody"
"""The name of an attribute that no item has."""


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A person's identity, without a readable repr, so that no log, assertion or traceback can show the identity by
    accident.
    """

    id_type: str
    issued_by: str
    id_no: str
    name: str


class KmsPersonVault:
    """The vault on DynamoDB and KMS. `dynamodb` and `kms` are boto3 clients, `key_arn` the key that wraps data keys."""

    def __init__(self, dynamodb: Any, kms: Any, table: str, key_arn: str, tenant: str) -> None:
        self._dynamodb = dynamodb
        self._kms = kms
        self._table = table
        self._key_arn = key_arn
        self._tenant = tenant

    def keep(self, person: PersonToken, document: Document, name: str, *, is_theirs: bool = True) -> None:
        """Keep the identity behind a token; the newest name wins. With `is_theirs` false, the values are sealed and
        sent as well, under a condition that nothing meets. Raises `Unavailable`.
        """
        if is_theirs:
            self._put(person, _written(document, name))
            return
        try:
            self._put(person, _written(document, name), ConditionExpression=f"attribute_exists({_NEVER_THERE})")
        except Unavailable as error:
            if not isinstance(error.__cause__, self._dynamodb.exceptions.ConditionalCheckFailedException):
                raise

    def reveal(self, person: PersonToken) -> Identity:
        """Return the identity behind a token. Raises `NotFound`, `Unavailable`, or `IntegrityError` for an item that
        was changed, or sealed for another person or tenant.
        """
        kept = existing(self._read(person))
        return Identity(kept["id_type"], kept["issued_by"], kept["id_no"], kept["name"])

    def keep_pending(self, request_id: PersonRequestId, name: str) -> None:
        """Keep a name until the correction that brings the name is decided. Raises `Unavailable`."""
        self._put(request_id, {"name": name})

    def reveal_person(self, person: PersonToken) -> Revealed:
        """Return the identity behind a token, as `reveal` does, for the function that carries requests out."""
        found = self.reveal(person)
        return Revealed(found.id_type, found.issued_by, found.id_no, found.name)

    def rename(self, person: PersonToken, request_id: PersonRequestId) -> None:
        """Give a person the name that waits under a request, and forget the waiting name; do nothing where no name
        waits.
        """
        waiting = self._read(request_id)
        if waiting is None:
            return
        kept = self._read(person)
        if kept is not None:
            self._put(person, {**kept, "name": waiting["name"]})
        self.erase(request_id)

    def erase(self, place: str) -> None:
        """Forget a person or a waiting name. Raises `Unavailable`."""
        try:
            self._dynamodb.delete_item(TableName=self._table, Key={"pk": {"S": place}})
        except (BotoCoreError, ClientError) as error:
            raise Unavailable from error

    def _put(self, place: str, values: dict[str, str], **condition: str) -> None:
        sealed = self._envelope.seal(json.dumps(values, ensure_ascii=False).encode(), self._context(place))
        try:
            self._dynamodb.put_item(
                TableName=self._table, Item={"pk": {"S": place}, "sealed": {"B": sealed}}, **condition
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable from error

    def _read(self, place: str) -> dict[str, str] | None:
        try:
            answer = self._dynamodb.get_item(TableName=self._table, Key={"pk": {"S": place}}, ConsistentRead=True)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable from error
        if "Item" not in answer:
            return None
        kept: dict[str, str] = json.loads(self._envelope.open(answer["Item"]["sealed"]["B"], self._context(place)))
        return kept

    def _context(self, place: str) -> dict[str, str]:
        return {"tenant": self._tenant, "person": place}

    @cached_property
    def _envelope(self) -> _Envelope:
        return _Envelope(self._kms, self._key_arn)


def _written(document: Document, name: str) -> dict[str, str]:
    return {"id_type": document.type, "issued_by": document.issuer, "id_no": document.number, "name": name}


class _Envelope:
    """Envelope encryption under a single KMS key. Made on first use: the library takes 150 ms to import, which only the
    functions that keep or reveal a person should pay.
    """

    def __init__(self, kms: Any, key_arn: str) -> None:
        import aws_encryption_sdk  # noqa: PLC0415
        from aws_encryption_sdk.exceptions import (  # noqa: PLC0415
            AWSEncryptionSDKClientError,
            DecryptKeyError,
            GenerateKeyError,
        )
        from aws_encryption_sdk.identifiers import CommitmentPolicy  # noqa: PLC0415
        from aws_encryption_sdk.key_providers.kms import KMSMasterKey  # noqa: PLC0415
        from cryptography.exceptions import InvalidSignature, InvalidTag  # noqa: PLC0415

        self._client = aws_encryption_sdk.EncryptionSDKClient(
            commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, max_encrypted_data_keys=1
        )
        # The given client is used unchanged, with its own retries and time limits.
        self._key = KMSMasterKey(key_id=key_arn, client=kms)
        self._unreachable = (BotoCoreError, ClientError, GenerateKeyError, DecryptKeyError)
        self._broken = (AWSEncryptionSDKClientError, InvalidSignature, InvalidTag)

    def seal(self, plain: bytes, context: dict[str, str]) -> bytes:
        try:
            sealed, _ = self._client.encrypt(source=plain, key_provider=self._key, encryption_context=context)
        except self._unreachable as error:
            raise Unavailable from error
        content: bytes = sealed
        return content

    def open(self, sealed: bytes, context: dict[str, str]) -> bytes:
        stream = self._client.stream(mode="decrypt", source=sealed, key_provider=self._key)
        try:
            plain: bytes = stream.read()
            bound = stream.header.encryption_context
            stream.close()  # refuses where the signature at the end was not reached
        except self._unreachable as error:
            raise Unavailable from error
        except self._broken as error:
            raise IntegrityError from error
        finally:
            # A failed stream refuses to close, and the garbage collector would close the stream again and complain.
            io.IOBase.close(stream)
        if not context.items() <= bound.items():
            raise IntegrityError
        return plain
