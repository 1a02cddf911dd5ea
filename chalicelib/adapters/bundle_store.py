"""Policy bundles in S3: each under its hash, written once, and a pointer that names the current one.

A bundle is proven against its hash when it is read and then kept, since what a hash names never changes. The pointer is
read every time: a claim is decided by the bundle in force at that moment, in every process.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import error_code, reaching_aws
from chalicelib.adapters.document_store import ALREADY_THERE, get_object, put_once
from chalicelib.domain.bundle import open_bundle
from chalicelib.domain.canonical import canonical_json, sha256_hex
from chalicelib.domain.errors import NotFound, Unavailable, VersionConflict
from chalicelib.domain.policy import Bundle

POINTER = "bundles/current.json"
KEPT_MAX = 4
"""Bundles kept in memory: the current one and those that claims of the same hour were decided by."""


class S3BundleStore:
    """One bucket. `s3` is a boto3 client; a store is shared by all threads of a process."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._kept: OrderedDict[str, Bundle] = OrderedDict()
        self._lock = threading.Lock()

    def current(self) -> Bundle:
        bundle_hash = self.current_hash()
        if bundle_hash is None:
            raise Unavailable
        return self.load(bundle_hash)

    @reaching_aws
    def current_hash(self) -> str | None:
        content = get_object(self._s3, self._bucket, POINTER)
        return None if content is None else _named_by(content)

    @reaching_aws
    def load(self, bundle_hash: str) -> Bundle:
        with self._lock:
            if bundle_hash in self._kept:
                self._kept.move_to_end(bundle_hash)
                return self._kept[bundle_hash]
            content = get_object(self._s3, self._bucket, _key(bundle_hash))
            if content is None:
                raise NotFound
            bundle = open_bundle(content, bundle_hash)
            self._kept[bundle_hash] = bundle
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
            return bundle

    @reaching_aws
    def put(self, content: bytes) -> str:
        bundle_hash = sha256_hex(content)
        put_once(self._s3, self._bucket, _key(bundle_hash), content)
        return bundle_hash

    @reaching_aws
    def move_pointer(self, bundle_hash: str, previous: str | None) -> None:
        """The pointer is replaced only if it is still the very object that named `previous`.

        read pointer ──> names previous? ──> write, if its ETag is unchanged (or if there still is none)
        """
        condition = self._unchanged_since(previous)
        content = canonical_json({"hash": bundle_hash})
        try:
            self._s3.put_object(
                Bucket=self._bucket, Key=POINTER, Body=content, ContentType="application/json", **condition
            )
        except ClientError as error:
            if error_code(error) in ALREADY_THERE:
                raise VersionConflict from error
            raise

    def _unchanged_since(self, previous: str | None) -> dict[str, str]:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=POINTER)
        except ClientError as error:
            if error_code(error) != "NoSuchKey":
                raise
            if previous is not None:
                raise VersionConflict from error
            return {"IfNoneMatch": "*"}
        with answer["Body"] as body:
            if _named_by(body.read()) != previous:
                raise VersionConflict
        return {"IfMatch": answer["ETag"]}


def _named_by(pointer: bytes) -> str:
    return str(json.loads(pointer)["hash"])


def _key(bundle_hash: str) -> str:
    return f"bundles/{bundle_hash}.json"
