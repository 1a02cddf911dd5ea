"""Answers of the gateway to paths that no route matches, before any view is reached."""

from __future__ import annotations

import json

from tests.kit.fixtures.system import AUDITOR, System


def test_an_unknown_path_is_a_problem_document_that_repeats_nothing_of_the_request(system: System) -> None:
    token = system.stack.issuer.token(*AUDITOR)
    answer = system.client.call("GET", "/v1/nothing-here", AUDITOR)
    assert answer.status == 404
    assert answer.body["code"] == "not-found"
    assert token not in json.dumps(answer.body)
    assert "Bearer" not in json.dumps(answer.body)


def test_a_method_that_is_not_served_is_a_problem_document(system: System) -> None:
    answer = system.client.call("DELETE", "/v1/health", AUDITOR)
    assert answer.status in (404, 405)
    assert answer.body["status"] == answer.status
