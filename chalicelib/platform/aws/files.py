"""Files that callers upload and download themselves, by addresses that work for some minutes without a token.

An upload address is signed over the file's SHA-256, size and media type: S3 refuses anything else under the address.
The stored file is hashed again before use.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.kernel.ports import AwaitedFile, SignedAddress
from chalicelib.platform.aws.clients import error_code, reaching_aws

BRING_WITHIN = timedelta(minutes=15)
FETCH_WITHIN = timedelta(minutes=5)
_CHUNK = 1024 * 1024


class S3FileStore:
    """Files of a bucket. `s3` is a client that reads, `signing` a client that signs in the manner newer regions ask."""

    def __init__(self, s3: Any, signing: Any, bucket: str) -> None:
        self._s3, self._signing, self._bucket = s3, signing, bucket

    def address_to_bring(self, file: AwaitedFile, now: datetime) -> SignedAddress:
        checksum = b64encode(bytes.fromhex(file.sha256)).decode()
        wanted = {"ContentLength": file.size, "ContentType": file.media_type, "ChecksumSHA256": checksum}
        url = self._signed("put_object", {"Key": file.key, **wanted}, BRING_WITHIN)
        headers = {
            "Content-Length": str(file.size),
            "Content-Type": file.media_type,
            "x-amz-checksum-sha256": checksum,
        }
        return SignedAddress(url, headers, now + BRING_WITHIN)

    def address_to_fetch(self, key: str, now: datetime) -> SignedAddress:
        return SignedAddress(self._signed("get_object", {"Key": key}, FETCH_WITHIN), {}, now + FETCH_WITHIN)

    @reaching_aws
    def hash_of(self, key: str) -> str | None:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error_code(error) == "NoSuchKey":
                return None
            raise
        hashed = sha256()
        with answer["Body"] as body:
            while chunk := body.read(_CHUNK):
                hashed.update(chunk)
        return hashed.hexdigest()

    def _signed(self, operation: str, what: dict[str, Any], within: timedelta) -> str:
        url: str = self._signing.generate_presigned_url(
            operation, Params={"Bucket": self._bucket, **what}, ExpiresIn=int(within.total_seconds())
        )
        return url
