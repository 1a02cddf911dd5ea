"""A world of fakes for each test, with the project's own policies published and the sample patients unknown."""

from __future__ import annotations

import pytest

from tests.fakes.samples import policies
from tests.fakes.world import World


@pytest.fixture(name="world")
def fixture_world() -> World:
    return World(policies())
