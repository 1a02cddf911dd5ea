"""Sixteen threads, up to a thousand claims, five hospitals with advances: balances equal the auditor's replay."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from chalicelib.domain.advances import AdvanceFund
from tests.money.load import HOSPITALS, advance, endpoint, office, settle_all, submit_all
from tests.support.books import not_as_replayed, what_is_wrong

CLAIMS = int(os.environ.get("QUEBAO_LOAD_CLAIMS", "1000" if endpoint() else "150"))
"""A thousand on the second implementation; in moto, which slows down with its tables, as many as a test may take."""

ADVANCE_FEN = 50_000_000


@pytest.fixture(name="dynamodb")
def fixture_dynamodb(request: pytest.FixtureRequest) -> str | None:
    """Another implementation's address, or None for the one every test here shares."""
    named = endpoint()
    if named is None:
        request.getfixturevalue("cloud")
    return named


def test_many_claims_at_once_leave_the_balances_the_auditor_replays(dynamodb: str | None) -> None:
    with office(dynamodb) as place:
        for code in HOSPITALS:
            advance(place, code, ADVANCE_FEN)
        claim_ids = submit_all(place, CLAIMS, people=40)
        ends = Counter(settle_all(place, claim_ids))
        assert ends["GivenUp"] == 0
        assert ends["Settled"] > 0
        report = place.use_cases.money.audit.run()
        assert report.differences == ()
        for code in HOSPITALS:
            held_fen = place.ports.hospitals.money(code).special.ready_fen
            assert 0 <= held_fen <= ADVANCE_FEN
            assert held_fen == report.replay.balances[f"hospital/{code}/advance-{AdvanceFund.SPECIAL.value}"]
        assert what_is_wrong(place.ports, place.use_cases, claim_ids) == []
        assert not_as_replayed(place.ports, claim_ids) == []
