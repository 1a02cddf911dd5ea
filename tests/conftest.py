"""The stack that tests share: one per process, its data kept apart by each test using persons and claims of its own."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.local.stack import LocalStack
from tests.kit.marks import ON_MOTO
from tests.kit.proved_once import policies_proved_once

pytest_plugins = [
    "tests.kit.fixtures.console",
    "tests.kit.fixtures.desk",
    "tests.kit.fixtures.ports",
    "tests.kit.fixtures.properties",
    "tests.kit.fixtures.system",
    "tests.kit.fixtures.world",
]

# The items that collection makes stay: a search for cycles in them takes seconds and finds none.
gc.set_threshold(200_000, 50, 100)

_TOLD = "told"
CONSOLE = "https://console.example"
"""From where the console of the shared stack brings files."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs moto, so that `make test-fast` runs everything else; what fills the shared stack comes last, and
    what takes longest comes first, so that no worker is alone with it at the end.
    """
    for item in items:
        if not ON_MOTO.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.stack)
    items.sort(key=lambda item: (item.get_closest_marker("fills") is not None, item.get_closest_marker("long") is None))


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of Python's search for cycles, which would walk it again in every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.fixture(autouse=True)
def moto_is_marked(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test reaches moto unmarked: a fixture may ask for the stack only when it runs, where no hook sees it."""
    yield
    if request.node.get_closest_marker("stack") is None:
        assert ON_MOTO.isdisjoint(request.fixturenames), "mark this test, or the parameter it runs with, as `stack`"


@pytest.fixture(scope="session", autouse=True)
def policies_are_proved_once() -> Iterator[None]:
    with policies_proved_once():
        yield


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Print a text at the end of the run: a count, a seed. It survives capturing and the workers of a parallel run."""
    return lambda line: record_property(_TOLD, line)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the texts that tests told, in a section of its own."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    lines = [line for report in reports for name, line in getattr(report, "user_properties", []) if name == _TOLD]
    if lines:
        terminalreporter.section("counted")
        for line in lines:
            terminalreporter.write_line(str(line))


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalStack]:
    """Everything the template declares, in moto; functions without handlers."""
    with LocalStack(time_scale=0.01, parameters={"ConsoleOrigin": CONSOLE}) as stack:
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
