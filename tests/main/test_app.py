"""app.py binds everything and decides nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import app as app_module
from chalicelib.platform.http.docs.openapi import operation_of

ROOT = Path(__file__).parents[2]


def test_importing_the_app_reads_no_environment_and_opens_no_connection() -> None:
    """No address can be reached and no variable is set; sockets are refused outright."""
    probe = "import socket; socket.socket.connect = None; import app; print(len(app.app.routes))"
    ran = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) > 0


def test_a_deployed_task_is_found_by_the_name_of_its_variable() -> None:
    for function in app_module.app.pure_lambda_functions:
        module, name = function.handler_string.rsplit(".", 1)
        assert module == "app"
        assert name == function.name.replace("-", "_")
        assert callable(getattr(app_module, name))


def test_the_tasks_of_the_settlement_are_bound() -> None:
    assert {function.name for function in app_module.app.pure_lambda_functions} >= {
        "claim-announce",
        "settlement-settle",
        "settlement-follow",
        "settlement-defer",
        "resume-deferred",
    }


def test_every_route_says_what_it_is() -> None:
    for entries in app_module.app.routes.values():
        for entry in entries.values():
            assert json.dumps(operation_of(entry).id)
