"""Refusals of a loader: a bundle that does not match its hash, or that nobody entitled signed."""

from __future__ import annotations

import json
import secrets
import zlib
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import IntegrityError, NotFound, Unavailable, VersionConflict
from chalicelib.law import bundles
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.bundles import LISTS, POINTER_S, S3BundleStore, S3Parts
from chalicelib.law.domain.bundle import open_bundle
from chalicelib.law.seal import KmsBundleSeal
from chalicelib.main.config import from_environment
from infra.local.stack import LocalStack
from tests.kit.builders import NOW, published
from tests.kit.memory.samples import policies
from tests.kit.policy_sets import empty_bundle, with_kunming_share
from tests.kit.worked_cases import shipped_bundle


def content(note: str = "") -> bytes:
    return empty_bundle(note).content


@dataclass(frozen=True)
class Shelf:
    """A bucket with a bundle in it, and stores that read it anew."""

    s3: Any
    bucket: str
    seal: KmsBundleSeal

    @property
    def store(self) -> S3BundleStore:
        return S3BundleStore(self.s3, self.bucket, self.seal)

    def read(self, key: str) -> bytes:
        found: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return found

    def write(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)


@pytest.fixture(name="shelf")
def fixture_shelf(cloud: LocalStack) -> Shelf:
    bucket = f"shelf-{secrets.token_hex(8)}"
    cloud.client("s3").create_bucket(Bucket=bucket)
    return Shelf(cloud.client("s3"), bucket, KmsBundleSeal(cloud.client("kms"), from_environment().policy_key))


def test_a_bundle_that_was_kept_is_loaded(shelf: Shelf) -> None:
    kept = shelf.store.put(empty_bundle())
    assert shelf.store.load(kept).hash == kept


def test_the_bytes_of_a_bundle_are_read_only_where_they_are_its_own_and_signed(shelf: Shelf) -> None:
    kept = shelf.store.put(empty_bundle())
    assert shelf.store.content(kept) == content()
    shelf.write(f"bundles/{kept}.json", content("changed"))
    smuggled = sha256_hex(content("smuggled"))
    shelf.write(f"bundles/{smuggled}.json", content("smuggled"))
    for name in (kept, smuggled):
        with pytest.raises(IntegrityError):
            shelf.store.content(name)
    for name in ("current", "0" * 64):
        with pytest.raises(NotFound):
            shelf.store.content(name)


def test_a_bundle_whose_content_was_changed_is_refused(shelf: Shelf) -> None:
    kept = shelf.store.put(empty_bundle())
    shelf.write(f"bundles/{kept}.json", content("changed"))
    with pytest.raises(IntegrityError):
        shelf.store.load(kept)


def test_a_bundle_without_a_signature_is_refused(shelf: Shelf) -> None:
    smuggled = sha256_hex(content("smuggled"))
    shelf.write(f"bundles/{smuggled}.json", content("smuggled"))
    with pytest.raises(IntegrityError):
        shelf.store.load(smuggled)


def test_a_bundle_with_the_signature_of_another_is_refused(shelf: Shelf) -> None:
    honest, smuggled = shelf.store.put(empty_bundle()), sha256_hex(content("smuggled"))
    shelf.write(f"bundles/{smuggled}.json", content("smuggled"))
    shelf.write(f"bundles/{smuggled}.sig", shelf.read(f"bundles/{honest}.sig"))
    with pytest.raises(IntegrityError):
        shelf.store.load(smuggled)


@pytest.mark.parametrize("spoilt", ["", "not base64!", None])
def test_a_signature_that_cannot_be_read_is_refused(shelf: Shelf, spoilt: str | None) -> None:
    kept = shelf.store.put(empty_bundle())
    shelf.write(f"bundles/{kept}.sig", b"{}" if spoilt is None else json.dumps({"signature": spoilt}).encode())
    with pytest.raises(IntegrityError):
        shelf.store.load(kept)


def test_a_signature_with_one_bit_changed_is_refused(shelf: Shelf) -> None:
    kept = shelf.store.put(empty_bundle())
    signed = json.loads(shelf.read(f"bundles/{kept}.sig"))
    raw = bytearray(b64decode(signed["signature"]))
    raw[-1] ^= 1
    shelf.write(f"bundles/{kept}.sig", json.dumps({**signed, "signature": b64encode(raw).decode()}).encode())
    with pytest.raises(IntegrityError):
        shelf.store.load(kept)


