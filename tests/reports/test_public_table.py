"""The table of N-05 through the public route, over a set whose figures are computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.impact.test_recalculate import settle
from tests.kit.desk import Caller
from tests.kit.memory.samples import body
from tests.kit.memory.world import World

AUDITOR: dict[str, Any] = {"role": "auditor", "subject": "000000"}

COUNTED = ("yunnan-employee-90-10", "kunming-resident-critical-illness", "weihai-2023-outpatient-75")
APART = "shanxi-uninsured-returnee"


@pytest.mark.shows("N-05")
def test_the_public_table_is_the_one_computed_by_hand(world: World) -> None:
    """Three claims count and one stands apart.

    | claim | status | total | insurance |
    |---|---|---|---|
    | yunnan-employee-90-10 | confirmed | 17,000.00 | 15,300.00 |
    | kunming-resident-critical-illness | confirmed | 232,000.00 | 208,800.00 |
    | weihai-2023-outpatient-75 | suspected | 1,920.00 | 1,440.00 |
    | shanxi-uninsured-returnee | confirmed, uninsured | 6,000.00 | none: counted apart |

    Three person-times, 250,920.00, insurance 225,540.00. The confirmed: two persons, 249,000.00, 124,500.00 each;
    224,100.00 / 249,000.00 = 0.9 of it insured.
    """
    for name in (*COUNTED, APART):
        settle(world, body(name))
    today = world.clock.today().isoformat()
    table = Caller(world).call("GET", f"/v1/reports/settlement?from={today}&to={today}", **AUDITOR)
    assert table.status == 200
    assert table.json == {
        "from": today,
        "to": today,
        "as_at": today,
        "area": "000000",
        "person_times": 3,
        "total": "250920.00",
        "insurance_paid": "225540.00",
        "confirmed": {"persons": 2, "total": "249000.00", "average": "124500.00", "insurance_share": "0.9000"},
        "uninsured": {"person_times": 1, "total": "6000.00"},
    }
