"""The stack that tests share: one per process, its data kept apart by each test using persons and claims of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.stack import LocalStack


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalStack]:
    """Everything the template declares, in moto; functions without handlers."""
    with LocalStack(time_scale=0.01) as stack:
        yield stack


@pytest.fixture(scope="session")
def local_stack(cloud: LocalStack) -> LocalStack:
    """The stack with the real handlers of app.py."""
    cloud.bind()
    return cloud


@pytest.fixture(scope="session")
def http_stack(local_stack: LocalStack) -> LocalStack:
    """The stack with its API served at `http_stack.url`, and tokens from `http_stack.issuer`."""
    local_stack.serve()
    return local_stack
