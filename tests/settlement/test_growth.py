"""Cost of deciding again as a person's year and a window grow; the result is the same as deciding everything.

A reversal reads its own records, whatever else was settled; a year is decided again from the claim that changed, once
for all changes in the year.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adjudication.domain.assess import Assessment
from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.claims.domain.record import ClaimStatus, SettlementSummary
from chalicelib.clearing.ports import WindowStore
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.ports import Commits, DocumentKind
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.ledger.domain.obligations import SHARDS
from chalicelib.ledger.domain.transaction import settlement_id
from chalicelib.ledger.ports import PostTransaction
from chalicelib.registry.domain.model import NATION, AssistanceClass, Insurance
from chalicelib.settlement.domain.anew import Known, Noted, Outcome
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.redecide import Redeciding
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.areas import KUNMING
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.clearing_builders import FUND, owing
from tests.kit.fixtures.properties import examples
from tests.kit.growth import SIZES, Asked, assert_as_written, counted_world, is_flat, is_linear
from tests.kit.memory.samples import agency, body, enrol_sample, enrolment, hospital, moved, policies
from tests.kit.memory.world import World
from tests.settlement.test_worked_corrections import RESIDENT, pneumonia, settle

Act = Callable[[World, list[ClaimId]], object]
HEALTH = Principal("officer", Role.HEALTH, "530100")
DAYS_APART = 18
"""Sixteen stays of ten days fit into the year."""


SUSPECTED = [{"status": "suspected", "on": "2020-02-05"}]


def stays(world: World, bills: list[int], history: list[dict[str, str]] | None = None) -> list[ClaimId]:
    """Settle stays of a resident in a year, each of so many yuan, one after the other."""
    enrol_sample(world, RESIDENT)
    first = date(2020, 2, 5)
    claims = []
    for number, yuan in enumerate(bills):
        bill = pneumonia("STAY-0", yuan, history=history)
        days = (first - date.fromisoformat(bill["visit"]["admitted"])).days + DAYS_APART * number
        claims.append(settle(world, {**moved(bill, days), "claim_no": f"STAY-{number}"}))
    return claims


def is_true(world: World, claims: list[ClaimId]) -> bool:
    """Tell whether the books are right, and every claim is as if everything were decided from the first claim on."""
    return what_is_wrong(world.calm_ports, world.system, claims) == [] == not_as_replayed(world.calm_ports, claims)


def cost(act: Act, size: int, yuan: int = 30_000) -> Asked:
    """Count the requests of an act on a year of so many claims."""
    world, counting = counted_world()
    claims = stays(world, [yuan] * size, SUSPECTED if act is say_confirmed else None)
    asked = counting.during(lambda: act(world, claims))
    assert is_true(world, claims)
    return asked


def reverse(place: int) -> Act:
    def act(world: World, claims: list[ClaimId]) -> object:
        return world.system[ReverseClaim](hospital(), claims[place], "entered twice")

    return act


def cover_otherwise(world: World, _: list[ClaimId]) -> object:
    """All of the year's stays turn out to be of a person in extreme poverty."""
    said = enrolment(RESIDENT, insurance=Insurance.RESIDENT)
    return world.system[EnrolPerson](agency(KUNMING), replace(said, assistance=AssistanceClass.EXTREME_POVERTY))


def say_confirmed(world: World, claims: list[ClaimId]) -> object:
    """Every stay of the year, all of them suspected, turns out to be of the illness."""
    event = StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 6))
    person = world.memory.claims[claims[0]].person
    return world.system[CorrectStatus].of_person(HEALTH, person, event, "test was positive")


def corrections(world: World) -> set[str]:
    return {name for name in world.memory.ledger if name.startswith("correct:")}


def test_reversing_the_last_claim_costs_the_same_however_many_are_in_its_year() -> None:
    asked = [cost(reverse(-1), size) for size in SIZES]
    assert is_flat(asked)
    assert_as_written("the last claim of a person's year is reversed", [each.requests for each in asked])


def cost_in_window(size: int) -> Asked:
    """Count the requests of a hospital's reversal of a remote claim, with so many debts at each gate of its window."""
    world, counting = counted_world()
    claim = body("kunming-employee-in-dali")
    enrol_sample(world, claim["patient"]["id_no"])
    claim_id = settle(world, claim)
    period = world.memory.ledger[settlement_id(claim_id)].period
    for number in range(size * len(SHARDS)):
        other = owing(
            ClaimId(f"clm_{number}"),
            (FUND, AreaCode("530300"), KUNMING, 500),
            occurred_at=Instant(f"{period}-21T05:00:00Z"),
        )
        world.ports[Commits].commit([PostTransaction(other), *positions_for(world.ports[WindowStore], other)])
    asked = counting.during(lambda: world.system[ReverseClaim](hospital(claim["institution"]), claim_id, "twice"))
    assert world.memory.claims[claim_id].status is ClaimStatus.REVERSED
    return asked


