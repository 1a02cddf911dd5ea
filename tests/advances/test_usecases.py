"""Advances as agencies decide them: a policy's measures, top-ups, and returns."""

from __future__ import annotations

import pytest

from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.budgets.ports import UseBudgets
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Invalid
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.words.ids import AdvanceId, InstitutionCode, TransactionId
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import BudgetUse
from chalicelib.ledger.ports import LedgerStore
from chalicelib.settlement.ports import HospitalStore, MoveAdvance
from tests.kit.memory.samples import hospital
from tests.kit.memory.world import World

DALIAN, DALIAN_TOO, WEIHAI = (
    InstitutionCode("H21020200001"),
    InstitutionCode("H21020200002"),
    InstitutionCode("H37100200001"),
)
DALIAN_HEAD, WEIHAI_HEAD = Principal("head", Role.AGENCY, "210200"), Principal("head", Role.AGENCY, "371000")
MILLION = 100_000_000
"""A million yuan, in fen."""


def ask(world: World, code: InstitutionCode, amount_fen: int, reason: str = "ward") -> AdvanceId:
    asked = world.system[Advances].request(hospital(code), code, AdvanceFund.SPECIAL, amount_fen, reason)
    return asked.advance_id


def approve(world: World, head: Principal, advance_id: AdvanceId, amount_fen: int | None = None) -> Advance:
    return world.system[Advances].decide(head, advance_id, approve=True, amount_fen=amount_fen)


def pay(world: World, head: Principal, advance_id: AdvanceId, *, paid: bool = True) -> None:
    advances, treasurer = world.system[Advances], Principal("treasurer", Role.FINANCE, head.subject)
    advances.instruct(advance_id)
    world.system[AdvanceReceipts].receive(treasurer, advance_id, f"BANK-{advance_id[-4:]}", paid=paid)


def test_dalians_forty_million_were_a_first_payment_and_no_limit(world: World) -> None:
    """Forty million out and another forty million asked for: approved. Source: D-04, 视情进一步预付."""
    first, second = ask(world, DALIAN, 40 * MILLION), ask(world, DALIAN_TOO, 40 * MILLION)
    approve(world, DALIAN_HEAD, first)
    pay(world, DALIAN_HEAD, first)
    granted = approve(world, DALIAN_HEAD, second)
    assert (granted.approved_fen, granted.quota.first_payment_fen) == (40 * MILLION, 40 * MILLION)


def paid_by_the_funds(world: World, code: InstitutionCode, amount_fen: int) -> None:
    """Record the funds' payments to a hospital in a month before today."""
    world.calm_ports[Commits].commit(
        [UseBudgets(TransactionId("settle:clm-1"), code, "2026-10", (BudgetUse(code, 2026, "separate", amount_fen),))]
    )


def test_shandongs_one_to_two_months_are_a_floor_without_a_ceiling(world: World) -> None:
    """Ten million a month: thirty million are approved as asked. Source: S-05, 不少于1-2个月."""
    paid_by_the_funds(world, WEIHAI, 10 * MILLION)
    granted = approve(world, WEIHAI_HEAD, ask(world, WEIHAI, 30 * MILLION))
    assert granted.approved_fen == 30 * MILLION
    assert (granted.quota.least_fen, granted.quota.least_to_fen) == (10 * MILLION, 20 * MILLION)


def test_an_approval_below_shandongs_floor_says_why(world: World) -> None:
    paid_by_the_funds(world, WEIHAI, 10 * MILLION)
    advance_id = ask(world, WEIHAI, 5 * MILLION)
    with pytest.raises(Invalid) as refused:
        approve(world, WEIHAI_HEAD, advance_id, 5 * MILLION)
    assert [(each.code, each.field, each.citation) for each in refused.value.findings] == [
        ("reason-required", "reason", "sd-2023-1.3-advance")
    ]
    decide = world.system[Advances].decide
    granted = decide(WEIHAI_HEAD, advance_id, approve=True, amount_fen=5 * MILLION, reason="half of the ward closed")
    assert (granted.approved_fen, granted.decision_reason) == (5 * MILLION, "half of the ward closed")


def test_without_an_amount_at_least_a_month_is_approved(world: World) -> None:
    paid_by_the_funds(world, WEIHAI, 10 * MILLION)
    assert approve(world, WEIHAI_HEAD, ask(world, WEIHAI, 5 * MILLION)).approved_fen == 10 * MILLION


