"""Advances as agencies decide them: one sum for a whole city, top-ups, and two who decide at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from chalicelib.application.commits import MoveAdvance, Part, UpdateAdvance
from chalicelib.application.ports import Commits
from chalicelib.domain.access import Principal, Role
from chalicelib.domain.advances import Advance, AdvanceFund, AdvanceStatus
from chalicelib.domain.errors import Conflict, Invalid
from tests.fakes.samples import hospital, policies
from tests.fakes.world import World

DALIAN, DALIAN_TOO, WEIHAI = "H21020200001", "H21020200002", "H37100200001"
DALIAN_HEAD, WEIHAI_HEAD = Principal("head", Role.AGENCY, "210200"), Principal("head", Role.AGENCY, "371000")
MILLION = 100_000_000
"""A million yuan, in fen."""


class Interrupted:
    """Commits between whose reading and writing something else happens, once."""

    def __init__(self, commits: Commits) -> None:
        self._commits = commits
        self.first: Callable[[], object] | None = None

    def commit(self, parts: Sequence[Part]) -> None:
        if self.first is not None and any(isinstance(part, UpdateAdvance) for part in parts):
            first, self.first = self.first, None
            first()
        self._commits.commit(parts)


def ask(world: World, code: str, amount_fen: int, reason: str = "ward") -> str:
    asked = world.use_cases.money.advances.request(hospital(code), code, AdvanceFund.SPECIAL, amount_fen, reason)
    return asked.advance_id


def approve(world: World, head: Principal, advance_id: str, amount_fen: int | None = None) -> Advance:
    return world.use_cases.money.advances.decide(head, advance_id, approve=True, amount_fen=amount_fen)


def pay(world: World, head: Principal, advance_id: str, *, paid: bool = True) -> None:
    advances, treasurer = world.use_cases.money.advances, Principal("treasurer", Role.FINANCE, head.subject)
    advances.instruct(advance_id)
    advances.receive(treasurer, advance_id, f"BANK-{advance_id[-4:]}", paid=paid)


def test_applications_made_together_do_not_draw_more_than_a_citys_one_sum(world: World) -> None:
    """Source: D-04, forty million yuan for all of Dalian."""
    first, second = ask(world, DALIAN, 30 * MILLION), ask(world, DALIAN_TOO, 30 * MILLION)
    assert approve(world, DALIAN_HEAD, first).approved_fen == 30 * MILLION

    with pytest.raises(Invalid) as refused:
        approve(world, DALIAN_HEAD, second, 30 * MILLION)

    assert [each.code for each in refused.value.findings] == ["amount-over-limit"]
    granted = approve(world, DALIAN_HEAD, second)
    assert (granted.approved_fen, granted.quota.most_fen) == (10 * MILLION, 10 * MILLION)


@pytest.mark.parametrize(("paid", "left_fen"), [(True, 10 * MILLION), (False, 40 * MILLION)])
def test_the_one_sum_is_what_is_left_when_the_agency_decides(world: World, paid: bool, left_fen: int) -> None:  # noqa: FBT001
    first, second = ask(world, DALIAN, 30 * MILLION), ask(world, DALIAN_TOO, 40 * MILLION)
    approve(world, DALIAN_HEAD, first)
    pay(world, DALIAN_HEAD, first, paid=paid)
    assert approve(world, DALIAN_HEAD, second).approved_fen == left_fen


def test_what_was_spent_may_be_advanced_again(world: World) -> None:
    first, second = ask(world, DALIAN, 40 * MILLION), ask(world, DALIAN_TOO, 5 * MILLION)
    approve(world, DALIAN_HEAD, first)
    pay(world, DALIAN_HEAD, first)
    world.calm_ports.commits.commit([MoveAdvance(DALIAN, AdvanceFund.SPECIAL, -3 * MILLION)])
    assert approve(world, DALIAN_HEAD, second).approved_fen == 3 * MILLION


def test_of_two_who_decide_at_once_the_second_sees_what_the_first_approved() -> None:
    interrupted: list[Interrupted] = []

    def wrap(name: str, port: object) -> object:
        if name != "commits":
            return port
        interrupted.append(Interrupted(port))  # type: ignore[arg-type]  # the port named so
        return interrupted[-1]

    world = World(policies(), wrap)
    first, second = ask(world, DALIAN, 30 * MILLION), ask(world, DALIAN_TOO, 30 * MILLION)
    interrupted[0].first = lambda: approve(world, DALIAN_HEAD, first)

    approve(world, DALIAN_HEAD, second)

    granted = {each.advance_id: each.approved_fen for each in world.memory.money.advances.values()}
    assert granted == {first: 30 * MILLION, second: 10 * MILLION}


def test_a_hospital_is_topped_up_to_what_it_asked_for_time_after_time(world: World) -> None:
    """A top-up is smaller than the advance it restores, and does not become the new measure. Source: S-05."""
    advances = world.use_cases.money.advances
    asked = ask(world, WEIHAI, 10 * MILLION)
    approve(world, WEIHAI_HEAD, asked)
    pay(world, WEIHAI_HEAD, asked)

    for _ in range(3):
        world.calm_ports.commits.commit([MoveAdvance(WEIHAI, AdvanceFund.SPECIAL, -9 * MILLION)])
        (topping_up,) = advances.top_up()
        assert approve(world, WEIHAI_HEAD, topping_up).approved_fen == 9 * MILLION
        pay(world, WEIHAI_HEAD, topping_up)
        world.clock.sleep(60)

    assert world.calm_ports.hospitals.money(WEIHAI).special.ready_fen == 10 * MILLION
    assert {each.status for each in world.memory.money.advances.values()} == {AdvanceStatus.PAID}


def give_back(world: World, advance_id: str, reference: str, amount_fen: int | None = None) -> Advance:
    treasurer = Principal("treasurer", Role.FINANCE, WEIHAI_HEAD.subject)
    return world.use_cases.money.advances.give_back(treasurer, advance_id, reference, amount_fen)


@pytest.fixture(name="held")
def fixture_held(world: World) -> str:
    """An advance of ten million that Weihai's hospital holds."""
    advance_id = ask(world, WEIHAI, 10 * MILLION)
    approve(world, WEIHAI_HEAD, advance_id)
    pay(world, WEIHAI_HEAD, advance_id)
    return advance_id


