"""Store calls of the pages' lists: a few queries for each list, however long, and never a scan."""

from __future__ import annotations

from typing import Any

import pytest

import app
from chalicelib.console.domain.model import Service
from chalicelib.console.domain.table import SERVICES
from chalicelib.console.schemas.sheets import operation_for
from chalicelib.kernel.access import Role
from chalicelib.main import wiring
from tests.kit.fixtures.system import AUDITOR, System

AGENCY = ("agency", "530100")

FREE = ("/v1/me", "/v1/areas?limit=200", "/v1/institutions?limit=200", "/v1/catalogue?q=a&limit=10", "/v1/diagnoses")
"""Answered from the bundle that every process holds: no table is asked."""

LISTS = (
    "/v1/claims?limit=50",
    "/v1/claims?limit=8",
    "/v1/claims?flag=held&limit=20",
    "/v1/tasks?status=open&limit=20",
    "/v1/advances?status=requested&limit=20",
    "/v1/payments?status=ordered&limit=50",
    "/v1/clearing/runs?status=confirming&limit=20",
    "/v1/patient-advances?status=forwarded&limit=20",
    "/v1/filings?limit=50",
    "/v1/enrolment-transfers?limit=20",
    "/v1/person-requests?limit=20",
    "/v1/agreements?status=requested&limit=20",
    "/v1/policies/bundles?status=kept&limit=20",
    "/v1/summary?by=status",
    "/v1/summary?by=day",
)
POLICY_LISTS = ("/v1/policies/simulations?limit=50", "/v1/policies/recalculations?limit=50")

CALLS_MAX = 6


def may_list(service: Service, role: Role) -> bool:
    """Tell whether the list of a service is open to a role."""
    return any(role in action.grants for action in operation_for(app.app.routes, f"GET {service.listed}").actions)


SERVICE_LISTS = tuple(
    f"{each.listed}?limit=50" for each in SERVICES if each.listed and not each.needed and may_list(each, Role.AGENCY)
)


@pytest.fixture(name="asked")
def fixture_asked(system: System) -> list[str]:
    """The names of the calls that DynamoDB gets while a test runs."""
    asked: list[str] = []

    def count(model: Any, **_: Any) -> None:
        asked.append(model.name)

    wiring._clients("dynamodb").meta.events.register("before-call.dynamodb.*", count)
    return asked


@pytest.mark.parametrize("path", FREE)
def test_what_forms_offer_asks_no_table(system: System, asked: list[str], path: str) -> None:
    system.client.expect(200, system.client.call("GET", path, AUDITOR))
    assert asked == []


@pytest.mark.parametrize("path", [*LISTS, *SERVICE_LISTS, *POLICY_LISTS])
def test_a_list_is_a_few_queries_and_no_scan(system: System, asked: list[str], path: str) -> None:
    system.client.expect(200, system.client.call("GET", path, AUDITOR if path in POLICY_LISTS else AGENCY))
    assert "Scan" not in asked
    assert 0 < len(asked) <= CALLS_MAX