def test_what_a_hospital_holds_counts_towards_the_floor(world: World) -> None:
    """Twelve million held of ten a month: a further two million are an addition as needed (根据需要及时追加)."""
    paid_by_the_funds(world, WEIHAI, 10 * MILLION)
    first = ask(world, WEIHAI, 12 * MILLION)
    approve(world, WEIHAI_HEAD, first)
    pay(world, WEIHAI_HEAD, first)
    assert approve(world, WEIHAI_HEAD, ask(world, WEIHAI, 2 * MILLION)).approved_fen == 2 * MILLION


def test_a_hospital_is_topped_up_to_what_it_asked_for_time_after_time(world: World) -> None:
    """A top-up is smaller than the advance it restores, and does not become the new measure. Source: S-05."""
    advances = world.system[Advances]
    asked = ask(world, WEIHAI, 10 * MILLION)
    approve(world, WEIHAI_HEAD, asked)
    pay(world, WEIHAI_HEAD, asked)

    for _ in range(3):
        world.calm_ports[Commits].commit([MoveAdvance(WEIHAI, AdvanceFund.SPECIAL, -9 * MILLION)])
        (topping_up,) = advances.top_up()
        assert approve(world, WEIHAI_HEAD, topping_up).approved_fen == 9 * MILLION
        pay(world, WEIHAI_HEAD, topping_up)
        world.clock.sleep(60)

    assert world.calm_ports[HospitalStore].money(WEIHAI).special.ready_fen == 10 * MILLION
    assert {each.status for each in world.memory.all(Advance)} == {AdvanceStatus.PAID}


def give_back(world: World, advance_id: AdvanceId, reference: str, amount_fen: int | None = None) -> Advance:
    treasurer = Principal("treasurer", Role.FINANCE, WEIHAI_HEAD.subject)
    return world.system[AdvanceReceipts].give_back(treasurer, advance_id, reference, amount_fen)


@pytest.fixture(name="held")
def fixture_held(world: World) -> AdvanceId:
    """An advance of ten million that Weihai's hospital holds."""
    advance_id = ask(world, WEIHAI, 10 * MILLION)
    approve(world, WEIHAI_HEAD, advance_id)
    pay(world, WEIHAI_HEAD, advance_id)
    return advance_id


def test_an_advance_comes_back_in_parts_until_nothing_is_left(world: World, held: AdvanceId) -> None:
    world.calm_ports[Commits].commit([MoveAdvance(WEIHAI, AdvanceFund.SPECIAL, -1 * MILLION)])
    first = give_back(world, held, "BACK-1", 2 * MILLION)
    assert (first.status, first.returned_fen) == (AdvanceStatus.PAID, 2 * MILLION)

    with pytest.raises(Invalid) as refused:
        give_back(world, held, "BACK-2", 10 * MILLION + 1)
    assert [each.code for each in refused.value.findings] == ["amount-over-owed"]

    last = give_back(world, held, "BACK-2")
    assert (last.status, last.returned_fen) == (AdvanceStatus.RETURNED, 9 * MILLION)
    assert world.calm_ports[HospitalStore].money(WEIHAI).special.ready_fen == 0
    ids = [f"advance-returned:{held}", f"advance-returned:{held}:1"]
    assert all(world.calm_ports[LedgerStore].get(TransactionId(each)) is not None for each in ids)


def test_the_same_return_again_changes_nothing(world: World, held: AdvanceId) -> None:
    first = give_back(world, held, "BACK-1", 2 * MILLION)
    assert give_back(world, held, "BACK-1", 2 * MILLION) == give_back(world, held, "BACK-1") == first
    with pytest.raises(Conflict) as refused:
        give_back(world, held, "BACK-1", 3 * MILLION)
    assert [each.code for each in refused.value.findings] == ["bank-reference-taken"]
    assert world.calm_ports[HospitalStore].money(WEIHAI).special.ready_fen == 8 * MILLION

    ended = give_back(world, held, "BACK-2")
    assert give_back(world, held, "BACK-2") == ended
    with pytest.raises(Conflict):
        give_back(world, held, "BACK-3")


def test_what_was_returned_is_not_topped_up_again(world: World, held: AdvanceId) -> None:
    give_back(world, held, "BACK-1", 9 * MILLION)
    assert world.system[Advances].top_up() == ()
