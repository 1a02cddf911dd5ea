"""Calls of the routes of progress reports and of an area's figures, good and bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.kit.memory.world import World
from tests.kit.registry_calls import Call

RESPONSIBLE = {"office": "medical services", "post": "head", "staff_no": "A-017"}
FIRST = {"on": "2023-01-10", "practice": "two windows", "progress": "all settle", "responsible": [RESPONSIBLE]}


def progress_calls(world: World) -> Iterator[Call]:
    """Yield at least one good answer of every route of progress reports."""
    before = world.clock.now()
    world.clock.move_to(datetime(2023, 1, 10, 4, tzinfo=UTC))
    reports, day = "/v1/progress-reports", "/v1/reports/progress"
    rongcheng = {"role": "agency", "subject": "371082"}
    city = {"role": "agency", "subject": "371000"}
    yield ("POST", reports), {"body": FIRST, **rongcheng}
    yield ("POST", reports), {"body": {**FIRST, "problems": "one"}, **rongcheng}
    for number in range(20):
        yield ("POST", reports), {"body": {**FIRST, "problems": f"again {number}"}, **rongcheng}
    yield ("POST", reports), {"body": {**FIRST, "unit": "371000-nanhai"}, **city}
    yield ("POST", reports), {"body": {**FIRST, "unit": "371000-nowhere"}, **city}
    yield ("POST", reports), {"body": {**FIRST, "on": "2023-01-11"}, **rongcheng}
    yield ("POST", reports), {"body": {**FIRST, "on": "2023-01-09"}, **rongcheng}
    yield ("POST", reports), {"body": {**FIRST, "unit": "371002", "responsible": []}, **city}
    yield ("POST", reports), {"body": {**FIRST, "unit": "530100"}, **rongcheng}
    yield ("POST", reports), {"body": {}, **rongcheng}
    yield ("GET", reports), city
    yield ("GET", reports, f"{reports}?area=x"), city
    yield ("GET", reports, f"{reports}?area=530100"), city
    yield ("GET", day, f"{day}?on=2023-01-10"), city
    yield ("GET", day, f"{day}?on=2023-02-10"), city
    yield ("GET", day), city
    world.clock.move_to(before)


def figure_calls(world: World) -> Iterator[Call]:
    """Yield at least one good answer of every route of an area's figures."""
    before = world.clock.now()
    world.clock.move_to(datetime(2023, 3, 2, 4, tzinfo=UTC))
    city, payer = {"role": "agency", "subject": "371000"}, {"role": "finance", "subject": "371082"}
    income, budgets = "/v1/fund-income", "/v1/fiscal-budgets"
    january = {"scheme": "employee", "month": "2023-01", "amount": "12000000.00"}
    yield ("POST", income), {"body": january, **city}
    yield ("POST", income), {"body": {**january, "amount": "1.00"}, **city}
    yield ("POST", income), {"body": {}, **city}
    yield ("GET", income, f"{income}?scheme=employee"), city
    yield ("GET", income, f"{income}?scheme=nobody"), city
    yield ("GET", income, f"{income}?scheme=employee&area=530100"), city
    yield ("POST", budgets), {"body": {"year": 2023, "amount": "3000000.00"}, **payer}
    yield ("POST", budgets), {"body": {"year": 2021, "amount": "3000000.00"}, **payer}
    yield ("POST", budgets), {"body": {}, **payer}
    yield ("GET", budgets), payer
    yield ("GET", budgets, f"{budgets}?area=x"), payer
    yield ("GET", budgets, f"{budgets}?area=530100"), payer
    fund, fiscal = "/v1/reports/fund", "/v1/reports/fiscal"
    yield ("GET", fund, f"{fund}?from=2023-01&to=2023-02"), city
    yield ("GET", fund, f"{fund}?from=2023-01&to=2025-02"), city
    yield ("GET", fund), city
    yield ("GET", fund, f"{fund}?from=2023-01&to=2023-02&area=530100"), city
    yield ("GET", fiscal, f"{fiscal}?year=2023"), payer
    yield ("GET", fiscal), payer
    yield ("GET", fiscal, f"{fiscal}?year=2023&area=530100"), payer
    world.clock.move_to(before)
