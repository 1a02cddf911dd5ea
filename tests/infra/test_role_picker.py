"""The role picker: a token for any requested role, on the local stack and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from chalicelib.main import wiring
from chalicelib.main.capabilities import described
from infra.local.role_picker import PICKED
from infra.local.stack import LocalStack
from infra.local.template import load_template
from tests.kit.worked_cases import ROOT

TIMEOUT_S = 30


@pytest.fixture(name="served", scope="module")
def fixture_served(http_stack: LocalStack) -> LocalStack:
    """The stack with the shipped policies in force."""
    wiring.publish_policies(ROOT / "policies")
    return http_stack


def ask(stack: LocalStack, body: Any) -> requests.Response:
    return requests.post(f"{stack.url}/local/token", json=body, timeout=TIMEOUT_S)


def me(stack: LocalStack, token: str) -> dict[str, Any]:
    got = requests.get(f"{stack.url}/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S)
    assert got.status_code == 200, got.text
    return got.json()


def test_whoever_is_offered_gets_a_token_that_the_api_accepts(served: LocalStack) -> None:
    offered = requests.get(f"{served.url}/local/subjects", timeout=TIMEOUT_S).json()["items"]
    assert {each["role"] for each in offered} == {
        "hospital",
        "agency",
        "finance",
        "health",
        "centre",
        "policy",
        "auditor",
        "township",
        "operator",
    }
    for each in {row["role"]: row for row in offered}.values():
        token = ask(served, {"role": each["role"], "subject": each["subject"], "actor": "clerk-2"}).json()["token"]
        found = me(served, token)
        assert (found["role"], found["subject"], found["actor"]) == (each["role"], each["subject"], "clerk-2")


def test_without_an_actor_it_is_the_one_person_of_the_role_and_subject(served: LocalStack) -> None:
    token = ask(served, {"role": "agency", "subject": "530100"}).json()["token"]
    assert me(served, token)["actor"] == "agency@530100"


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"role": "agency"},
        {"role": "emperor", "subject": "530100"},
        {"role": "agency", "subject": "H53010200001"},
        {"role": "agency", "subject": "530100", "lifetime": 9},
        {"role": "agency", "subject": "530100", "actor": 7},
    ],
)
def test_a_body_that_asks_for_something_else_is_refused(served: LocalStack, body: Any) -> None:
    assert ask(served, body).status_code == 400


def test_no_route_that_is_deployed_gives_tokens() -> None:
    assert not [path for path in described().routes if path.startswith("/local")]
    assert {path for _, path in PICKED} == {"/local/subjects", "/local/token"}
    assert "/local/" not in str(load_template())
