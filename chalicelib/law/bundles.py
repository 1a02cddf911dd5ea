"""Policy bundles in S3: each under its hash with its signature, written once, and a pointer that names the current one.

A bundle is proven against its hash and its signature when it is read and then kept, since the content under a hash
never changes. Its lists of institutions and items lie beside it in parts that its document names by their hash, and
each part is read when a decision asks for a row of it; bundles share the parts that none of them changed. The bundle in
force is read every `POINTER_S`: so long after a publication the last process decides by it, and a recalculation begins
when no process decides otherwise any more.

| key | what |
|---|---|
| bundles/<hash>.json | a bundle |
| bundles/<hash>.sig | its signature |
| bundles/lists/<hash> | a part of a list, compressed |
| bundles/current.json | the publication in force |
| bundles/history/<number>.json | every earlier publication, kept before the pointer leaves it |
"""

from __future__ import annotations

import json
import re
import threading
import time
import zlib
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol

from botocore.exceptions import ClientError

from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.kernel.errors import IntegrityError, NotFound, Unavailable, VersionConflict, existing
from chalicelib.law.domain.bundle import BundleFile, open_bundle
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.publication import Publication
from chalicelib.law.seal import ALGORITHM
from chalicelib.platform.aws.clients import error_code, reaching_aws
from chalicelib.platform.aws.codec import read_values
from chalicelib.platform.aws.documents import ALREADY_THERE, get_object, put_once
from chalicelib.registry.domain.lists import Parts

POINTER = "bundles/current.json"
LISTS = "bundles/lists"
_HASH = re.compile(r"[0-9a-f]{64}")
POINTER_S = 5.0
"""Seconds for which a process goes on by the bundle it read to be in force; a claim need not ask twice."""
KEPT_MAX = 4
"""The number of bundles kept in memory: the current bundle and those that decided claims of the same hour."""
PARTS_KEPT_BYTES = 32 * 1024 * 1024
"""The bytes of parts kept in memory, compressed as they lie: a nation's institutions and catalogue are 26 MB."""
PART_BYTES_MAX = 16 * 1024 * 1024
"""The length of the longest part; content that unpacks to more was not written here."""


class BundleSeal(Protocol):
    """The signer of a bundle's hash, and the verifier of such signatures."""

    def sign(self, bundle_hash: str) -> bytes: ...

    def is_valid(self, bundle_hash: str, signature: bytes) -> bool: ...


