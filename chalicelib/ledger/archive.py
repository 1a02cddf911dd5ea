"""The ledger's copy in a bucket that S3 locks: objects can be added and, until their term ends, nothing else.

An object is named by the item's key and the hash of its content, so a list of the bucket says everything that an audit
has to compare, a thousand items a call, and a repeated write finds its object there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.ledger.domain.copy import CopiedItem
from chalicelib.ledger.usecases.copy import Change, LedgerChange
from chalicelib.platform.aws.clients import error_code, reaching_aws
from chalicelib.platform.aws.documents import ALREADY_THERE
from chalicelib.platform.aws.table import from_item

_CHANGES = {"INSERT": Change.ADDED, "MODIFY": Change.MODIFIED, "REMOVE": Change.REMOVED}
_SUFFIX = ".json"


class S3LedgerArchive:
    """`s3` is a boto3 client; the bucket gives every object its lock by its own default."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    @reaching_aws
    def keep(self, key: str, content: bytes) -> None:
        name = f"{key}/{sha256_hex(content)}{_SUFFIX}"
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=content,
                ContentType="application/json",
                IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",
            )
        except ClientError as error:
            if error_code(error) not in ALREADY_THERE:
                raise

    @reaching_aws
    def copies(self) -> list[CopiedItem]:
        versions: dict[str, int] = defaultdict(int)
        hidden: set[str] = set()
        for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket):
            for version in page.get("Versions", ()):
                versions[version["Key"]] += 1
            hidden |= {marker["Key"] for marker in page.get("DeleteMarkers", ())}
        return [_copied(name, versions[name], name in hidden) for name in sorted(versions.keys() | hidden)]


def change_of(record: Mapping[str, Any]) -> LedgerChange:
    """What a record of the table's stream says."""
    change, about = _CHANGES[record["eventName"]], record["dynamodb"]
    place = from_item(about["Keys"])
    content = canonical_json(from_item(about["NewImage"])) if change is Change.ADDED else b""
    return LedgerChange(about["SequenceNumber"], change, item_key(place["pk"], place["sk"]), content)


def item_key(pk: str, sk: str) -> str:
    """An item's key as one text; a partition's name holds no slash."""
    return f"{pk}/{sk}"


def _copied(name: str, versions: int, hidden: bool) -> CopiedItem:  # noqa: FBT001 the two facts of one object
    key, _, file = name.rpartition("/")
    return CopiedItem(key, file.removesuffix(_SUFFIX), versions, hidden)
