"""Lets an address of a file in S3 lead to the local server, and from there to moto: no network leads to either.

moto accepts any content sent under an address and checks no signature. The content is hashed before it counts, here as
in the cloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests

from chalicelib.platform.aws.files import S3FileStore
from infra.local.replacing import replaced

FILES_PATH = "/local/files/"
_BUCKET_HOST = re.compile(r"[a-z0-9-]+\.s3(\.[a-z0-9-]+)?\.amazonaws\.com")
_SENT_ON = frozenset({"content-type", "x-amz-checksum-sha256"})
_TIMEOUT_S = 30

Forwarded = tuple[int, dict[str, str], bytes]


@contextmanager
def addresses_lead_here(base: str) -> Iterator[None]:
    """Let addresses lead to the server at `base` for the length of the block."""
    signed = S3FileStore._signed

    def here(self: S3FileStore, operation: str, what: dict[str, Any], within: timedelta) -> str:
        parts = urlsplit(signed(self, operation, what, within))
        return f"{base}{FILES_PATH}{parts.netloc}{parts.path}?{parts.query}"

    with replaced(S3FileStore, _signed=here):
        yield


def forwarded(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Forwarded:
    """Return moto's answer to a request under such an address; 404 for an address that leads to no bucket."""
    place = path.removeprefix(FILES_PATH)
    if not _BUCKET_HOST.fullmatch(place.partition("/")[0]):
        return HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain"}, b""
    kept = {name: value for name, value in headers.items() if name.lower() in _SENT_ON}
    answered = requests.request(method, f"https://{place}", data=body or None, headers=kept, timeout=_TIMEOUT_S)
    media = answered.headers.get("Content-Type", "application/octet-stream")
    return answered.status_code, {"Content-Type": media}, answered.content
