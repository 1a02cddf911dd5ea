"""No call and no task that writes is left out of the stories in which every AWS call is lost."""

from __future__ import annotations

import importlib
import re

from tests.whole import test_faults as claims
from tests.whole import test_money_faults as money
from tests.whole import test_service_faults as services

ELSEWHERE = {
    r"(POST /v1/clearing/.*|clearing_.*)": "tests/clearing/test_faults.py",
    r"audit_.*": "tests/audit/test_faults.py",
}
"""Patterns of the calls and tasks whose losses are tried in a module of their own."""


def writers() -> set[str]:
    """Every call that is not a GET, and every task, as app.py binds them."""
    app = importlib.import_module("app").app
    calls = {
        f"{method} {path}"
        for path, methods in app.routes.items()
        for method in methods
        if method not in {"GET", "HEAD"}
    }
    return calls | {function.name.replace("-", "_") for function in app.pure_lambda_functions}


def test_every_call_and_task_that_writes_has_a_story_in_which_its_aws_calls_are_lost() -> None:
    told = {each for story in (*claims.STORIES, *money.STORIES, *services.STORIES) for each in story.covers}
    elsewhere = {each for each in writers() if any(re.fullmatch(pattern, each) for pattern in ELSEWHERE)}
    assert writers() - elsewhere - told == set(), "tell a story of it, or say where its losses are tried"
    assert told - writers() == set(), "no story of what is not there"
