"""Lets a conditional PutObject in moto 5.2.5 have a single winner, a GetObject an end, and a list its prefix alone.

moto looks at the object and writes it in two steps: of two writers that both ask for `If-None-Match: *` both may win.
And moto closes the object it replaces, even under a reader: here a read is complete before the next write. For a list
of versions moto copies every version of the bucket, with its content: here those under the prefix, without.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from infra.local.replacing import replaced


@dataclass(frozen=True)
class _Beginning:
    """The keys of a bucket that begin with a prefix; stands for the backend, its bucket and the bucket's keys."""

    backend: S3Backend
    bucket_name: str
    prefix: str

    def get_bucket(self, _bucket_name: str) -> _Beginning:
        return self

    @property
    def keys(self) -> _Beginning:
        return self

    def iterlists(self) -> Iterator[tuple[str, _Versions]]:
        keys = self.backend.get_bucket(self.bucket_name).keys
        return ((name, _Versions(versions)) for name, versions in keys.iterlists() if name.startswith(self.prefix))


class _Versions(list[Any]):
    """The versions of a name. A list marks the latest of them and reads no content, so that it needs no copy."""

    def __deepcopy__(self, _memo: Mapping[int, Any]) -> list[Any]:
        return list(self)


@contextmanager
def s3() -> Iterator[None]:
    """Apply the mends for the length of the block."""
    put, get, lock = S3Response.put_object, S3Response.get_object, threading.RLock()
    list_versions: Any = S3Backend.list_object_versions

    def put_object(self: S3Response) -> Any:
        with lock:
            return put(self)

    def get_object(self: S3Response) -> Any:
        with lock:
            return get(self)

    def list_object_versions(self: S3Backend, bucket_name: str, *, prefix: str = "", **asked: Any) -> Any:
        return list_versions(_Beginning(self, bucket_name, prefix), bucket_name, prefix=prefix, **asked)

    with (
        replaced(S3Response, put_object=put_object, get_object=get_object),
        replaced(S3Backend, list_object_versions=list_object_versions),
    ):
        yield
