"""Documents in S3 under the hash of their bytes: written once, proven on every read."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import IntegrityError, existing
from chalicelib.kernel.ports import DocumentKind
from chalicelib.platform.aws.clients import error_code, reaching_aws

ALREADY_THERE = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""The S3 error codes of a conditional write that found the object, or another writer at work."""


class S3DocumentStore:
    """Documents in a bucket, with a folder per kind of document. `s3` is a boto3 client."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    @reaching_aws
    def put(self, kind: DocumentKind, content: bytes) -> str:
        content_hash = sha256_hex(content)
        put_once(self._s3, self._bucket, _key(kind, content_hash), content)
        return content_hash

    @reaching_aws
    def get(self, kind: DocumentKind, content_hash: str) -> bytes:
        content = existing(get_object(self._s3, self._bucket, _key(kind, content_hash)))
        if sha256_hex(content) != content_hash:
            raise IntegrityError
        return content


def put_once(s3: Any, bucket: str, key: str, content: bytes) -> None:
    """Write an object named by its hash; an existing object of the name already has this content."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType="application/json", IfNoneMatch="*")
    except ClientError as error:
        if error_code(error) not in ALREADY_THERE:
            raise


def get_object(s3: Any, bucket: str, key: str) -> bytes | None:
    """Return an object's content, None where the object is absent."""
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error_code(error) == "NoSuchKey":
            return None
        raise
    with answer["Body"] as body:
        content: bytes = body.read()
    return content


def _key(kind: DocumentKind, content_hash: str) -> str:
    return f"{kind.value}/{content_hash}.json"
