"""The `Prefer` header, RFC 7240."""

from __future__ import annotations

import pytest

from chalicelib.platform.http.query import wait_of


@pytest.mark.parametrize(
    ("prefer", "wait_s"),
    [
        (None, 0),
        ("", 0),
        ("wait=20", 20),
        ("wait=5", 5),
        ('WAIT = "7"', 7),
        ("respond-async, wait=10", 10),
        ("wait=10; foo=bar, return=minimal", 10),
        ("wait=3, wait=9", 3),
        ("wait=600", 20),
        ("wait=0", 0),
        ("wait=-1", 0),
        ("wait=soon", 0),
        ("wait", 0),
        ("await=20", 0),
    ],
)
def test_a_caller_waits_as_long_as_it_prefers_but_never_longer_than_the_gateway(
    prefer: str | None, wait_s: int
) -> None:
    assert wait_of(prefer) == wait_s