class S3BundleStore:
    """The bundles of one bucket. `s3` is a boto3 client; a store is shared by all threads of a process."""

    def __init__(self, s3: Any, bucket: str, seal: BundleSeal, seconds: Callable[[], float] = time.monotonic) -> None:
        self._s3 = s3
        self._seconds = seconds
        self._current: tuple[str, float] | None = None
        self._bucket = bucket
        self._seal = seal
        self._kept: OrderedDict[str, Bundle] = OrderedDict()
        self._lock = threading.Lock()
        self._parts = S3Parts(s3, bucket)

    @property
    def parts(self) -> Parts:
        return self._parts

    def current(self) -> Bundle:
        known = self._current
        if known is not None and self._seconds() < known[1]:
            return self.load(known[0])
        bundle_hash, until = self.current_hash(), self._seconds() + POINTER_S
        if bundle_hash is None:
            raise Unavailable
        self._current = (bundle_hash, until)
        return self.load(bundle_hash)

    def current_hash(self) -> str | None:
        found = self.pointer()
        return None if found is None else found.bundle

    @reaching_aws
    def load(self, bundle_hash: str) -> Bundle:
        with self._lock:
            if bundle_hash in self._kept:
                self._kept.move_to_end(bundle_hash)
                return self._kept[bundle_hash]
            if not _HASH.fullmatch(bundle_hash):
                raise NotFound
            content = existing(get_object(self._s3, self._bucket, _content_key(bundle_hash)))
            bundle = open_bundle(content, bundle_hash, self._parts)
            self._prove_signature(bundle_hash)
            self._kept[bundle_hash] = bundle
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
            return bundle

    @reaching_aws
    def content(self, bundle_hash: str) -> bytes:
        content = existing(
            get_object(self._s3, self._bucket, _content_key(bundle_hash)) if _HASH.fullmatch(bundle_hash) else None
        )
        if sha256_hex(content) != bundle_hash:
            raise IntegrityError
        self._prove_signature(bundle_hash)
        return content

    @reaching_aws
    def put(self, file: BundleFile) -> str:
        """Write parts, document, signature: a bundle without a signature was never finished and is not loaded."""
        for name, part in file.parts.items():
            self._parts.put(name, part)
        bundle_hash = sha256_hex(file.content)
        put_once(self._s3, self._bucket, _content_key(bundle_hash), file.content)
        if get_object(self._s3, self._bucket, _signature_key(bundle_hash)) is None:
            signature = {
                "algorithm": ALGORITHM,
                "bundle": bundle_hash,
                "signature": b64encode(self._seal.sign(bundle_hash)).decode(),
            }
            put_once(self._s3, self._bucket, _signature_key(bundle_hash), canonical_json(signature))
        return bundle_hash

    @reaching_aws
    def pointer(self) -> Publication | None:
        content = get_object(self._s3, self._bucket, POINTER)
        return None if content is None else _read(content)

    @reaching_aws
    def publication(self, number: int) -> Publication | None:
        found = self.pointer()
        if found is None or number >= found.number:
            return found if found is not None and found.number == number else None
        content = get_object(self._s3, self._bucket, _history_key(number))
        return None if content is None else _read(content)

    @reaching_aws
    def move_pointer(self, publication: Publication) -> None:
        """Replace the pointer only if it is still the very object that was read.

        read pointer ──> names previous? ──> keep it in the history ──> write, if its ETag is unchanged
                                                                        (or if there still is none)
        """
        condition = self._unchanged_since(publication)
        try:
            self._s3.put_object(
                Bucket=self._bucket, Key=POINTER, Body=_write(publication), ContentType="application/json", **condition
            )
        except ClientError as error:
            if error_code(error) in ALREADY_THERE:
                raise VersionConflict from error
            raise
        finally:
            self._current = None

    def _unchanged_since(self, next_one: Publication) -> dict[str, str]:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=POINTER)
        except ClientError as error:
            if error_code(error) != "NoSuchKey":
                raise
            if next_one.previous is not None or next_one.number != 1:
                raise VersionConflict from error
            return {"IfNoneMatch": "*"}
        with answer["Body"] as body:
            content = body.read()
        standing = _read(content)
        if (standing.bundle, standing.number) != (next_one.previous, next_one.number - 1):
            raise VersionConflict
        put_once(self._s3, self._bucket, _history_key(standing.number), content)
        return {"IfMatch": answer["ETag"]}

    def _prove_signature(self, bundle_hash: str) -> None:
        content = get_object(self._s3, self._bucket, _signature_key(bundle_hash))
        if content is None:
            raise IntegrityError
        try:
            signature = b64decode(json.loads(content)["signature"], validate=True)
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityError from error
        if not signature or not self._seal.is_valid(bundle_hash, signature):
            raise IntegrityError


class S3Parts:
    """Parts of lists by name, with the last read kept in memory. Shared by all threads of a process."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @reaching_aws
    def __getitem__(self, name: str, /) -> bytes:
        with self._lock:
            packed = self._kept.get(name)
            if packed is not None:
                self._kept.move_to_end(name)
        if packed is None:
            packed = get_object(self._s3, self._bucket, _part_key(name))
            if packed is None:
                raise IntegrityError
            self._keep(name, packed)
        return unpacked(packed)

    def put(self, name: str, part: bytes) -> None:
        """Keep a part once; a part that was read or written before is not written again."""
        if name not in self._kept:
            packed = zlib.compress(part)
            put_once(self._s3, self._bucket, _part_key(name), packed)
            self._keep(name, packed)

    def _keep(self, name: str, packed: bytes) -> None:
        with self._lock:
            self._bytes += len(packed) - len(self._kept.pop(name, b""))
            self._kept[name] = packed
            while self._bytes > PARTS_KEPT_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1])


def unpacked(packed: bytes) -> bytes:
    """Return a part as it was written. Raises `IntegrityError` for content that is no part."""
    try:
        return zlib.decompressobj().decompress(packed, PART_BYTES_MAX)
    except zlib.error as error:
        raise IntegrityError from error


def _read(content: bytes) -> Publication:
    return read_values(Publication, json.loads(content))


def _write(publication: Publication) -> bytes:
    return canonical_json(asdict(publication))


def _content_key(bundle_hash: str) -> str:
    return f"bundles/{bundle_hash}.json"


def _part_key(name: str) -> str:
    return f"{LISTS}/{name}"


def _signature_key(bundle_hash: str) -> str:
    return f"bundles/{bundle_hash}.sig"


def _history_key(number: int) -> str:
    return f"bundles/history/{number:08d}.json"
