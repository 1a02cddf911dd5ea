"""Benchmark of a claim's AWS use by kind: requests to the stores, states entered, units and US dollars a million.

`tests/whole/test_requests.py` counts them at every boto3 client of the local stack, prices a million claims by
docs/scale.md, and fails above its limits. The test runs in a process of its own and its output is shown. Counts are no
times: a busy machine has the same counts.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.timing import Row, require

HEADS = ("of a local claim's", "counted")
ROOT = Path(__file__).parents[1]
_COLUMNS = 12


def measure() -> list[Row]:
    """Return a row for each kind: its requests to the stores, the ratio to a local claim's."""
    counted = _counted()
    require("every kind of claim is counted", len(counted) > 1)
    first = int(counted[0][3])
    rows = []
    for name, _, _, together, transactions, states, _, listeners, write, read, s3, dollars in counted:
        note = (
            f"{together} requests, {transactions} transactions, {states} states, {listeners} by listeners; "
            f"{write} write and {read} read units, S3 {s3}; {dollars} USD a million"
        )
        rows.append(Row(f"a claim: {name}", int(together), "request", 0.0, int(together) / first, note))
    return rows


def check() -> None:
    """Check that the counting test exists; every run of the tests holds the counts."""
    require("the counts are tested", (ROOT / "tests" / "whole" / "test_requests.py").exists())


def _counted() -> list[list[str]]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "tests/whole/test_requests.py",
    ]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 our own tests
    require("the counts hold (run tests/whole/test_requests.py to see why not)", told.returncode == 0)
    rows = [line for line in told.stdout.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return [each for each in cells if len(each) == _COLUMNS]
