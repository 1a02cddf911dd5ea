"""What stores are held to their promises on: in memory, and on the local stack's tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from chalicelib.application.system import Ports
from chalicelib.runtime.config import from_environment
from chalicelib.runtime.wiring import BotoClients, Process
from infra.local.stack import LocalStack
from tests.fakes.samples import policies
from tests.fakes.world import World
from tests.support.marks import ON_TABLES


@pytest.fixture
def bare_moto() -> Iterator[None]:
    """Moto without the stack, for what needs a key and a table."""
    with mock_aws():
        yield


@pytest.fixture(name="ports", params=["fake", ON_TABLES])
def fixture_ports(request: pytest.FixtureRequest) -> Ports:
    if request.param == "fake":
        return World(policies()).ports
    stack: LocalStack = request.getfixturevalue("cloud")
    assert stack.environment
    return Process(from_environment(), BotoClients(), lambda: "done").ports
