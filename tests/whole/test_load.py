"""Many at once: hundreds of claims and sixteen threads, one claim forty times, two claims of one person.

QUEBAO_LOAD says how many claims; .ci/run settles a thousand.

The auditor replays the resulting books, on any DynamoDB.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from chalicelib.audit.usecases.audit import Audit
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.kernel.pages import every
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.ledger.ports import LedgerStore
from chalicelib.settlement.ports import HospitalStore
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.load import HOSPITALS, Office, advance, claim_body, enrol, office, settle_all, submit_all
from tests.kit.tables import endpoint

pytestmark = pytest.mark.stack

CLAIMS = int(os.environ.get("QUEBAO_LOAD", "50"))
PEOPLE = 40
ADVANCE_FEN = 50_000_000


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Office]:
    """The tables of the named implementation, or of the implementation that every test here shares."""
    if endpoint() is None:
        request.getfixturevalue("cloud")
    with office(endpoint()) as opened:
        yield opened


def settlements(place: Office) -> int:
    return sum(each.event is LedgerEvent.SETTLED for each in every(place.ports[LedgerStore].journal))


def assert_true(place: Office, claim_ids: list[ClaimId]) -> None:
    assert what_is_wrong(place.ports, place.system, claim_ids) == []
    assert not_as_replayed(place.ports, claim_ids) == []


def test_many_claims_at_once_leave_the_balances_the_auditor_replays(place: Office, tell: Callable[[str], None]) -> None:
    for code in HOSPITALS:
        advance(place, code, ADVANCE_FEN)
    enrol(place, PEOPLE)
    claim_ids = submit_all(place, [claim_body(number, number % PEOPLE) for number in range(CLAIMS)])
    ends = Counter(settle_all(place, claim_ids))
    assert len(set(claim_ids)) == CLAIMS
    assert set(ends) == {"Settled", "Rejected"}
    report = place.system[Audit].run()
    assert report.differences == ()
    for code in HOSPITALS:
        held_fen = place.ports[HospitalStore].money(code).special.ready_fen
        assert 0 <= held_fen <= ADVANCE_FEN
        assert held_fen == report.replay.balances[f"hospital/{code}/advance-{AdvanceFund.SPECIAL.value}"]
    assert settlements(place) == ends["Settled"]
    assert_true(place, claim_ids)
    tell(f"money, {CLAIMS} claims at once: {dict(ends)}, {report.replay.transactions} transactions replayed")


def test_one_claim_submitted_forty_times_and_executed_forty_times_at_once_settles_once(place: Office) -> None:
    advance(place, next(iter(HOSPITALS)), ADVANCE_FEN)
    enrol(place, 1)
    claim_ids = submit_all(place, [claim_body(0, 0)] * 40)
    assert len(set(claim_ids)) == 1
    assert set(settle_all(place, claim_ids)) == {"Settled"}
    assert settlements(place) == 1
    assert_true(place, claim_ids[:1])


def test_two_claims_of_one_person_at_the_same_moment_are_sequenced_and_neither_is_lost(place: Office) -> None:
    enrol(place, 8)
    claim_ids = submit_all(place, [claim_body(5 * number, number // 2) for number in range(16)])
    assert set(settle_all(place, claim_ids)) == {"Settled"}
    persons = {record.person for each in claim_ids if (record := place.ports[ClaimStore].get(each)) is not None}
    assert len(persons) == 8
    for person in persons:
        (year,) = place.ports[PersonStore].years(person)
        assert len(year.standing) == 2
    assert_true(place, claim_ids)
