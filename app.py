"""The Chalice app: what runs behind each route, task and schedule, and nothing else.

Importing it reads no environment, opens no connection and loads no capability. A deployed task is found in this module
by the name of its method, and loaded then; a schedule is a rule that infra/tasks declares.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice.app import Chalice

from chalicelib.main import bound, telemetry, wiring

telemetry.configure()

app = Chalice(app_name="quebao", configure_logs=False)
_tasks = bound.bind(app, wiring.system)


def __getattr__(name: str) -> Callable[..., Any]:
    """A task, with what it needs."""
    try:
        return _tasks.deployed(name)
    except LookupError:
        raise AttributeError(name) from None