def test_reversing_a_remote_claim_costs_the_same_however_many_owe_in_its_window() -> None:
    asked = [cost_in_window(size) for size in SIZES]
    assert is_flat(asked), asked
    said = "a hospital reverses a remote claim, so many others at each gate of its window"
    assert_as_written(said, [each.requests for each in asked])


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("the first one is reversed", reverse(0)),
        ("the cover of a whole year changes", cover_otherwise),
        ("a status is corrected in a whole year", say_confirmed),
    ],
)
def test_what_changes_a_whole_year_grows_as_the_year_does(name: str, act: Act, tell: Callable[[str], None]) -> None:
    asked = [cost(act, size) for size in SIZES]
    tell(f"{name}, years of {SIZES} claims: {[each.requests for each in asked]} requests")
    assert is_linear(asked), asked
    assert_as_written(name, [each.requests for each in asked])


def test_claims_before_the_one_that_changed_are_not_looked_at() -> None:
    world, _ = counted_world()
    claims = stays(world, [30_000] * 5)
    before = dict(world.memory.claims)
    read: set[str] = set()
    documents = world.documents.get

    def noted(kind: DocumentKind, name: str) -> bytes:
        read.add(name)
        return documents(kind, name)

    world.documents.get = noted  # type: ignore[method-assign, assignment]
    reverse(2)(world, claims)
    assert [world.memory.claims[each] == before[each] for each in claims] == [True, True, False, False, False]
    decided = [each.settlement.decided_hash for each in before.values() if each.settlement is not None]
    assert [name in read for name in decided] == [False, False, True, True, True]


def test_a_claim_whose_figures_stay_is_not_corrected_and_says_what_now_stands_before_it(world: World) -> None:
    # None comes near a cap or a band: what was used before them changes nothing of what they come to.
    claims = stays(world, [1_500] * 3)
    prior = world.system[Redeciding].documents.circumstances(_settled(world, claims[2]).decided_hash).prior
    reverse(0)(world, claims)
    assert corrections(world) == set()
    after = world.system[Redeciding].documents.circumstances(_settled(world, claims[2]).decided_hash).prior
    assert 0 < after.burden_fen < prior.burden_fen
    assert is_true(world, claims)


def test_another_engine_that_comes_to_the_same_figures_corrects_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = stays(world, [1_500] * 3)
    before = dict(world.memory.claims)
    person, work = before[claims[0]].person, world.system[Redeciding]
    monkeypatch.setattr(sys.modules[Assessment.__module__], "ENGINE", "quebao-next")

    def same(known: Known) -> Known:
        # Who recorded the enrolment is nothing a decision asks for, so this is the same claim in other words.
        enrolment = known.circumstances.enrolment
        assert enrolment is not None
        return replace(
            known, circumstances=replace(known.circumstances, enrolment=replace(enrolment, recorded_by=NATION))
        )

    work.settle_up(person, 2020, claims)
    outcomes = work.redecide_each(dict.fromkeys(claims, same), Noted(HistoryEvent.ENROLMENT))
    assert set(outcomes.values()) == {Outcome.UNCHANGED}
    assert (corrections(world), world.memory.claims) == (set(), before)


ACTS = st.one_of(
    st.tuples(st.just("reverse"), st.integers(0, 5)),
    st.tuples(st.just("status"), st.integers(0, 5)),
    st.tuples(st.just("cover"), st.sampled_from(AssistanceClass)),
)


@settings(max_examples=examples(25))
@given(
    bills=st.lists(st.sampled_from([1_500, 30_000, 81_000]), min_size=1, max_size=6),
    acts=st.lists(ACTS, min_size=1, max_size=4),
)
def test_deciding_from_the_change_onwards_comes_to_what_deciding_everything_does(
    bills: list[int], acts: list[tuple[str, Any]]
) -> None:
    world = World(policies())
    claims = stays(world, bills)
    for act, what in acts:
        match act:
            case "reverse":
                reverse(what % len(claims))(world, claims)
            case "status":
                claim_id = claims[what % len(claims)]
                if world.memory.claims[claim_id].status is ClaimStatus.SETTLED:
                    day = date.fromisoformat("2020-02-06")
                    event = StatusEvent(CaseStatus.SUSPECTED, day)
                    world.system[CorrectStatus].of_claim(HEALTH, claim_id, event, "test was positive")
            case _:
                said = enrolment(RESIDENT, insurance=Insurance.RESIDENT)
                world.system[EnrolPerson](agency(KUNMING), replace(said, assistance=what))
        # Each is what its own determination is when the whole year is decided from nothing, to the byte.
        assert is_true(world, claims)
    posted = set(world.memory.ledger)
    world.system[Redeciding].settle_up(world.memory.claims[claims[0]].person, 2020, claims)
    assert set(world.memory.ledger) == posted


def _settled(world: World, claim_id: ClaimId) -> SettlementSummary:
    settled = world.memory.claims[claim_id].settlement
    assert settled is not None
    return settled
