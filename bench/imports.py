"""Benchmark of imports before a function's first event, against boto3 and Chalice alone: time and memory of a fresh
process.

Times are processor times. Modules are compiled beforehand, as in the deployed archive. A task is asked for as by the
runtime, by its name in app.py; the API's function for the app, and for a route of it. Rounds take turns.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.timing import Row, require
from chalicelib.main.found import index

ROOT = Path(__file__).parents[1]
ROUNDS = 7
BARE = "boto3 and Chalice alone"
API, ROUTE = "the API", "the API, asked to preview a claim"

_ASKED = """
import pathlib, resource, sys
modules, told = len(sys.modules), pathlib.Path("/proc/self/status")
held = [row.split()[1] for row in told.read_text().splitlines() if row.startswith("VmHWM")] if told.exists() else []
print(modules, *(held or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
"""Asked of the process itself: what it inherits of its parent's memory counts in `ru_maxrss`, so this comes second."""


def probes() -> Mapping[str, str]:
    """Return the code of each fresh process: a function of each capability, whose tasks load the same."""
    functions = {home: name for name, home in index("tasks").items()}
    return {
        BARE: "import boto3, chalice.app",
        API: "import app; app.app",
        ROUTE: "import app; app.app.routes['/v1/claims/preview']",
        **{f"tasks of {home}": f"import app; app.{name}" for home, name in sorted(functions.items())},
    }


def measure() -> list[Row]:
    """Measure the median of each; the ratio is to the first."""
    with tempfile.TemporaryDirectory() as kept:
        environment = _environment(kept)
        for code in probes().values():
            _took(code, environment)
        rounds = [{name: _took(code, environment) for name, code in probes().items()} for _ in range(ROUNDS)]
        medians = {name: statistics.median(each[name] for each in rounds) for name in probes()}
        loaded = {name: _loaded(code, environment) for name, code in probes().items()}
    bare, (_, least_mb) = medians[BARE], loaded[BARE]
    return [
        Row(name, modules, "module", medians[name], medians[name] / bare, f"{mb:.0f} MB, {mb / least_mb:.2f} times", mb)
        for name, (modules, mb) in loaded.items()
    ]


def check() -> None:
    """Check that the app loads less than a route of it; tests/main/test_imports.py asks for each function."""
    with tempfile.TemporaryDirectory() as kept:
        environment = _environment(kept)
        alone, route = _loaded(probes()[API], environment), _loaded(probes()[ROUTE], environment)
    require("the app loads less than one of its routes", alone < route)


def _environment(kept: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**environment, "PYTHONPYCACHEPREFIX": kept}


def _took(code: str, environment: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)  # noqa: S603 our own text
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _loaded(code: str, environment: Mapping[str, str]) -> tuple[int, float]:
    """Return the number of modules that a fresh process holds, and the most memory that it held, in MB."""
    told = subprocess.run(  # noqa: S603 our own text
        [sys.executable, "-c", f"{code}\n{_ASKED}"],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    modules, peak_kb = told.stdout.split()
    return int(modules), int(peak_kb) / 1000
