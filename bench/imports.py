"""What each function loads before its first event, against boto3 and Chalice alone: processor time of a fresh process.

Modules are compiled beforehand, as in the archive that is deployed. A task is asked for as the runtime asks
for it, by its name in app.py; the API's is asked for the app, and for one route of it. Rounds take turns.
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


def probes() -> Mapping[str, str]:
    """What each fresh process runs: one function of each capability, whose tasks load the same."""
    functions = {home: name for name, home in index("tasks").items()}
    return {
        BARE: "import boto3, chalice.app",
        API: "import app; app.app",
        ROUTE: "import app; app.app.routes['/v1/claims/preview']",
        **{f"tasks of {home}": f"import app; app.{name}" for home, name in sorted(functions.items())},
    }


def measure() -> list[Row]:
    """The median of each; the ratio is to the first."""
    with tempfile.TemporaryDirectory() as kept:
        environment = _environment(kept)
        for code in probes().values():
            _took(code, environment)
        rounds = [{name: _took(code, environment) for name, code in probes().items()} for _ in range(ROUNDS)]
        medians = {name: statistics.median(each[name] for each in rounds) for name in probes()}
        modules = {name: _modules(code, environment) for name, code in probes().items()}
    bare = medians[BARE]
    return [
        Row("start of a function", modules[name], "module", took, took / bare, f"{name}; against boto3 and Chalice")
        for name, took in medians.items()
    ]


def check() -> None:
    """The app is there before its routes are; tests/main/test_imports.py asks what each function must not load."""
    with tempfile.TemporaryDirectory() as kept:
        environment = _environment(kept)
        alone, route = _modules(probes()[API], environment), _modules(probes()[ROUTE], environment)
    require("the app loads less than one of its routes", alone < route)


def _environment(kept: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**environment, "PYTHONPYCACHEPREFIX": kept}


def _took(code: str, environment: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)  # noqa: S603 our own text
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _modules(code: str, environment: Mapping[str, str]) -> int:
    told = subprocess.run(  # noqa: S603 our own text
        [sys.executable, "-c", f"{code}; import sys; print(len(sys.modules))"],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(told.stdout)
