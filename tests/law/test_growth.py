"""Requests to S3 for opening a bundle and deciding a claim as the lists grow: the same, whatever the lists' length."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chalicelib.law.bundles import S3BundleStore
from chalicelib.law.seal import KmsBundleSeal
from chalicelib.main.config import from_environment
from chalicelib.registry.domain import lists
from infra.local.stack import LocalStack
from tests.kit.growth import assert_as_written
from tests.kit.nation import grown
from tests.kit.worked_cases import decide, worked_cases

SIZES = ((1_000, 250), (2_000, 500), (4_000, 1_000))
"""Institutions and items: n, 2 n and 4 n."""
SHORT = 32
"""Rows of a part, so that these lists are as many parts and as high as longer ones are."""
OPENING, CLAIM = 2, 8
"""The document and its signature; the parts on the way to one institution and to three items that lie together."""


class CountedS3:
    """A client that counts its reads and their bytes."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self.requests = self.bytes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def get_object(self, **asked: Any) -> Any:
        answer = self._s3.get_object(**asked)
        self.requests += 1
        self.bytes += answer["ContentLength"]
        return answer

    def during(self, act: Callable[[], object]) -> tuple[int, int]:
        """Return the requests and bytes of an act."""
        requests, brought = self.requests, self.bytes
        act()
        return self.requests - requests, self.bytes - brought


@pytest.fixture(autouse=True)
def fixture_short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PART_ROWS", SHORT)


@pytest.fixture(name="new_store")
def fixture_new_store(cloud: LocalStack) -> Callable[[], tuple[S3BundleStore, CountedS3]]:
    """Build a process that has read nothing yet, over one bucket."""
    bucket = f"grown-{secrets.token_hex(8)}"
    cloud.client("s3").create_bucket(Bucket=bucket)
    seal = KmsBundleSeal(cloud.client("kms"), from_environment().policy_key)

    def new_store() -> tuple[S3BundleStore, CountedS3]:
        s3 = CountedS3(cloud.client("s3"))
        return S3BundleStore(s3, bucket, seal), s3

    return new_store


def test_opening_a_bundle_and_deciding_by_it_ask_the_same_however_long_its_lists_are(
    new_store: Callable[[], tuple[S3BundleStore, CountedS3]], tell: Callable[[str], None]
) -> None:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    opened: list[tuple[int, int]] = []
    cold: list[tuple[int, int]] = []
    warm: list[tuple[int, int]] = []
    for institutions, items in SIZES:
        kept = new_store()[0].put(grown(institutions, items, provinces=2))
        store, s3 = new_store()
        opened.append(s3.during(partial(store.load, kept)))
        for counts in (cold, warm):
            counts.append(s3.during(partial(decide, case, store.load(kept))))
    told = " and ".join(f"{institutions:,} and {items:,}" for institutions, items in SIZES)
    tell(f"institutions and items {told}: opening {opened}, the first claim {cold}, the next {warm} (requests, bytes)")
    assert [requests for requests, _ in opened] == [OPENING] * len(SIZES)
    assert max(brought for _, brought in opened) - min(brought for _, brought in opened) < 100
    assert max(requests for requests, _ in cold) <= CLAIM
    assert max(brought for _, brought in cold) < 32 * 1024
    assert set(warm) == {(0, 0)}
    rows = {
        "a bundle is opened": opened,
        "the first claim is decided by it": cold,
        "the next claim is decided by it": warm,
    }
    for what, asked in rows.items():
        assert_as_written(what, [requests for requests, _ in asked])


def test_a_bundle_that_differs_in_one_row_asks_only_for_the_parts_that_do(
    new_store: Callable[[], tuple[S3BundleStore, CountedS3]],
) -> None:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    writer = new_store()[0]
    first, second = (writer.put(grown(1_000, items, provinces=2)) for items in (250, 251))
    store, s3 = new_store()
    decide(case, store.load(first))
    assert s3.during(lambda: decide(case, store.load(second)))[0] <= OPENING + 4
