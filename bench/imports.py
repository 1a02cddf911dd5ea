"""Benchmark of imports before a function's first event, against boto3 and Chalice alone: time and memory of a fresh
process.

Times are processor times. Modules are compiled beforehand, as in the deployed archive. A task is asked for as by the
runtime, by its name in app.py; the API's function for the app, and for a route of it. Rounds take turns, two processes
at a time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from bench.timing import Row, require
from chalicelib.main.found import index

ROOT = Path(__file__).parents[1]
HEADS = ("times boto3 and Chalice alone", "memory")
ROUNDS = 7
_AT_ONCE = 2
BARE = "boto3 and Chalice alone"
API, ROUTE = "the API", "the API, asked to preview a claim"

_ASKED = """
import pathlib, resource, sys
modules, told = len(sys.modules), pathlib.Path("/proc/self/status")
held = [row.split()[1] for row in told.read_text().splitlines() if row.startswith("VmHWM")] if told.exists() else []
print(modules, *(held or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
"""Asked of the process itself: what it inherits of its parent's memory counts in `ru_maxrss`, so this comes second."""


class Start(NamedTuple):
    """A started process: its processor time, the modules it held, and the most memory it held."""

    took_s: float
    modules: int
    peak_mb: float


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
    names, codes = list(probes()), list(probes().values())
    with tempfile.TemporaryDirectory() as kept, ThreadPoolExecutor(_AT_ONCE) as pool:
        environment = _environment(kept)
        compiled = [_started(code, environment) for code in codes]
        rounds = [list(pool.map(lambda code: _started(code, environment), codes)) for _ in range(ROUNDS)]
    medians = [statistics.median(each[place].took_s for each in rounds) for place in range(len(compiled))]
    loaded = rounds[-1]
    bare_s, least_mb = medians[names.index(BARE)], loaded[names.index(BARE)].peak_mb
    return [
        Row(name, modules, "modules", took_s, took_s / bare_s, f"{mb:.0f} MB, {mb / least_mb:.2f} times", mb)
        for name, took_s, (_, modules, mb) in zip(names, medians, loaded, strict=True)
    ]


def check() -> None:
    """Check that the app loads less than a route of it; tests/main/test_imports.py asks for each function."""
    alone, route = (_started(probes()[each], os.environ) for each in (API, ROUTE))
    require("the app loads less than one of its routes", alone.modules < route.modules)
    require("the app holds less than one of its routes", alone.peak_mb < route.peak_mb)


def _environment(kept: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**environment, "PYTHONPYCACHEPREFIX": kept}


def _started(code: str, environment: Mapping[str, str]) -> Start:
    """Run a fresh process and account for it alone, whatever others run beside it."""
    with subprocess.Popen(  # noqa: S603 our own text
        [sys.executable, "-c", f"{code}\n{_ASKED}"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        told = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    require("every function is imported", process.returncode == 0)
    modules, peak_kb = told.split()
    return Start(used.ru_utime + used.ru_stime, int(modules), int(peak_kb) / 1000)
