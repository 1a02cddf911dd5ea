"""Calls of the routes of progress reports, good and bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.kit.memory.world import World
from tests.kit.registry_calls import Call

RESPONSIBLE = {"office": "medical services", "post": "head", "staff_no": "A-017"}
FIRST = {"on": "2023-01-10", "practice": "two windows", "progress": "all settle", "responsible": [RESPONSIBLE]}


def progress_calls(world: World) -> Iterator[Call]:
    """At least one good answer of every route of progress reports."""
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