def test_an_advance_comes_back_in_parts_until_nothing_is_left(world: World, held: str) -> None:
    world.calm_ports.commits.commit([MoveAdvance(WEIHAI, AdvanceFund.SPECIAL, -1 * MILLION)])
    first = give_back(world, held, "BACK-1", 2 * MILLION)
    assert (first.status, first.returned_fen) == (AdvanceStatus.PAID, 2 * MILLION)

    with pytest.raises(Invalid) as refused:
        give_back(world, held, "BACK-2", 7 * MILLION + 1)
    assert [each.code for each in refused.value.findings] == ["amount-over-limit"]

    last = give_back(world, held, "BACK-2")
    assert (last.status, last.returned_fen) == (AdvanceStatus.RETURNED, 9 * MILLION)
    assert world.calm_ports.hospitals.money(WEIHAI).special.ready_fen == 0
    ids = [f"advance-returned:{held}", f"advance-returned:{held}:1"]
    assert all(world.calm_ports.ledger.get(each) is not None for each in ids)


def test_the_same_return_again_changes_nothing(world: World, held: str) -> None:
    first = give_back(world, held, "BACK-1", 2 * MILLION)
    assert give_back(world, held, "BACK-1", 2 * MILLION) == give_back(world, held, "BACK-1") == first
    with pytest.raises(Conflict) as refused:
        give_back(world, held, "BACK-1", 3 * MILLION)
    assert [each.code for each in refused.value.findings] == ["reference-known"]
    assert world.calm_ports.hospitals.money(WEIHAI).special.ready_fen == 8 * MILLION

    ended = give_back(world, held, "BACK-2")
    assert give_back(world, held, "BACK-2") == ended
    with pytest.raises(Conflict):
        give_back(world, held, "BACK-3")


def test_what_was_returned_is_not_topped_up_again(world: World, held: str) -> None:
    give_back(world, held, "BACK-1", 9 * MILLION)
    assert world.use_cases.money.advances.top_up() == ()
