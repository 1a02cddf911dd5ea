"""The ledger's copy in a bucket under S3 object lock: objects can be added, and nothing else is possible until the
lock's term ends.

An object holds the items of one stream batch and one month. Its name is the month and the Merkle root over the items,
so a repeated write finds the object already there, and an object whose content differs from its name is noticed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.kernel.time import Instant
from chalicelib.ledger.domain import merkle
from chalicelib.ledger.domain.copy import CopiedItem
from chalicelib.ledger.domain.obligations import month_parts
from chalicelib.ledger.domain.transaction import posting_period
from chalicelib.ledger.usecases.copy import AddedItem, Change, LedgerChange
from chalicelib.platform.aws.clients import error_code, reaching_aws
from chalicelib.platform.aws.documents import ALREADY_THERE
from chalicelib.platform.aws.table import from_item

_CHANGES = {"INSERT": Change.ADDED, "MODIFY": Change.MODIFIED, "REMOVE": Change.REMOVED}
_SUFFIX = ".json"
_UNDATED = "undated"
_DIGIT = 16
"""The values of a digit of a root."""


@dataclass(slots=True)
class _Object:
    """The versions found under one object name: their number, the oldest version, and a flag for a delete marker."""

    versions: int = 0
    oldest: str = ""
    hidden: bool = False


class S3LedgerArchive:
    """The ledger's copies in S3. `s3` is a boto3 client; the bucket's default retention locks every object."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    @reaching_aws
    def keep(self, period: str, items: Sequence[AddedItem]) -> None:
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=f"{period}/{_root(items)}{_SUFFIX}",
                Body=canonical_json({"items": [[item.key, item.content.decode()] for item in items]}),
                ContentType="application/json",
                IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",
            )
        except ClientError as error:
            if error_code(error) not in ALREADY_THERE:
                raise

    @reaching_aws
    def copies(self) -> list[CopiedItem]:
        return self._under("")

    @reaching_aws
    def copies_of(self, period: str, part: int) -> list[CopiedItem]:
        number = len(month_parts(period))
        prefixes = (f"{period}/{each}" for each in _beginnings(part, number))
        return [copy for prefix in prefixes for copy in self._under(prefix)]

    def _under(self, prefix: str) -> list[CopiedItem]:
        return [copy for name, found in sorted(self._objects(prefix).items()) for copy in self._copied(name, found)]

    def _objects(self, prefix: str) -> Mapping[str, _Object]:
        objects: dict[str, _Object] = defaultdict(_Object)
        listed = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in listed:
            for version in page.get("Versions", ()):  # the newest version of a name comes first
                objects[version["Key"]].versions += 1
                objects[version["Key"]].oldest = version["VersionId"]
            for marker in page.get("DeleteMarkers", ()):
                objects[marker["Key"]].hidden = True
        return objects

    def _copied(self, name: str, found: _Object) -> Iterator[CopiedItem]:
        """Return the items of an object as first written. An object whose content differs from its name counts as
        touched.
        """
        if not found.versions:
            return
        answer = self._s3.get_object(Bucket=self._bucket, Key=name, VersionId=found.oldest)
        rows = json.loads(answer["Body"].read())["items"]
        items = [AddedItem(key, content.encode()) for key, content in rows]
        as_named = name.partition("/")[2].removesuffix(_SUFFIX) == _root(items)
        for item in items:
            versions = found.versions if as_named else 0
            yield CopiedItem(item.key, sha256_hex(item.content), versions, found.hidden)


def _beginnings(part: int, number: int) -> list[str]:
    """Return how the roots of a part's objects begin, where a month's copies have so many parts: by a digit of the root
    for sixteen parts, by two for more.
    """
    digits = 1 if number <= _DIGIT else 2
    width = _DIGIT**digits // number
    return [f"{each:0{digits}x}" for each in range(part * width, (part + 1) * width)]


def _root(items: Sequence[AddedItem]) -> str:
    leaves = [merkle.leaf(canonical_json([item.key, sha256_hex(item.content)])) for item in items]
    return merkle.root_of(leaves).hex()


def change_of(record: Mapping[str, Any]) -> LedgerChange:
    """Read a record of the table's stream as a ledger change."""
    change, about = _CHANGES[record["eventName"]], record["dynamodb"]
    place = from_item(about["Keys"])
    key = item_key(place["pk"], place["sk"])
    if change is not Change.ADDED:
        return LedgerChange(about["SequenceNumber"], change, key)
    item = from_item(about["NewImage"])
    return LedgerChange(about["SequenceNumber"], change, key, canonical_json(item), _period(item))


def _period(item: Mapping[str, Any]) -> str:
    """Return the month of an item's posting. An item written past the adapter may carry no month and is copied as
    `undated`.
    """
    try:
        return posting_period(Instant(str(item.get("occurred_at"))))
    except ValueError:
        return _UNDATED


def item_key(pk: str, sk: str) -> str:
    """Return an item's key as a single text; a partition's name holds no slash."""
    return f"{pk}/{sk}"
