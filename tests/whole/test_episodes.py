"""A diagnosis covers the earlier visits of its episode, over HTTP and the machine."""

from __future__ import annotations

from typing import Any

from tests.kit.fixtures.system import System
from tests.kit.worked_cases import worked_cases

HOSPITAL = ("hospital", "H53010200001")


def test_a_diagnosis_reaches_back_to_an_earlier_visit_of_its_episode(system: System) -> None:
    """Source: N-08, 国家医保局 2020-03 访谈 问4."""
    stay: dict[str, Any] = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10").claim
    stay = system.for_newcomer(stay, "EPISODE-STAY")
    drug = {"code": "XJ01DDC001A001010100011", "name": "头孢曲松注射液", "date": "2020-02-03"}
    earlier = system.settle(
        stay
        | {
            "claim_no": "EPISODE-EARLY",
            "visit": {"kind": "outpatient", "date": "2020-02-03", "episode": "EPISODE-1"},
            "diagnosis": {"history": [], "codes": [{"code": "J18.900", "role": "main"}]},
            "lines": [{"no": 1, "quantity": "4", "price": "150.00", "amount": "600.00"} | drug],
        }
    )
    assert earlier["determination"]["shares"]["fiscal"] == "0.00"

    system.settle({**stay, "visit": {**stay["visit"], "episode": "EPISODE-1"}})

    for _ in range(2_000):
        path = f"/v1/claims/{earlier['claim_id']}"
        shares = system.client.expect(200, system.client.call("GET", path, HOSPITAL))["determination"]["shares"]
        if shares["fiscal"] != "0.00":
            break
    # 600.00 is in scope: 90% from the fund, the rest from finance.
    assert shares == {"basic": "540.00", "critical": "0.00", "assistance": "0.00", "fiscal": "60.00", "patient": "0.00"}
