"""The API over an office in memory."""

from __future__ import annotations

import pytest

from tests.api.desk import Caller, Desk


@pytest.fixture(name="desk")
def fixture_desk() -> Desk:
    return Desk()


@pytest.fixture(name="caller")
def fixture_caller(desk: Desk) -> Caller:
    return Caller(desk)
