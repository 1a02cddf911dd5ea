"""Requests that the OpenAPI document allows, and some others: each gets an answer that the document declares."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.kit.worked_cases import ROOT

EXAMPLES = "2"
"""Requests for each of a sixth of the operations; .ci/run sends 50 to each of all."""


@pytest.mark.long
@pytest.mark.stack
def test_every_answer_is_one_the_document_declares_and_the_books_balance(tell: Callable[[str], None]) -> None:
    """Every role, every operation, good and bad input, on a stack of its own (see tests/kit/openapi_fuzz.py)."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.kit.openapi_fuzz", EXAMPLES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr[-4000:]
    summary, *_ = run.stdout.splitlines()
    assert " operations, " in summary
    tell(f"openapi: {summary}")
