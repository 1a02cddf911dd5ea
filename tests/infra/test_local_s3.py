"""The local stack's lists of versions: as moto lists them, without reading the contents of objects."""

from __future__ import annotations

from typing import Any

import pytest
from moto.s3.models import FakeKey

from infra.local.stack import LocalStack
from tests.ledger.test_archive import new_bucket


@pytest.fixture
def bucket(cloud: LocalStack) -> str:
    """A bucket with versions: three names under each of two prefixes, a name written twice and a name deleted."""
    s3, name = cloud.client("s3"), new_bucket(cloud)
    for prefix in ("2026-01/", "2026-02/"):
        for key in ("a", "b", "c", "a"):
            s3.put_object(Bucket=name, Key=prefix + key, Body=prefix.encode())
        s3.delete_object(Bucket=name, Key=f"{prefix}c")
    return name


def listed(cloud: LocalStack, bucket: str, prefix: str, pages_of: int = 1000) -> list[tuple[Any, ...]]:
    pages = cloud.client("s3").get_paginator("list_object_versions")
    return [
        (kind, each["Key"], each["VersionId"], each["IsLatest"])
        for page in pages.paginate(Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": pages_of})
        for kind in ("Versions", "DeleteMarkers")
        for each in page.get(kind, ())
    ]


@pytest.mark.parametrize("pages_of", [2, 1000])
def test_what_stands_under_a_prefix_is_listed_as_in_the_list_of_the_whole_bucket(
    cloud: LocalStack, bucket: str, pages_of: int
) -> None:
    whole = listed(cloud, bucket, "")
    assert len(whole) == 10
    assert sorted(listed(cloud, bucket, "2026-02/", pages_of)) == sorted(
        each for each in whole if each[1].startswith("2026-02/")
    )


def test_no_content_is_read_for_a_list(cloud: LocalStack, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(_self: FakeKey) -> bytes:
        raise AssertionError("the content of an object is read")

    monkeypatch.setattr(FakeKey, "value", property(unread))
    assert len(listed(cloud, bucket, "2026-02/")) == 5
    with pytest.raises(AssertionError, match="is read"):
        cloud.client("s3").get_object(Bucket=bucket, Key="2026-02/a")
