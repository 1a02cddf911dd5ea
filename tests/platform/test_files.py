"""Files by addresses of their own: the signed parts, the requests that moto accepts, and the fake's equal answers."""

from __future__ import annotations

import secrets
import urllib.request
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.ports import AwaitedFile, FileStore, SignedAddress
from chalicelib.main.wiring import BotoClients
from chalicelib.platform.aws.clients import SIGNING
from chalicelib.platform.aws.files import S3FileStore
from infra.local.stack import LocalStack
from tests.kit.memory.files import FakeFileStore

NOW = datetime(2020, 3, 2, 4, tzinfo=UTC)
CONTENT = b"scan of the invoice"
FILE = AwaitedFile("papers/rmb_1/" + sha256_hex(CONTENT), sha256_hex(CONTENT), len(CONTENT), "application/pdf")


pytestmark = pytest.mark.stack


@pytest.fixture(name="bucket")
def fixture_bucket(cloud: LocalStack) -> str:
    bucket = f"files-{secrets.token_hex(8)}"
    cloud.client("s3").create_bucket(Bucket=bucket)
    return bucket


@pytest.fixture(name="s3")
def fixture_s3(http_stack: LocalStack, bucket: str) -> S3FileStore:
    """Over a stack that is served, so that an address leads somewhere."""
    return S3FileStore(http_stack.client("s3"), BotoClients()(SIGNING), bucket)


def sent(address: SignedAddress, method: str, content: bytes | None = None) -> tuple[int, bytes]:
    """Send a request to a signed address, from outside of moto."""
    asked = urllib.request.Request(address.url, method=method, data=content, headers=dict(address.headers))
    with urllib.request.urlopen(asked, timeout=30) as answered:
        return answered.status, answered.read()


def test_what_is_brought_under_an_address_lies_there_with_its_hash(s3: S3FileStore) -> None:
    assert s3.hash_of(FILE.key) is None
    assert sent(s3.address_to_bring(FILE, NOW), "PUT", CONTENT)[0] == 200
    assert s3.hash_of(FILE.key) == FILE.sha256
    assert sent(s3.address_to_fetch(FILE.key, NOW), "GET") == (200, CONTENT)


def test_what_lies_there_is_hashed_as_it_lies_there(cloud: LocalStack, s3: S3FileStore, bucket: str) -> None:
    cloud.client("s3").put_object(Bucket=bucket, Key=FILE.key, Body=b"another file")
    assert s3.hash_of(FILE.key) == sha256_hex(b"another file")


def test_hash_size_and_type_are_part_of_what_is_signed(s3: S3FileStore) -> None:
    """The service refuses a request whose signed headers differ, so nothing else is ever taken under the address."""
    address = s3.address_to_bring(FILE, NOW)
    asked = parse_qs(urlsplit(address.url).query)
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert asked["X-Amz-Expires"] == ["900"]
    signed = set(asked["X-Amz-SignedHeaders"][0].split(";"))
    assert {name.lower() for name in address.headers} <= signed


@pytest.mark.parametrize("kind", ["fake", "s3"])
def test_a_fake_and_the_service_promise_the_same(kind: str, s3: S3FileStore) -> None:
    files: FileStore = s3 if kind == "s3" else FakeFileStore()
    brought_by, fetched_by = files.address_to_bring(FILE, NOW), files.address_to_fetch(FILE.key, NOW)
    assert FILE.key in brought_by.url
    assert FILE.key in fetched_by.url
    assert dict(brought_by.headers) == {
        "Content-Length": str(FILE.size),
        "Content-Type": FILE.media_type,
        "x-amz-checksum-sha256": b64encode(sha256(CONTENT).digest()).decode(),
    }
    assert brought_by.expires_at - NOW == timedelta(minutes=15)
    assert (dict(fetched_by.headers), fetched_by.expires_at - NOW) == ({}, timedelta(minutes=5))
    assert files.hash_of(FILE.key) is None
