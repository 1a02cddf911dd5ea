"""Imports of a function: it loads what its task needs, counted in modules, not in time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from chalicelib.main.capabilities import CAPABILITIES, described
from chalicelib.main.commands.index import index_document
from chalicelib.main.found import INDEX, index

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"PATH": ""} | {name: os.environ[name] for name in ["PYTHONPYCACHEPREFIX"] if name in os.environ}
"""Nothing but where compiled modules are kept."""
TASKS = sorted({*{home: name for name, home in index("tasks").items()}.values(), "claim_announce", "ledger_copy"})
"""A task of each capability, whose tasks are loaded together, and the two behind streams that run most often."""
NO_TASK = (
    "chalicelib.platform.http",
    "cryptography",
    "jwt",
    "openpyxl",
    "pydantic",
    "yaml",
)
"""Libraries that answer callers, write workbooks and read policy files."""
PROBE = """
import json, os, sys
import app

def loaded(ask):
    reader, writer = os.pipe()
    if os.fork() == 0:
        ask()
        with os.fdopen(writer, "w") as told:
            json.dump(sorted(sys.modules), told)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        return json.load(told)

asked = json.loads(sys.argv[1])
print(json.dumps({
    "nothing": sorted(sys.modules),
    "tasks": {name: loaded(lambda: getattr(app, name)) for name in asked["tasks"]},
    "routes": {path: loaded(lambda: app.app.routes[path]) for path in asked["routes"]},
}))
"""


@cache
def probed() -> dict[str, dict[str, list[str]]]:
    """The modules of a fresh process: with the app alone, and with each task, and with a few paths."""
    asked = {"tasks": TASKS, "routes": ["/v1/beds", "/v1/health"]}
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(asked)], cwd=ROOT, env=ENVIRONMENT, capture_output=True, check=True
    )
    found: dict[str, dict[str, list[str]]] = json.loads(ran.stdout)
    return found


def capabilities_in(modules: list[str]) -> set[str]:
    known = {each.name for each in CAPABILITIES}
    return {parts[1] for each in modules if (parts := each.split("."))[0] == "chalicelib" and parts[1:2]} & known


def test_the_index_says_what_the_manifests_say() -> None:
    assert INDEX.read_text(encoding="utf-8") == index_document(), "run `make template`"


def test_importing_the_app_loads_no_capability_and_nothing_that_only_routes_need() -> None:
    modules = list(probed()["nothing"])
    assert capabilities_in(modules) == set()
    assert [each for each in modules if each.startswith(NO_TASK)] == []


@pytest.mark.parametrize("task", TASKS)
def test_a_task_loads_its_own_manifest_and_nothing_that_answers_callers(task: str) -> None:
    modules = probed()["tasks"][task]
    assert [each for each in modules if each.endswith(".manifest")] == [f"chalicelib.{index('tasks')[task]}.manifest"]
    assert [
        each for each in modules if each.startswith(NO_TASK) or {"http", "schemas"} & set(each.split(".")[2:])
    ] == []


def test_the_tasks_behind_the_streams_load_little() -> None:
    tasks = probed()["tasks"]
    assert capabilities_in(tasks["ledger_copy"]) <= {"ledger", "registry"}
    assert capabilities_in(tasks["claim_announce"]) <= {"claims", "ledger", "adjudication", "registry"}


def test_a_path_loads_the_routes_of_its_own_resource() -> None:
    routes = {
        path: {each for each in modules if ".http" in each and "platform" not in each}
        for path, modules in probed()["routes"].items()
    }
    assert {each for each in routes["/v1/beds"] if each.startswith("chalicelib.")} == {"chalicelib.beds.http"}
    assert {each for each in routes["/v1/health"] if each.startswith("chalicelib.")} == {
        "chalicelib.main.http",
        "chalicelib.main.http.health",
    }


def test_routes_that_are_loaded_one_by_one_are_the_same_as_all_at_once() -> None:
    """In a process of its own: here another test may have loaded them already."""
    probe = (
        "import json, app; from chalicelib.main.found import index;"
        "print(json.dumps({path: sorted(app.app.routes[path]) for path in index('routes')}))"
    )
    ran = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, env=ENVIRONMENT, capture_output=True, check=True)
    assert json.loads(ran.stdout) == {path: sorted(methods) for path, methods in described().routes.items()}
