"""Lets a conditional PutObject in moto 5.2.5 have a single winner, and a GetObject an end.

moto looks at the object and writes it in two steps: of two writers that both ask for `If-None-Match: *` both may win.
And moto closes the object it replaces, even under a reader: here a read is complete before the next write.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.s3.responses import S3Response

from infra.local.replacing import replaced


@contextmanager
def s3() -> Iterator[None]:
    """Apply the mend for the length of the block."""
    put, get, lock = S3Response.put_object, S3Response.get_object, threading.RLock()

    def put_object(self: S3Response) -> Any:
        with lock:
            return put(self)

    def get_object(self: S3Response) -> Any:
        with lock:
            return get(self)

    with replaced(S3Response, put_object=put_object, get_object=get_object):
        yield
