"""Calls of the routes of contingency plans and fund analyses, good and bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from chalicelib.budgets.domain import MonthSpending
from chalicelib.contingency.domain import analysis_id_of, plan_id_of
from tests.kit.areas import WEIHAI
from tests.kit.memory.world import World
from tests.kit.registry_calls import Call

TRIGGER = {"measure": "epidemic-amount", "threshold": "100", "response": "ask the province"}
PLAN = {"plan_no": "YA-1", "title": "Fund of the city", "starts_on": "2023-01-08", "triggers": [TRIGGER]}
PLAN_ID = plan_id_of(WEIHAI, "YA-1")
ANALYSIS_ID = analysis_id_of(WEIHAI, "2023-02", PLAN_ID)


def contingency_calls(world: World) -> Iterator[Call]:
    """Yield at least one good answer of every route of contingency."""
    before = world.clock.now()
    world.clock.move_to(datetime(2023, 3, 3, 4, tzinfo=UTC))
    world.memory.money.spending["H37100200001", "2023-02"] = MonthSpending("2023-02", 0, 100_000)
    weihai = {"role": "agency", "subject": "371000"}
    second = {**weihai, "actor": "second"}
    plans, plan, path = "/v1/contingency-plans", "/v1/contingency-plans/{plan_id}", f"/v1/contingency-plans/{PLAN_ID}"
    analyses, analysis = "/v1/fund-analyses", "/v1/fund-analyses/{analysis_id}"
    yield ("POST", analyses), {"body": {"month": "2023-02"}, **weihai}
    yield ("POST", plans), {"body": PLAN, **weihai}
    yield ("POST", plans), {"body": {**PLAN, "title": "Another"}, **weihai}
    yield ("POST", plans), {"body": {**PLAN, "triggers": [{**TRIGGER, "threshold": "0"}]}, **weihai}
    yield ("POST", plans), {"body": {}, **weihai}
    yield ("POST", plans), {"body": PLAN, "role": "agency", "subject": "530100"}
    decision = f"{path}/decision"
    for decided in (
        {"decision": "refuse"},
        {"decision": "approve"},
        {"decision": "refuse", "reason": "too low"},
        {},
    ):
        yield ("POST", f"{plan}/decision", decision), {"body": decided, **second}
    yield ("POST", f"{plan}/decision", f"{plans}/pln_none/decision"), {"body": {"decision": "approve"}, **second}
    yield ("GET", plans, f"{plans}?status=approved"), weihai
    yield ("GET", plans, f"{plans}?status=gone"), weihai
    yield ("GET", plans, f"{plans}?area=530100"), weihai
    yield ("GET", plan, path), weihai
    yield ("GET", plan, f"{path}?format=pdf"), weihai
    yield ("GET", plan, f"{plans}/pln_none"), weihai
    yield ("POST", analyses), {"body": {"month": "2023-02"}, **weihai}
    yield ("POST", analyses), {"body": {"month": "2023-03"}, **weihai}
    yield ("POST", analyses), {"body": {}, **weihai}
    yield ("GET", analyses, f"{analyses}?status=open"), weihai
    yield ("GET", analyses, f"{analyses}?status=gone"), weihai
    yield ("GET", analyses, f"{analyses}?area=530100"), weihai
    one = f"{analyses}/{ANALYSIS_ID}"
    yield ("GET", analysis, one), weihai
    yield ("GET", analysis, f"{one}?format=pdf"), weihai
    yield ("GET", analysis, f"{analyses}/ana_none"), weihai
    said = {"text": "adjustment asked of the province"}
    for body in ({}, {"text": "530102190001010019"}, said, {"text": "something else"}):
        yield ("POST", f"{analysis}/answer", f"{one}/answer"), {"body": body, **weihai}
    yield ("POST", f"{analysis}/answer", f"{analyses}/ana_none/answer"), {"body": said, **weihai}
    del world.memory.money.spending["H37100200001", "2023-02"]
    world.clock.move_to(before)
