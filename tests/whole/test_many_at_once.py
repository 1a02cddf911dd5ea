"""Hospitals press the button twice, and all of them at once: one claim settles once, and the books balance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.ledger.domain.transaction import LedgerEvent
from tests.kit.fixtures.system import System
from tests.kit.worked_cases import worked_cases

pytestmark = pytest.mark.fills

CLAIMS = 60


def test_forty_submissions_of_one_claim_at_once_leave_one_settlement(system: System) -> None:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    claim = system.for_newcomer(case.claim, "forty-at-once")
    before = settled_count(system)
    with ThreadPoolExecutor(40) as desk:
        answers = list(desk.map(lambda _: system.submit(claim), range(40)))
    assert {answer.status for answer in answers} == {200}, answers
    assert len({answer.body["claim_id"] for answer in answers}) == 1
    assert settled_count(system) == before + 1
    listed = system.client.call("GET", "/v1/claims?claim_no=forty-at-once", ("hospital", claim["institution"]))
    assert [item["version"] for item in listed.body["items"]] == [1]


def test_sixty_claims_settle_and_the_trial_balance_is_zero(system: System) -> None:
    """Ten claims at a time on the years of the same twenty-one sample persons: no claim is lost or counted twice.

    .ci/run settles a thousand claims at once (tests/whole/test_load.py).
    """
    bodies = []
    cases = [case for case in worked_cases() if case.path.parent.name == "claims"]
    for number in range(CLAIMS):
        case = cases[number % len(cases)]
        alike = range(number % len(cases), CLAIMS, len(cases))
        others = [f"many-at-once-{other}" for other in alike if other != number]
        bodies.append({**case.claim, "claim_no": f"many-at-once-{number}", "distinct_from": others})
    before = settled_count(system)
    with ThreadPoolExecutor(10) as desk:
        answers = list(desk.map(system.submit, bodies))
    states = [answer.body.get("status") for answer in answers]
    assert states == ["settled"] * CLAIMS, [answer for answer in answers if answer.body.get("status") != "settled"][:3]
    assert settled_count(system) == before + CLAIMS
    assert system.trial_balance()["balance"] == "0.00"


def settled_count(system: System) -> int:
    """Count the settlements in the ledger."""
    pages = system.stack.client("dynamodb").get_paginator("scan")
    items = [
        item
        for page in pages.paginate(TableName=system.stack.environment["QUEBAO_LEDGER_TABLE"])
        for item in page["Items"]
    ]
    journal = [item for item in items if item["pk"]["S"].startswith("JOURNAL#")]
    return sum(item["event"]["S"] == LedgerEvent.SETTLED for item in journal)