@pytest.mark.parametrize("name", ["current", "../current", "", "Z" * 64])
def test_a_name_that_is_no_hash_is_not_found(shelf: Shelf, name: str) -> None:
    with pytest.raises(NotFound):
        shelf.store.load(name)


def test_of_many_officers_at_once_one_moves_the_pointer(shelf: Shelf) -> None:
    first = shelf.store.put(empty_bundle())
    shelf.store.move_pointer(published(1, first, None, NOW))
    drafts = [shelf.store.put(empty_bundle(str(number))) for number in range(8)]

    def move(draft: str) -> bool:
        try:
            shelf.store.move_pointer(published(2, draft, first, NOW))
        except VersionConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as officers:
        won = list(officers.map(move, drafts))
    assert sum(won) == 1
    assert shelf.store.current_hash() == drafts[won.index(True)]
    kept = shelf.store.publication(1)
    assert kept is not None
    assert kept.bundle == first


def test_which_bundle_is_in_force_is_asked_again_after_five_seconds_and_at_once_by_who_published(shelf: Shelf) -> None:
    now = [0.0]
    mine, other = (S3BundleStore(shelf.s3, shelf.bucket, shelf.seal, lambda: now[0]) for _ in range(2))
    first = mine.put(empty_bundle("first"))
    mine.move_pointer(published(1, first, None, NOW))
    assert (mine.current().hash, other.current().hash) == (first, first)
    second = mine.put(empty_bundle("second"))
    mine.move_pointer(published(2, second, first, NOW))
    now[0] = POINTER_S - 0.1
    assert (mine.current().hash, other.current().hash) == (second, first)
    now[0] = POINTER_S
    assert other.current().hash == second


CODE = next(iter(shipped_bundle().registry.institutions))


def parts_of(shelf: Shelf) -> list[str]:
    return [each["Key"] for each in shelf.s3.list_objects_v2(Bucket=shelf.bucket, Prefix=LISTS)["Contents"]]


def test_rows_are_read_from_the_parts_that_lie_beside_a_bundle(shelf: Shelf) -> None:
    kept = shelf.store.put(policies())
    assert shelf.store.load(kept).registry.institutions[CODE] == shipped_bundle().registry.institutions[CODE]


@pytest.mark.parametrize("spoilt", [zlib.compress(b'{"rows":[]}'), b"no part", b""])
def test_a_part_that_is_not_what_it_is_named_is_refused(shelf: Shelf, spoilt: bytes) -> None:
    kept = shelf.store.put(policies())
    for key in parts_of(shelf):
        shelf.write(key, spoilt)
    with pytest.raises(IntegrityError):
        shelf.store.load(kept).registry.institutions.get(CODE)


def test_a_part_that_is_gone_is_refused_and_not_taken_for_an_unknown_row(shelf: Shelf) -> None:
    kept = shelf.store.put(policies())
    for key in parts_of(shelf):
        shelf.s3.delete_object(Bucket=shelf.bucket, Key=key)
    with pytest.raises(IntegrityError):
        shelf.store.load(kept).registry.institutions.get(CODE)


def test_a_part_that_unpacks_without_end_is_refused(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = shelf.store.put(policies())
    monkeypatch.setattr(bundles, "PART_BYTES_MAX", 10)
    with pytest.raises(IntegrityError):
        shelf.store.load(kept).registry.institutions.get(CODE)


def test_bundles_share_the_parts_that_none_of_them_changed(shelf: Shelf) -> None:
    shelf.store.put(policies())
    parts = parts_of(shelf)
    shelf.store.put(compile_files(with_kunming_share(95)))
    assert parts_of(shelf) == parts


def test_no_more_of_the_parts_is_kept_in_memory_than_it_has_room_for(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "PARTS_KEPT_BYTES", 10)
    store = shelf.store
    registry = store.load(store.put(policies())).registry
    for _ in range(2):
        assert [code for code, _ in registry.institutions_by_code()] == sorted(shipped_bundle().registry.institutions)


class OutOfReach:
    """A client that S3 does not answer."""

    def get_object(self, **asked: Any) -> Any:
        raise ConnectTimeoutError(endpoint_url=asked["Key"])


def test_a_part_that_cannot_be_reached_is_no_unknown_row_either() -> None:
    with pytest.raises(Unavailable):
        open_bundle(policies().content, policies().hash, S3Parts(OutOfReach(), "none")).registry.institutions.get(CODE)
